"""Messages on forms that are not accepted for now, although nothing in them is wrong."""

from flask import g
from flask_babel import ngettext

from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.signatures.pause import TakingPartPaused

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
