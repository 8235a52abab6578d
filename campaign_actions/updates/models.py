"""Update: a message to the signers of an action, its texts, and how far it has got."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign_actions.actions.models import Action
from campaign_actions.core.db.session import Base, BigId

STATUSES = ("draft", "sending", "stopped", "sent")


class Update(Base):
    """Goes to each signer who asked for it, once: signers up to `cursor` have theirs in the outbox."""

    __tablename__ = "updates"
    __table_args__ = (
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint("(status = 'draft') = (started_at is null)", name="started_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), index=True)
    status: Mapped[str] = mapped_column(String(8), default="draft")
    made_at: Mapped[datetime]
    staff_id: Mapped[int | None]  # who wrote it
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # sent or stopped
    cursor: Mapped[int] = mapped_column(BigId, default=0)  # the last signature that was looked at
    queued: Mapped[int] = mapped_column(default=0)  # mails in the outbox so far
    recipients: Mapped[int | None]  # how many there were when it was started

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
