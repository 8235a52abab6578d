"""Invalidation batches: signatures that staff have marked invalid together, by one filter."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base, BigId, Json

# running → done or cancelled; either of them → undoing → undone. An undone one may be undone further.
BATCH_STATES = ("running", "done", "cancelled", "undoing", "undone")
NAMED, TIMED = "named", "timed"  # in a filter, in place of what was removed from it
UNFINISHED = "state in ('running', 'undoing')"  # what the worker has to continue


class InvalidationBatch(Base):
    """By whom, why and by which filter signatures are marked invalid. They refer to it.

    The worker marks them, and goes from the oldest to the newest of those that were there at
    `marked_at`. A signature that is changed later no longer refers to it, so `rows_marked` keeps the
    number.
    """

    __tablename__ = "invalidation_batches"
    __table_args__ = (
        UniqueConstraint("action_id", "id"),  # for the foreign key of signatures of this action
        CheckConstraint(f"state in {BATCH_STATES}", name="state"),
        CheckConstraint("rows_undone between 0 and rows_marked", name="rows"),
        CheckConstraint(
            "(state in ('undoing', 'undone')) = (undone_at is not null)", name="undone"
        ),
        CheckConstraint("undone_at is not null or undone_by is null", name="undone_by"),
        CheckConstraint("(state = 'running') = (ended_at is null)", name="ended_at"),
        CheckConstraint("(cursor_at is null) = (cursor_id is null)", name="cursor"),
        Index(
            "ix_invalidation_batches_unfinished",
            "id",
            postgresql_where=text(UNFINISHED),
            sqlite_where=text(UNFINISHED),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    marked_at: Mapped[datetime]  # when it was started
    staff_id: Mapped[int | None]  # who started it; null for a command
    reason: Mapped[str] = mapped_column(String(20))  # a name in INVALIDATION_REASONS
    # A SignatureFilter. A name or an address that it contains is removed when the batch has ended, and a
    # filling time when that is no longer kept. Then it is "named" or "timed".
    filter: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(9), default="running")
    rows_matching: Mapped[int | None]  # how many matched at the start; null until they are counted
    rows_marked: Mapped[int] = mapped_column(default=0)
    cursor_at: Mapped[datetime | None]  # the last signature that was looked at: its time and its id
    cursor_id: Mapped[int | None] = mapped_column(BigId)
    ended_at: Mapped[datetime | None]  # when the last was marked, or it was cancelled
    rows_undone: Mapped[int] = mapped_column(default=0)  # made valid again when it was undone
    undone_at: Mapped[datetime | None]  # when undoing was last started
    undone_by: Mapped[int | None]  # staff id
