"""Comments that their writers agreed to have shown, and what staff decided about them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base, BigId

KEY_LENGTH = 16  # of the key of a text
# The conditions of partial indexes. A query must use the same text to use the index.
IS_WAITING = "is_shown is null"
IS_FLAGGED = "is_shown is null and (has_contact or is_repeated)"
HAS_KEY = "text_key is not null"
IN_BATCH = "batch_id is not null"


class CommentBatch(Base):
    """Comments of an action that were shown or hidden at once, so that this can be undone."""

    __tablename__ = "comment_batches"
    __table_args__ = (CheckConstraint("rows > 0", name="rows"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    staff_id: Mapped[int | None]
    decided_at: Mapped[datetime]
    is_shown: Mapped[bool]
    rows: Mapped[int]
    undone_at: Mapped[datetime | None]


class Comment(Base):
    """The comment of a signature, from its confirmation until it is withdrawn or erased.

    Its text is that of the signature, and it counts only while the signature does.
    """

    __tablename__ = "comments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["action_id", "signature_id"], ["signatures.action_id", "signatures.id"]
        ),
        CheckConstraint("(is_shown is null) = (decided_at is null)", name="decided_at"),
        Index("ix_comments_shown", "action_id", "is_shown", "decided_at"),
        Index("ix_comments_arrived", "action_id", "is_shown", "arrived_at", "signature_id"),
        # Not the same: PostgreSQL does not know that rows without a value are in the order of the rest.
        Index(
            "ix_comments_waiting",
            "action_id",
            "arrived_at",
            "signature_id",
            postgresql_where=text(IS_WAITING),
            sqlite_where=text(IS_WAITING),
        ),
        Index(
            "ix_comments_flagged",
            "action_id",
            "arrived_at",
            "signature_id",
            postgresql_where=text(IS_FLAGGED),
            sqlite_where=text(IS_FLAGGED),
        ),
        Index(
            "ix_comments_text",
            "action_id",
            "text_key",
            postgresql_where=text(HAS_KEY),
            sqlite_where=text(HAS_KEY),
        ),
        Index(
            "ix_comments_batch",
            "batch_id",
            postgresql_where=text(IN_BATCH),
            sqlite_where=text(IN_BATCH),
        ),
    )

    action_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    signature_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    arrived_at: Mapped[datetime]  # when its signature was confirmed
    text_key: Mapped[str | None] = mapped_column(String(KEY_LENGTH))  # see comments/checks.py
    has_contact: Mapped[bool] = mapped_column(default=False)
    is_repeated: Mapped[bool] = mapped_column(default=False)
    is_shown: Mapped[bool | None]  # None: nobody has decided yet
    decided_at: Mapped[datetime | None]
    staff_id: Mapped[int | None]
    # The last decision, and what it replaced, to undo it.
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("comment_batches.id"))
    was_shown: Mapped[bool | None]
    was_decided_at: Mapped[datetime | None]
    was_decided_by: Mapped[int | None]
