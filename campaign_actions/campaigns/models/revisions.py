"""Tables of the revisions of campaigns and actions, and of drafts that are published at a time."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base, Json

VERSIONED_KINDS = ("campaign", "action")  # what has revisions
REVISION_ORIGINS = ("discarded", "restored")
SCHEDULE_FAILURES = ("changed", "closed", "checks", "address", "rights")


class Revision(Base):
    """The whole content of a campaign or an action as someone saved it.

    `origin`: a draft was discarded, or the revision `restored_number` was restored; null: an edit.
    `public_from`, `public_until`: when the public saw it; null where that is not known. `publisher_id`: who
    published it, unless it was public as soon as its page was.
    """

    __tablename__ = "revisions"
    __table_args__ = (
        CheckConstraint(f"subject in {VERSIONED_KINDS}", name="subject"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint(f"origin in {REVISION_ORIGINS}", name="origin"),
        CheckConstraint(
            "(restored_number is not null) = (origin is not null and origin = 'restored')",
            name="restored_number",
        ),
    )

    subject: Mapped[str] = mapped_column(String(8), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    saved_at: Mapped[datetime]
    staff_id: Mapped[int | None]  # its author; null: a command
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    origin: Mapped[str | None] = mapped_column(String(10))
    restored_number: Mapped[int | None]
    public_from: Mapped[datetime | None]
    public_until: Mapped[datetime | None]
    publisher_id: Mapped[int | None]


class ScheduledDraft(Base):
    """A draft that the worker publishes at a time, if its newest revision still has this number.

    Those of a campaign with the same time are published together or not at all. `failure`: why they were
    not. Whatever ends a draft deletes its row. A campaign that is not public has one if the checks stopped
    its opening: `at` is when it should have opened.
    """

    __tablename__ = "scheduled_drafts"
    __table_args__ = (
        CheckConstraint(f"subject in {VERSIONED_KINDS}", name="subject"),
        CheckConstraint(f"failure in {SCHEDULE_FAILURES}", name="failure"),
        CheckConstraint("(failure is null) = (failed_at is null)", name="failed_at"),
    )

    subject: Mapped[str] = mapped_column(String(8), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)
    scheduled_at: Mapped[datetime]
    staff_id: Mapped[int]  # who decided it
    failed_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(String(10))
