"""Reasons not to accept a form to sign: a message on it, a status and headers."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import current_app, g

from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.signatures.restrictions import (
    CheckAdded,
    ProofMissing,
    TakingPartPaused,
    find_pause,
    rate_limit_message,
    use_proof,
    wait_heading,
)
from campaign_actions.actions.signatures.sign import ActionClosed
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.errors import DomainError
from campaign_actions.core.forms.base import PublicForm
from campaign_actions.core.security.proof_of_work import ProofRefused
from campaign_actions.core.security.rate_limit import seconds_to_wait

Refusal = tuple[int, Mapping[str, str]]  # the status and the headers
WITHOUT_PROOF = "1 per 10 minutes"  # forms of one action from one network


def find_refusal(form: SignForm, action: PublicAction) -> Refusal | None:
    """None if a form can be accepted, unless it needs a proof of work. Otherwise the form says why."""
    if find_pause(action):
        return _refuse_while_paused(form)
    if wait := seconds_to_wait(current_app.config["SIGN_LIMIT"], "sign", str(action.id)):
        return ask_to_wait(form, rate_limit_message(wait), wait)
    return None if form.validate() else (400, {})


def _refuse_while_paused(form: SignForm) -> Refusal:
    """Say on a form that it can be sent later, as it is."""
    g.is_paused = True
    form.error_heading = str(TakingPartPaused.title)
    form.form_errors.append(str(TakingPartPaused.message))
    return 503, {"Retry-After": str(TakingPartPaused.retry_after)}


def is_refused_while_paused() -> bool:
    """Whether this request was refused because of a switch, and not because of a fault."""
    return "is_paused" in g


def ask_to_wait(form: PublicForm, message: str, wait: int) -> Refusal:
    """Say on a form why, and for how long. `wait`: seconds until the next form is accepted."""
    form.error_heading = wait_heading(wait)
    form.form_errors.append(message)
    return 429, {"Retry-After": str(wait)}


def refuse_without_proof(form: SignForm, action: PublicAction) -> Refusal | None:
    """None if a form may be accepted, else the status and the headers; the form says why.

    Browsers without script or HTTPS cannot make a proof. From their networks a form is accepted every ten
    minutes. Call it after everything else has been checked, because a proof works once.
    """
    if not form.proof.data:
        wait = seconds_to_wait(WITHOUT_PROOF, "unproved", str(action.id))
        if not wait:
            return None
        if form.has_check.data:
            return ask_to_wait(form, str(ProofMissing.message), wait)
        return _refuse(form, CheckAdded())  # the page that answers has the check
    try:
        use_proof(action, form.proof.data, now=utc_now())
    except ProofRefused as error:
        return _refuse(form, error)
    return None


@contextmanager
def kept_texts(form: SignForm) -> Iterator[None]:
    """If the action has closed since, the page that says so shows the long texts that were typed."""
    try:
        yield
    except ActionClosed as closed:
        closed.typed = form.long_texts()
        raise


def _refuse(form: SignForm, error: DomainError) -> Refusal:
    form.form_errors.append(str(error.message))
    return error.status, {}
