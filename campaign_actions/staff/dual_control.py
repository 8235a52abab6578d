"""Dual control: what one person may not do alone, when that applies, and on whose word a thing is done.

Each guarded operation is a class. A door does it with `do_alone()`, which refuses where a second person
is needed; then the door asks for one (`approvals/`). Only these two make an `Approval`, and nothing that
is guarded is done without one.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, func, select

from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.db.upsert import advisory_lock, dialect_insert
from campaign_actions.core.errors import Conflict
from campaign_actions.staff.models import DualControlSetting, StaffMember

AUTO, ON, OFF = "auto", "on", "off"
MODES = (AUTO, ON, OFF)
LEAST_MEMBERS = 3  # who have joined and may log in: from so many on, `auto` is on
LOCK = 0x6475616C  # "dual": the name of PostgreSQL's advisory lock


class SecondPersonNeeded(Conflict):
    title = _l("Someone else has to approve this")
    message = _l("Nothing was changed. Open the page and ask for approval there.")


@dataclass(frozen=True)
class Approval:
    """On whose word a guarded operation is done: one person's, a command's, or two people's."""

    actor: str  # who does it, or who asked for it, as the audit log names them
    approved_by: str = ""  # the second person, or a command; "" where none was needed
    request_id: int | None = None

    @property
    def alone(self) -> str:
        """The address of the one person who decided this; "" for a command and for two people."""
        return "" if self.approved_by or self.actor == COMMAND else self.actor

    def facts(self) -> dict[str, Any]:
        """What the operation's own entry in the audit log says of it besides the actor."""
        if not self.approved_by:
            return {}
        return {"approved_by": self.approved_by, "request": self.request_id}


@dataclass(frozen=True)
class Operation:
    """Something that may need a second person. Its fields are plain values of JSON: what will be done."""

    kind: ClassVar[str]
    permission: ClassVar[str]  # that both people need
    is_deferred: ClassVar[bool] = False  # `apply()` does nothing: it is done later, in parts
    is_consent_enough: ClassVar[bool] = False  # whether the person it is about may approve it

    @property
    def target(self) -> str:
        """What it is about: only one request of a kind is pending for each."""
        raise NotImplementedError

    @property
    def campaign_id(self) -> int | None:
        """Where both people need the permission; None: it is about no campaign."""
        return None

    @property
    def subject_id(self) -> int | None:
        """The staff member it is about, if any."""
        return None

    def subject(self) -> str:
        """What it is about, as the audit log names it."""
        return ""

    def is_guarded(self, connection: Connection) -> bool:
        """Whether it needs a second person, where the organisation asks for one."""
        return True

    def check(self, connection: Connection, actor: str) -> None:
        """Raise a DomainError where it cannot be done, whoever approves."""

    def seen(self, connection: Connection) -> Mapping[str, Any]:
        """What it was decided on, as plain values of JSON."""
        return {}

    def has_changed(self, connection: Connection, seen: Mapping[str, Any]) -> bool:
        return self.seen(connection) != seen

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        """Do it, in the caller's transaction."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class SetDualControl(Operation):
    """Decide when two people are needed."""

    kind: ClassVar[str] = "dual-control"
    permission: ClassVar[str] = "staff.manage"

    mode: str

    @property
    def target(self) -> str:
        return "setting"

    def seen(self, connection: Connection) -> Mapping[str, Any]:
        return {"mode": mode_in(connection)}

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        row = {"id": 1, "mode": self.mode}
        new = dialect_insert(connection.dialect.name)(DualControlSetting).values(row)
        connection.execute(
            new.on_conflict_do_update(index_elements=["id"], set_={"mode": self.mode})
        )
        facts = {"mode": self.mode, **approval.facts()}
        add_entry(connection, "dual-control-changed", actor=approval.actor, now=now, **facts)


def do_alone(operation: Operation, *, actor: str, now: datetime) -> Approval:
    """Do something on the word of one person, or of a command. Raises SecondPersonNeeded.

    What is deferred is not done by this: it is done with the Approval that this returns.
    """
    with write_transaction() as connection:
        advisory_lock(connection, LOCK)
        operation.check(connection, actor)
        is_person = actor != COMMAND
        if is_person and is_active(connection) and operation.is_guarded(connection):
            raise SecondPersonNeeded
        approval = Approval(actor)
        operation.apply(connection, approval, now)
    db.session.expire_all()
    return approval


def is_active(connection: Connection) -> bool:
    """Whether the organisation asks for two people now."""
    mode = mode_in(connection)
    return mode == ON or (mode == AUTO and count_joined(connection) >= LEAST_MEMBERS)


def is_active_now() -> bool:
    """The same, for pages."""
    return is_active(db.session.connection())


def mode_in(connection: Connection) -> str:
    return connection.scalar(select(DualControlSetting.mode)) or AUTO


def count_joined(connection: Connection) -> int:
    """How many members have joined and may log in."""
    theirs = select(func.count(StaffMember.id))
    joined = StaffMember.active, StaffMember.password.is_not(None)
    return connection.scalar(theirs.where(*joined)) or 0
