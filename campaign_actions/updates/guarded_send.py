"""Sending an update, now or at a time, as an operation that may need approval."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import Connection, select, update

from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import JsonValue, db
from campaign_actions.staff.dual_control import Approval, Operation, are_updates_guarded
from campaign_actions.updates.audience import actions_of
from campaign_actions.updates.draft import lock_unstarted
from campaign_actions.updates.models import NOT_STARTED, Update
from campaign_actions.updates.send import refuse_second_update


@dataclass(frozen=True)
class SendUpdate(Operation):
    """Guarded if the organisation wants it.

    It is scheduled, if need be for the time of the approval, and the worker starts it. `seen_texts`: the
    fingerprint of what both people saw, so that any change needs a new approval. `at`: ISO 8601; "": now.
    """

    kind: ClassVar[str] = "send-update"
    permission: ClassVar[str] = "updates.send"

    campaign: int
    action: str  # its name in the audit log, or that of the campaign if it goes to several
    update: int
    seen_texts: str
    at: str
    staff_id: int  # who sends it
    author_ids: tuple[int, ...] = ()  # who wrote it
    title: str = ""  # its subject in one language, for the person who decides

    def __post_init__(self) -> None:
        """A request for approval stores the fields as JSON."""
        object.__setattr__(self, "author_ids", tuple(self.author_ids))

    @property
    def target(self) -> str:
        return f"update-{self.update}"

    @property
    def campaign_id(self) -> int | None:
        return self.campaign

    def subject(self) -> str:
        return self.action

    @property
    def send_at(self) -> datetime | None:
        return datetime.fromisoformat(self.at) if self.at else None

    def may_be_approved_by(self, staff_id: int) -> bool:
        """Nobody approves what they wrote, even if someone else asks."""
        return staff_id not in self.author_ids

    def is_guarded(self, connection: Connection) -> bool:
        return are_updates_guarded(connection)

    def check(self, connection: Connection, actor: str) -> None:
        """Raises NotADraft, TextsChanged; for one that is sent now, AnotherUpdateRunning."""
        lock_unstarted(connection, self.update, NOT_STARTED, seen=self.seen_texts)
        if not self.at:
            actions = actions_of(db.session.get_one(Update, self.update))
            refuse_second_update(connection, actions, except_id=self.update)

    def seen(self, connection: Connection) -> Mapping[str, JsonValue]:
        status = select(Update.status).where(Update.id == self.update)
        return {"texts": self.seen_texts, "status": connection.scalar(status)}

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        send_at = max(self.send_at or now, now)
        values = {"status": "scheduled", "send_at": send_at, "scheduled_by": self.staff_id}
        values |= {"returned_at": None, "returned_why": None}
        this = update(Update).where(Update.id == self.update)
        connection.execute(this.values(values))
        if self.at or approval.approved_by:
            add_entry(
                connection,
                "update-scheduled",
                actor=approval.actor,
                now=now,
                subject=self.action,
                update=self.update,
                at=send_at.isoformat(),
                **approval.details(),
            )


def find_sent(operation: SendUpdate) -> Update | None:
    """The update of an operation; None if its draft has been deleted."""
    return db.session.get(Update, operation.update, populate_existing=True)
