"""Tables of updates: their texts, and the progress of sending them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign_actions.actions.models import Action
from campaign_actions.core.db.session import Base, BigId, Json

STATUSES = ("draft", "scheduled", "sending", "stopped", "sent")
NOT_STARTED = ("draft", "scheduled")
SCOPES = ("actions", "campaign")
IS_SCHEDULED = "status = 'scheduled'"


class Update(Base):
    """News to the signers of one or more actions of a campaign, written at one of them (`action_id`).

    `scope` is "actions" (those in update_actions) or "campaign": all that it has when sending starts,
    which are then added to update_actions. Emails have been queued to all signers of actions before
    `cursor_action`, and to those of this action up to `cursor`.
    """

    __tablename__ = "updates"
    __table_args__ = (
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint(f"(status in {NOT_STARTED}) = (started_at is null)", name="started_at"),
        CheckConstraint(f"scope in {SCOPES}", name="scope"),
        CheckConstraint("status <> 'scheduled' or send_at is not null", name="send_at"),
        Index(
            "ix_updates_scheduled",
            "send_at",
            postgresql_where=text(IS_SCHEDULED),
            sqlite_where=text(IS_SCHEDULED),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), index=True)
    scope: Mapped[str] = mapped_column(String(8), default="actions", server_default="actions")
    status: Mapped[str] = mapped_column(String(10), default="draft")
    made_at: Mapped[datetime]
    staff_id: Mapped[int | None]  # its author
    saved_by: Mapped[int | None]  # who saved it last
    author_ids: Mapped[list[int]] = mapped_column(Json, default=list, server_default="[]")  # all
    send_at: Mapped[datetime | None]  # when to start, of a scheduled one
    scheduled_by: Mapped[int | None]  # who set this time
    # A scheduled one could not be sent at this time, for example because nobody was left to get it.
    returned_at: Mapped[datetime | None]
    returned_why: Mapped[str | None] = mapped_column(String(10))
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # when it was sent or stopped
    cursor_action: Mapped[int] = mapped_column(default=0, server_default="0")
    cursor: Mapped[int] = mapped_column(BigId, default=0)  # the id of the last signature handled
    queued: Mapped[int] = mapped_column(default=0)  # emails queued so far
    recipients: Mapped[int | None]  # how many there were at the start
    # A SignatureFilter without a name: which of those who asked for updates get it. Empty: everyone.
    filter: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, server_default="{}")

    action: Mapped[Action] = relationship()
    texts: Mapped[list["UpdateText"]] = relationship(cascade="all, delete-orphan")


class UpdateAction(Base):
    """An action whose signers get an update."""

    __tablename__ = "update_actions"

    update_id: Mapped[int] = mapped_column(
        ForeignKey("updates.id", ondelete="cascade"), primary_key=True
    )
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True, index=True)


class UpdateText(Base):
    """An update in one language."""

    __tablename__ = "update_texts"

    update_id: Mapped[int] = mapped_column(
        ForeignKey("updates.id", ondelete="cascade"), primary_key=True
    )
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject: Mapped[str] = mapped_column(String(150))
    body: Mapped[str] = mapped_column(Text)  # Markdown
