"""Whether people can take part at present, or what is switched off; and the robot check of an action."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from campaign_actions.actions.queries import PublicAction
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import DomainError
from campaign_actions.core.security import proof_of_work
from campaign_actions.core.switches.state import (
    RETRY_AFTER_SECONDS,
    SIGN,
    Kind,
    Switch,
    is_off,
    switch_state,
)


class TakingPartPaused(DomainError):
    """Pages show it on the form, with everything that was typed."""

    status = 503
    title = _l("Taking part is paused")
    message = _l(
        "We’re not accepting forms at the moment, so nothing was sent. Keep this page open, and press the"
        " button again later."
    )
    retry_after = RETRY_AFTER_SECONDS


def find_pause(action: PublicAction) -> Kind | None:
    """The kind of the switch that stops an action in its language: for everything, or for that alone."""
    wanted = SIGN, Switch("action", str(action.id)), Switch("language", action.locale)
    off = switch_state().off
    return next((switch.kind for switch in wanted if switch in off), None)


def paused_ids(actions: Iterable[PublicAction]) -> frozenset[int]:
    """The ids of those in which nobody can take part at present."""
    return frozenset(action.id for action in actions if find_pause(action))


def unproved(action_id: int) -> Switch:
    """The switch for forms of an action without a proof of work."""
    return Switch("unproved", str(action_id))


def needs_proof(action: PublicAction) -> bool:
    return is_off(unproved(action.id))


class ProofMissing(DomainError):
    """A browser without script or HTTPS cannot make a proof. One form is accepted every ten minutes."""

    message = _l(
        "At the moment we accept one form in ten minutes from your network, because your browser doesn’t"
        " run the check of this page. Keep the page open, and press the button again later."
    )


def wait_heading(wait: int) -> str:
    """`wait`: seconds until the next form is accepted."""
    heading: str = ngettext(
        "Please wait %(num)d minute", "Please wait %(num)d minutes", _minutes(wait)
    )
    return heading


def rate_limit_message(wait: int) -> str:
    """`wait`: seconds until the next form is accepted."""
    message: str = ngettext(
        "We’ve received too many forms from your network. Please wait %(num)d minute first.",
        "We’ve received too many forms from your network. Please wait %(num)d minutes first.",
        _minutes(wait),
    )
    return message


def _minutes(seconds: int) -> int:
    """Rounded up."""
    return -(-seconds // 60)


class CheckAdded(DomainError):
    """A form was opened before the check was turned on, and is not the first one of its network."""

    message = _l(
        "Since you opened this page, we have started to check forms for robots. The check is on the page now."
    )


def new_challenge(action: PublicAction, *, now: datetime) -> dict[str, object]:
    return proof_of_work.new_challenge(str(action.id), now=now)


def use_proof(action: PublicAction, proof: str, *, now: datetime) -> None:
    """Accept a proof for a form of this action, once. Raises ProofRefused."""
    with write_transaction() as connection:
        proof_of_work.use_proof(connection, proof, str(action.id), now=now)
