"""Loads the state of the switches for core/switches/state.py."""

from collections.abc import Hashable

from sqlalchemy import func, select

from campaign_actions.core.db.session import db
from campaign_actions.core.switches.email_clock import EmailClock
from campaign_actions.core.switches.state import Switch, SwitchedOff, SwitchState
from campaign_actions.switches.models import SwitchPause

_STAMP = select(func.count(), func.count(SwitchPause.on_at)).select_from(SwitchPause)
_EMAIL = select(SwitchPause.off_at, SwitchPause.on_at).where(SwitchPause.kind == "email")
_OFF = select(
    SwitchPause.kind,
    SwitchPause.target,
    SwitchPause.off_at,
    SwitchPause.off_by,
    SwitchPause.off_reason,
).where(SwitchPause.on_at.is_(None))


class SwitchLoader:
    """Every change adds a pause or ends one, and no row is deleted. So two numbers are the stamp."""

    def stamp(self) -> Hashable:
        with db.engine.connect() as connection:
            return tuple(connection.execute(_STAMP).one())

    def load(self) -> SwitchState:
        with db.engine.connect() as connection:
            off = connection.execute(_OFF.order_by(SwitchPause.off_at, SwitchPause.id)).all()
            pauses = connection.execute(_EMAIL.order_by(SwitchPause.off_at)).all()
        found = [
            SwitchedOff(Switch(row.kind, row.target), row.off_at, row.off_by, row.off_reason)
            for row in off
        ]
        clock = EmailClock(tuple((row.off_at, row.on_at) for row in pauses))
        return SwitchState({one.switch: one for one in found}, clock)

    def shipped(self) -> SwitchState:
        return SwitchState()
