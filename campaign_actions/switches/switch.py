"""Switching something off and on again, with a reason."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import Conflict
from campaign_actions.core.switches.state import Switch, switch_store
from campaign_actions.switches.actors import split_command
from campaign_actions.switches.models import SwitchPause
from campaign_actions.switches.names import UNPROVED, name_in_transaction


class AlreadyOff(Conflict):
    message = _l("This is already off. Someone else may have switched it off just now.")


class AlreadyOn(Conflict):
    message = _l("This is already on. Someone else may have switched it on just now.")


def switch_off(switch: Switch, *, reason: str, actor: str, now: datetime) -> None:
    """Raises AlreadyOff, or AlreadyOn for the robot check."""
    try:
        with write_transaction() as connection:
            insert_pause(connection, switch, reason=reason, actor=actor, now=now)
    except IntegrityError as error:
        raise (AlreadyOn if switch.kind == "unproved" else AlreadyOff) from error
    finally:
        switch_store().refresh_now()


def insert_pause(
    connection: Connection, switch: Switch, *, reason: str, actor: str, now: datetime
) -> None:
    """Switch off, in the caller's transaction.

    A pause never starts before the end of the last one, whatever the clocks say.
    """
    last = connection.scalar(select(func.max(SwitchPause.on_at)).where(*_is(switch)))
    row = {
        "kind": switch.kind,
        "target": switch.target,
        "off_at": max(now, last) if last else now,
        "off_by": actor,
        "off_reason": reason,
    }
    connection.execute(insert(SwitchPause).values(row))
    _record(connection, switch, reason, actor, now, is_off=True)


def switch_on(switch: Switch, *, reason: str, actor: str, now: datetime) -> None:
    """Raises AlreadyOn, or AlreadyOff for the robot check."""
    pause = select(SwitchPause.id, SwitchPause.off_at).where(
        *_is(switch), SwitchPause.on_at.is_(None)
    )
    try:
        with write_transaction() as connection:
            found = connection.execute(pause.with_for_update()).one_or_none()
            if found is None:
                raise AlreadyOff if switch.kind == "unproved" else AlreadyOn
            values = {"on_at": max(now, found.off_at), "on_by": actor, "on_reason": reason}
            connection.execute(update(SwitchPause).where(SwitchPause.id == found.id).values(values))
            _record(connection, switch, reason, actor, now, is_off=False)
    finally:
        switch_store().refresh_now()


def _is(switch: Switch) -> tuple[ColumnElement[bool], ...]:
    return SwitchPause.kind == switch.kind, SwitchPause.target == switch.target


def _record(
    connection: Connection, switch: Switch, reason: str, actor: str, now: datetime, *, is_off: bool
) -> None:
    """The robot check of an action is on while its forms without a proof are off."""
    event, name = (
        "switched-off" if is_off else "switched-on",
        name_in_transaction(connection, switch),
    )
    if switch.kind == "unproved":
        event, name = "robot-check-on" if is_off else "robot-check-off", name.removeprefix(UNPROVED)
    who, user = split_command(actor)
    named = {"system_user": user} if user else {}
    add_entry(
        connection, event, actor=who, now=now, subject=name, rows=None, reason=reason, **named
    )
