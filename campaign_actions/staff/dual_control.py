"""Dual control: which operations one person may not do alone, and when that applies.

Each guarded operation is a class. A page or command does it with `apply_alone()`, which refuses when a
second person is needed; the page then asks for one (`approvals/`). Only these two create an `Approval`,
and no guarded operation is done without one.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import ClassVar, TypedDict

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, func, select

from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.core.db.session import JsonValue, db, write_transaction
from campaign_actions.core.db.upsert import advisory_lock, dialect_insert
from campaign_actions.core.errors import Conflict, NotFound
from campaign_actions.staff.models import DualControlSetting, StaffMember
from campaign_actions.staff.permissions import grants_to_json
from campaign_actions.staff.queries import find_member_by_id, grants_of, languages_of

AUTO, ON, OFF = "auto", "on", "off"
MODES = (AUTO, ON, OFF)
MIN_MEMBERS_FOR_AUTO = 3  # `auto` is on from this number of members who can log in
LOCK = 0x6475616C  # "dual": the key of PostgreSQL's advisory lock


class SecondPersonNeeded(Conflict):
    title = _l("Someone else has to approve this")
    message = _l("Nothing was changed. Open the page and ask for approval there.")


class ApprovalDetails(TypedDict, total=False):
    """An approval by two people as the audit log records it."""

    approved_by: str
    request: int | None


def with_author(author_ids: Collection[int], staff_id: int | None) -> list[int]:
    """The authors of a text once this member has changed it. None of them may approve it alone."""
    return sorted({*author_ids, *([] if staff_id is None else [staff_id])})


@dataclass(frozen=True)
class Approval:
    """The decision to carry out a guarded operation, made by one person, a command, or two people."""

    actor: str  # who does it or asked for it, as the audit log names them
    approved_by: str = ""  # the second person, or a command; "" if none was needed
    request_id: int | None = None

    @property
    def sole_actor(self) -> str:
        """The address of the one person who decided; "" for a command or two people."""
        return "" if self.approved_by or self.actor == COMMAND else self.actor

    def details(self) -> ApprovalDetails:
        """Details for the operation's own entry in the audit log, besides the actor."""
        if not self.approved_by:
            return {}
        return {"approved_by": self.approved_by, "request": self.request_id}


@dataclass(frozen=True)
class Operation:
    """Something that may need a second person. Its fields are plain JSON values: what will be done."""

    kind: ClassVar[str]
    permission: ClassVar[str]  # which both people need
    is_deferred: ClassVar[bool] = False  # `apply()` only checks; the caller does the work
    may_subject_approve: ClassVar[bool] = False  # whether the member it is about may approve it

    @property
    def target(self) -> str:
        """The target of the operation. Only one request of a kind can be pending for each target."""
        raise NotImplementedError

    @property
    def campaign_id(self) -> int | None:
        """The campaign for which both people need the permission; None: not about a campaign."""
        return None

    @property
    def subject_id(self) -> int | None:
        """The staff member it is about, if any."""
        return None

    def subject(self) -> str:
        """The subject of the operation, as the audit log names it."""
        return ""

    def may_be_approved_by(self, staff_id: int) -> bool:
        """Whether a member besides the requester and the subject may approve it."""
        return True

    def is_guarded(self, connection: Connection) -> bool:
        """Whether it needs a second person while dual control is active."""
        return True

    def check(self, connection: Connection, actor: str) -> None:
        """Raise a DomainError if it cannot be done even with an approval."""

    def seen(self, connection: Connection) -> Mapping[str, JsonValue]:
        """The state the decision is based on, as plain JSON values."""
        return {}

    def has_changed(self, connection: Connection, seen: Mapping[str, JsonValue]) -> bool:
        return self.seen(connection) != seen

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        """Do it, in the caller's transaction."""

    def to_json(self) -> dict[str, JsonValue]:
        return asdict(self)


@dataclass(frozen=True)
class MemberOperation(Operation):
    """An operation on an existing staff member."""

    permission: ClassVar[str] = "staff.manage"

    staff_id: int

    @property
    def target(self) -> str:
        return f"member-{self.staff_id}"

    @property
    def subject_id(self) -> int | None:
        return self.staff_id

    def subject(self) -> str:
        return self.member().email

    def seen(self, connection: Connection) -> Mapping[str, JsonValue]:
        member = self.member()
        languages = languages_of(member)
        return {
            "roles": grants_to_json(grants_of(member)),
            "languages": None if languages is None else sorted(languages),
            "is_active": member.active,
            "has_joined": member.password is not None,
        }

    def member(self) -> StaffMember:
        """The member as the database has it now. Raises NotFound."""
        db.session.expire_all()
        member = find_member_by_id(self.staff_id)
        if member is None:
            raise NotFound
        return member

    def record(
        self, connection: Connection, event: str, approval: Approval, now: datetime, **details: str
    ) -> None:
        """Add an entry about the member to the audit log."""
        add_entry(
            connection,
            event,
            actor=approval.actor,
            now=now,
            subject=self.subject(),
            rows=None,  # it concerns no signer
            **details,
            **approval.details(),
        )


@dataclass(frozen=True)
class SetDualControl(Operation):
    """Change when two people are needed."""

    kind: ClassVar[str] = "dual-control"
    permission: ClassVar[str] = "staff.manage"

    mode: str
    for_updates: bool | None = None  # whether updates need them as well; None: as before

    @property
    def target(self) -> str:
        return "setting"

    def seen(self, connection: Connection) -> Mapping[str, JsonValue]:
        return {
            "mode": current_mode(connection),
            "for_updates": are_updates_guarded(connection),
        }

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        before = are_updates_guarded(connection)
        for_updates = before if self.for_updates is None else self.for_updates
        values = {"mode": self.mode, "for_updates": for_updates}
        new = dialect_insert(connection.dialect.name)(DualControlSetting).values(id=1, **values)
        connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=values))
        add_entry(
            connection,
            "dual-control-changed",
            actor=approval.actor,
            now=now,
            mode=self.mode,
            for_updates=for_updates,
            **approval.details(),
        )


def apply_alone(operation: Operation, *, actor: str, now: datetime) -> Approval:
    """Do something on the decision of one person or a command. Raises SecondPersonNeeded.

    A deferred operation is not done here, but later with the returned Approval.
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
    """Whether guarded operations need two people now."""
    mode = current_mode(connection)
    return mode == ON or (mode == AUTO and count_joined_members(connection) >= MIN_MEMBERS_FOR_AUTO)


def is_active_now() -> bool:
    """`is_active()` on the session's own connection, for pages."""
    return is_active(db.session.connection())


def current_mode(connection: Connection) -> str:
    return connection.scalar(select(DualControlSetting.mode)) or AUTO


def are_updates_guarded(connection: Connection) -> bool:
    """Whether sending an update needs two people as well, while `is_active()`."""
    return bool(connection.scalar(select(DualControlSetting.for_updates)))


def count_joined_members(connection: Connection) -> int:
    """The number of members who have joined and can log in."""
    members = select(func.count(StaffMember.id)).where(StaffMember.can_log_in)
    return connection.scalar(members) or 0
