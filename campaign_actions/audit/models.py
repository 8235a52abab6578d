"""The audit log: a chain of entries, each with the hash of the one before; and its anchors."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base, BigId
from campaign_actions.core.db.stored_json import StoredJson
from campaign_actions.core.db.stored_time import StoredTime

HASH_LENGTH = 64  # SHA-256 in hexadecimal


class AuditEntry(Base):
    """What somebody did. A trigger keeps entries as they are; `checking.py` finds any that went.

    It names nobody whose data it was about: subjects are names of campaigns and actions, or the
    opaque ids of signatures. It stays when a staff member goes.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint("rows >= 0", name="rows"),
        Index("ix_audit_entries_at", "at"),
        Index("ix_audit_entries_event_at", "event", "at"),
        Index("ix_audit_entries_actor_at", "actor", "at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime | None] = mapped_column(
        StoredTime, nullable=False
    )  # None: what is there is no time
    actor: Mapped[str] = mapped_column(String(254))  # a staff member's address, or "command"
    event: Mapped[str] = mapped_column(String(40))  # a name in vocabulary.EVENTS
    subject: Mapped[str] = mapped_column(String(200), default="")  # like racism/hate-crimes
    rows: Mapped[int | None]  # how many people's data it was, where it was any
    details: Mapped[Any] = mapped_column(
        StoredJson, default=dict
    )  # an object, unless it was changed
    previous: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)  # "" for the first
    hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)


class AuditAnchor(Base):
    """An anchor that was made, so that there is one a day whatever the number of workers.

    What it is worth is in its text, which is signed: nobody trusts the row.
    """

    __tablename__ = "audit_anchors"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date | None] = mapped_column(unique=True)  # in UTC; null: somebody asked for it
    entry_id: Mapped[int] = mapped_column(BigInteger)  # which may be gone: so no foreign key
    made_at: Mapped[datetime] = mapped_column(index=True)
    text: Mapped[str] = mapped_column(Text)


class AnchorDelivery(Base):
    """The way of one anchor to one place: tried until it is there."""

    __tablename__ = "audit_anchor_deliveries"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_audit_anchor_deliveries_done_at_due_at", "done_at", "due_at"),
    )

    anchor_id: Mapped[int] = mapped_column(
        ForeignKey("audit_anchors.id", ondelete="cascade"), primary_key=True
    )
    destination: Mapped[str] = mapped_column(String(10), primary_key=True)
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]  # a worker has it until then
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(300))  # in words, nothing personal
    done_at: Mapped[datetime | None]
