"""Reasons not to accept a form to sign: a message on it, a status and headers."""

from collections.abc import Mapping

from flask import current_app, g
from flask_babel import ngettext

from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.signatures.restrictions import (
    ProofMissing,
    TakingPartPaused,
    find_pause,
    use_proof,
)
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.security.proof_of_work import ProofRefused
from campaign_actions.core.security.rate_limit import seconds_to_wait

Refusal = tuple[int, Mapping[str, str]]  # the status and the headers
WITHOUT_PROOF = "1 per 10 minutes"  # forms of one action from one network


def find_refusal(form: SignForm, action: PublicAction) -> Refusal | None:
    """None if a form can be accepted, unless it needs a proof of work. Otherwise the form says why."""
    if find_pause(action):
        return _refuse_while_paused(form)
    if wait := seconds_to_wait(current_app.config["SIGN_LIMIT"], "sign", str(action.id)):
        form.form_errors.append(rate_limit_message(wait))
        return 429, {"Retry-After": str(wait)}
    return None if form.validate() else (400, {})


def _refuse_while_paused(form: SignForm) -> Refusal:
    """Say on a form that it can be sent later, as it is."""
    g.is_paused = True
    form.form_errors.append(str(TakingPartPaused.message))
    return 503, {"Retry-After": str(TakingPartPaused.retry_after)}


def is_refused_while_paused() -> bool:
    """Whether this request was refused because of a switch, and not because of a fault."""
    return "is_paused" in g


def rate_limit_message(wait: int) -> str:
    """`wait`: seconds until the next form is accepted."""
    minutes = -(-wait // 60)
    words: str = ngettext(
        "We’ve received too many forms from your network. Please wait %(num)d minute first.",
        "We’ve received too many forms from your network. Please wait %(num)d minutes first.",
        minutes,
    )
    return words


def refuse_without_proof(form: SignForm, action: PublicAction) -> Refusal | None:
    """None if a form may be accepted, else the status and the headers; the form says why.

    Browsers without script or HTTPS cannot make a proof. From their networks a form is accepted every ten
    minutes. Call it after everything else has been checked, because a proof works once.
    """
    if not form.proof.data:
        wait = seconds_to_wait(WITHOUT_PROOF, "unproved", str(action.id))
        if not wait:
            return None
        form.form_errors.append(str(ProofMissing.message))
        return ProofMissing.status, {"Retry-After": str(wait)}
    try:
        use_proof(action, form.proof.data, now=utc_now())
    except ProofRefused as error:
        form.form_errors.append(str(error.message))
        return error.status, {}
    return None
