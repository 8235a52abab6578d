"""Switches something off and on for a test."""

from datetime import datetime

from campaign_actions.core.switches.state import Switch
from campaign_actions.switches.switch import switch_off, switch_on
from tests.support.factories import NOON

REASON = "A flood of fakes"
GRACE = {"actor": "grace@example.org", "reason": REASON}


def off(switch: Switch, now: datetime = NOON) -> None:
    switch_off(switch, now=now, **GRACE)


def on(switch: Switch, now: datetime = NOON) -> None:
    switch_on(switch, now=now, **GRACE)


def pause(switch: Switch, begin: datetime, end: datetime) -> None:
    """Off from `begin` until `end`."""
    off(switch, begin)
    on(switch, end)


def action_switch(action) -> Switch:
    return Switch("action", str(action.id))
