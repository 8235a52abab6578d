"""The outbox: one row for each email, added in the transaction of what the email is about."""

from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, Index, String, and_, false
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base, BigId
from campaign_actions.core.security.email_address import KEY_LENGTH

STATUSES = ("queued", "sent", "dead")
Lane = Literal["staff", "signer", "notice", "bulk"]
LANES: tuple[Lane, ...] = ("staff", "signer", "notice", "bulk")  # the most urgent first
URGENT_LANES: tuple[Lane, ...] = ("staff", "signer")  # someone is waiting for these emails


class OutboxMail(Base):
    """An email to one person. Sent ones are kept for the daily limit of their mailbox, and so that
    codes in their text can be checked.

    The text is written at delivery, so the row contains neither text nor links. `lane`: `staff` emails
    are neither held back by the daily limit nor counted; `notice` emails, which nobody is waiting for,
    leave a part of the limit to `signer` emails; `bulk` emails, which go to many people at once, are
    delivered only while no other email is due.
    """

    __tablename__ = "outbox_mails"
    __table_args__ = (
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint(f"lane in {LANES}", name="lane"),
        CheckConstraint("(status = 'sent') = (sent_at is not null)", name="sent_at"),
        CheckConstraint("status <> 'sent' or recipient is null", name="recipient"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_outbox_mails_status_lane_due_at", "status", "lane", "due_at"),
        Index("ix_outbox_mails_email_key_sent_at", "email_key", "sent_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    template: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str | None] = mapped_column(
        String(254)
    )  # as typed; null once sent or dismissed
    email_key: Mapped[str] = mapped_column(String(KEY_LENGTH))  # see core/security/email_address.py
    locale: Mapped[str] = mapped_column(String(20))
    about: Mapped[int | None]  # the id of an action, or of what the template is about
    update_id: Mapped[int | None]  # the update of that action, if it is one
    lane: Mapped[str] = mapped_column(String(6), server_default="signer")
    status: Mapped[str] = mapped_column(String(6), default="queued")
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime]  # when to deliver it; of sent and dead ones, when to delete it
    is_held: Mapped[bool] = mapped_column(default=False)  # over the mailbox's daily limit
    is_part: Mapped[bool] = mapped_column(server_default=false())  # of another row’s email
    leased_until: Mapped[datetime | None]  # a worker has it until then
    attempts: Mapped[int] = mapped_column(default=0)
    first_tried_at: Mapped[datetime | None]  # it is dead when this is too long ago
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(200))  # without personal data


# Failed for good, and nobody has dismissed it.
IS_FAILED = and_(OutboxMail.status == "dead", OutboxMail.recipient.is_not(None))


class BulkRecipient(Base):
    """A person to whom an update that goes to several actions has been queued, until it has been sent.

    So nobody gets it twice, whatever changes about their signatures on the way.
    """

    __tablename__ = "bulk_recipients"
    __table_args__ = (Index(None, "email_key"),)

    update_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    email_key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    signature_id: Mapped[int] = mapped_column(BigId)  # through which they get it
    about: Mapped[int]  # the action of that signature
