"""Tables of the history of campaigns and actions, and of drafts that are published at a time."""

from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base, Json

VERSIONED_KINDS = ("campaign", "action")  # what has revisions
REVISION_ORIGINS = ("discarded", "restored")
DecisionKind = Literal[
    "opening-scheduled",
    "opening-cancelled",
    "changes-scheduled",
    "changes-cancelled",
    "all-closed",
    "reopened",
    "opening-stopped",
    "failed-changed",
    "failed-checks",
    "failed-address",
    "failed-rights",
]
DECISIONS: tuple[DecisionKind, ...] = get_args(DecisionKind)
SCHEDULE_FAILURES = ("changed", "closed", "archived", "checks", "address", "rights")


class Revision(Base):
    """The whole content of a campaign or an action as someone saved it.

    `origin`: a draft was discarded, or the revision `restored_number` was restored; null: an edit.
    `public_from`, `public_until`: when the public saw it; null where that is not known. `publisher_id`: who
    published it, unless it was public as soon as its page was. `same_as_number`: the revision with the same
    content that was public and stayed so, for example because a draft was discarded.
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
    same_as_number: Mapped[int | None]
    public_from: Mapped[datetime | None]
    public_until: Mapped[datetime | None]
    publisher_id: Mapped[int | None]


class PageDecision(Base):
    """A decision about a campaign or an action that is in none of its revisions, or why one had no effect.

    `at`: when it was made or failed. `due_at`: the time that was set, cancelled or missed, if there is one.
    """

    __tablename__ = "page_decisions"
    __table_args__ = (
        CheckConstraint(f"subject in {VERSIONED_KINDS}", name="subject"),
        CheckConstraint(f"kind in {DECISIONS}", name="kind"),
        Index("ix_page_decisions_subject", "subject", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(8))
    subject_id: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[DecisionKind] = mapped_column(String(20))
    due_at: Mapped[datetime | None]
    staff_id: Mapped[int | None]  # null: a command or the worker


class ScheduledDraft(Base):
    """A draft that the worker publishes at a time, if its newest revision still has this number.

    Those of a campaign with the same time are published together or not at all. `failure`: why they were
    not. `told_at`: when those who set the time were told. Whatever ends a draft deletes its row. A campaign
    that is not public has one if the checks stopped its opening: `at` is when it should have opened.
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
    told_at: Mapped[datetime | None]
