"""Messages on forms that are not accepted for now, although nothing in them is wrong."""

from collections.abc import Mapping

from flask import g
from flask_babel import ngettext

from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.signatures.restrictions import (
    ProofMissing,
    TakingPartPaused,
    use_proof,
)
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.security.proof_of_work import ProofRefused
from campaign_actions.core.security.rate_limit import seconds_to_wait

WITHOUT_PROOF = "1 per 10 minutes"  # forms of one action from one network
RETRY_LATER = {"Retry-After": str(TakingPartPaused.retry_after)}


def refuse_while_paused(form: SignForm) -> None:
    """Say on a form that it can be sent later, as it is."""
    g.is_paused = True
    form.form_errors.append(str(TakingPartPaused.message))


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


def refuse_without_proof(
    form: SignForm, action: PublicAction
) -> tuple[int, Mapping[str, str]] | None:
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
