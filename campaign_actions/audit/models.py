"""The audit log, a chain of entries with the hash of the previous one each, and its anchors."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base, BigId, JsonValue
from campaign_actions.core.db.stored_json import StoredJson
from campaign_actions.core.db.stored_time import StoredTime

HASH_LENGTH = 64  # SHA-256 in hexadecimal


class AuditEntry(Base):
    """Something that someone did. A trigger prevents changes; `verify.py` finds missing entries.

    It identifies no signer: subjects are names of campaigns and actions, or opaque ids of signatures.
    It remains when a staff member leaves.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint("rows >= 0", name="rows"),
        Index("ix_audit_entries_at", "at"),
        Index("ix_audit_entries_event_at", "event", "at"),
        Index("ix_audit_entries_actor_at", "actor", "at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # None: someone changed it to something that is not a time.
    at: Mapped[datetime | None] = mapped_column(StoredTime, nullable=False)
    actor: Mapped[str] = mapped_column(String(254))  # a staff member's address, or "command"
    event: Mapped[str] = mapped_column(String(40))  # a key of events.EVENTS
    subject: Mapped[str] = mapped_column(String(200), default="")  # like racism/hate-crimes
    rows: Mapped[int | None]  # the number of people whose data it was, if any
    # An object, unless someone changed it.
    details: Mapped[JsonValue] = mapped_column(StoredJson, nullable=False, default=dict)
    previous: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)  # "" for the first
    hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)


class AuditAnchor(Base):
    """An anchor, one a day whatever the number of workers.

    Only its signed text counts; the row itself is not trusted.
    """

    __tablename__ = "audit_anchors"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date | None] = mapped_column(unique=True)  # in UTC; null: made by a command
    entry_id: Mapped[int] = mapped_column(
        BigInteger
    )  # not a foreign key, since the entry may be gone
    made_at: Mapped[datetime] = mapped_column(index=True)
    text: Mapped[str] = mapped_column(Text)


class AnchorDelivery(Base):
    """The delivery of an anchor to one destination, retried until it succeeds."""

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
    leased_until: Mapped[datetime | None]  # by a worker
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(300))  # without personal data
    done_at: Mapped[datetime | None]
