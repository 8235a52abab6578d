"""The audit log: a chain of entries, each with the hash of the one before."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.database import Base, BigId
from campaign_actions.core.stored_json import StoredJson

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
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(254))  # a staff member's address, or "command"
    event: Mapped[str] = mapped_column(String(40))  # a name in vocabulary.EVENTS
    subject: Mapped[str] = mapped_column(String(200), default="")  # like racism/hate-crimes
    rows: Mapped[int | None]  # how many people's data it was, where it was any
    details: Mapped[Any] = mapped_column(
        StoredJson, default=dict
    )  # an object, unless it was changed
    previous: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)  # "" for the first
    hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
