"""Tables of updates: their texts, and the progress of sending them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign_actions.actions.models import Action
from campaign_actions.core.db.session import Base, BigId, Json

STATUSES = ("draft", "sending", "stopped", "sent")


class Update(Base):
    """News to the signers of an action. Emails to signers up to `cursor` have been queued."""

    __tablename__ = "updates"
    __table_args__ = (
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint("(status = 'draft') = (started_at is null)", name="started_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), index=True)
    status: Mapped[str] = mapped_column(String(8), default="draft")
    made_at: Mapped[datetime]
    staff_id: Mapped[int | None]  # its author
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # when it was sent or stopped
    cursor: Mapped[int] = mapped_column(BigId, default=0)  # the id of the last signature handled
    queued: Mapped[int] = mapped_column(default=0)  # emails queued so far
    recipients: Mapped[int | None]  # how many there were at the start
    # A SignatureFilter without a name: which of those who asked for updates get it. Empty: everyone.
    filter: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, server_default="{}")

    action: Mapped[Action] = relationship()
    texts: Mapped[list["UpdateText"]] = relationship(cascade="all, delete-orphan")


class UpdateText(Base):
    """An update in one language."""

    __tablename__ = "update_texts"

    update_id: Mapped[int] = mapped_column(
        ForeignKey("updates.id", ondelete="cascade"), primary_key=True
    )
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject: Mapped[str] = mapped_column(String(150))
    body: Mapped[str] = mapped_column(Text)  # Markdown
