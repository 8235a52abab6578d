"""The outbox: one row a mail, in the transaction of what it tells about."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base, BigId
from campaign_actions.core.security.email_address import KEY_LENGTH

STATUSES = ("queued", "sent", "dead")


class OutboxMail(Base):
    """A mail to one person. A queued one is delivered; a sent one counts for its mailbox.

    What it says is decided when it is delivered, so the row holds no text and no link. Mails that go
    to many at once (`is_bulk`) stand in a lane of their own: nobody waits for them, and they go when
    no other mail is due.
    """

    __tablename__ = "outbox_mails"
    __table_args__ = (
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint("(status = 'sent') = (sent_at is not null)", name="sent_at"),
        CheckConstraint("status <> 'sent' or recipient is null", name="recipient"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_outbox_mails_status_is_bulk_due_at", "status", "is_bulk", "due_at"),
        Index("ix_outbox_mails_email_key_sent_at", "email_key", "sent_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    template: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str | None] = mapped_column(String(254))  # as typed; null once sent
    email_key: Mapped[str] = mapped_column(String(KEY_LENGTH))  # see core/security/email_address.py
    locale: Mapped[str] = mapped_column(String(20))
    about: Mapped[int | None]  # an action
    update_id: Mapped[int | None]  # which update about it, if it is one
    is_bulk: Mapped[bool] = mapped_column(server_default="0")
    status: Mapped[str] = mapped_column(String(6), default="queued")
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime]  # queued: to be delivered; sent or dead: to be deleted
    is_held: Mapped[bool] = mapped_column(default=False)  # over the mailbox's daily number
    leased_until: Mapped[datetime | None]  # a worker has it until then
    attempts: Mapped[int] = mapped_column(default=0)
    first_tried_at: Mapped[datetime | None]  # patience is counted from here
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(200))  # in words, nothing personal
