"""Signatures that staff marked invalid together, by one condition."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base


class InvalidationBatch(Base):
    """Which signatures of an action were marked invalid, by whom and why; they refer to it.

    One that was changed since refers to no batch, so `rows_marked` says how many there were.
    """

    __tablename__ = "invalidation_batches"
    __table_args__ = (
        UniqueConstraint("action_id", "id"),  # signatures refer to both: to one of their own action
        CheckConstraint("rows_marked > 0 and rows_undone between 0 and rows_marked", name="rows"),
        CheckConstraint("(undone_at is null) = (rows_undone = 0)", name="undone"),
        CheckConstraint("undone_at is not null or undone_by is null", name="undone_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    marked_at: Mapped[datetime]  # when it was begun
    staff_id: Mapped[int | None]  # who began it; null: a command
    reason: Mapped[str] = mapped_column(String(20))  # a name in REASONS
    # The condition: signed from `since` on, before `until`. Empty: any.
    since: Mapped[datetime]
    until: Mapped[datetime]
    country_code: Mapped[str] = mapped_column(String(2), default="")
    source: Mapped[str] = mapped_column(String(40), default="")
    rows_marked: Mapped[int]
    rows_undone: Mapped[int] = mapped_column(default=0)  # made valid again with the batch
    undone_at: Mapped[datetime | None]  # the last time
    undone_by: Mapped[int | None]  # who did
