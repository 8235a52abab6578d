"""Whether people can take part at present, or what has been switched off."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.queries import PublicAction
from campaign_actions.core.errors import DomainError
from campaign_actions.core.switches.state import (
    RETRY_AFTER_SECONDS,
    SIGN,
    Kind,
    Switch,
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
