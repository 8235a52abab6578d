"""The table of approval requests."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base

REASON_LENGTH = 500
IS_PENDING = "state = 'pending'"


class ApprovalRequest(Base):
    """A request for a second person's approval.

    `pending`: nobody has decided. `approved`: it is being done in parts, or a file may be downloaded.
    `done`: it was done. `declined`, `cancelled` (by the requester) and `expired`: nothing was done, or
    only `rows_done` of a deletion that was stopped later (`decide.stop_deferred()`).
    """

    __tablename__ = "approval_requests"
    __table_args__ = (
        CheckConstraint(
            "state in ('pending', 'approved', 'done', 'declined', 'cancelled', 'expired')",
            name="state",
        ),
        CheckConstraint("decided_by <> requested_by", name="two_people"),
        CheckConstraint("(state = 'pending') = (decided_at is null)", name="decided_at"),
        CheckConstraint(
            "(state in ('approved', 'done', 'declined')) = (decided_by is not null or is_by_command)",
            name="decided_by",
        ),
        CheckConstraint("decided_by is null or not is_by_command", name="one_decider"),
        Index(
            "ix_approval_requests_pending",
            "kind",
            "target",
            unique=True,
            postgresql_where=text(IS_PENDING),
            sqlite_where=text(IS_PENDING),
        ),
        Index(None, "requested_by", "requested_at"),
        Index(None, "state", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))  # a key of registry.OPERATIONS
    # At most one request of a kind is pending for each target.
    target: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(254))  # as in the audit log
    permission: Mapped[str] = mapped_column(String(40))  # which both people need
    # Where they need it.
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    payload: Mapped[str] = mapped_column(Text)  # JSON: exactly what will be done
    seen: Mapped[str] = mapped_column(Text)  # JSON: the state at the time
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    state: Mapped[str] = mapped_column(String(10), default="pending")
    requested_by: Mapped[int] = mapped_column(ForeignKey("staff_members.id"))
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime]  # on the clock of emails; see lifetime.py
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id"))
    is_by_command: Mapped[bool] = mapped_column(default=False)  # decided on the server
    decided_at: Mapped[datetime | None]  # or cancelled or expired at
    # By the person who decided.
    note: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    usable_until: Mapped[datetime | None]  # of an approved export
    rows_done: Mapped[int] = mapped_column(default=0)  # of an approved deletion
