"""Signatures, and what staff decided about their comments."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign_actions.actions.models.actions import Action
from campaign_actions.core.db.session import Base, BigId, Json
from campaign_actions.core.security.email_address import KEY_LENGTH

STATUSES = ("pending", "confirmed", "withdrawn", "invalid", "suppressed", "erased")
IN_BATCH = "invalidation_batch_id is not null"  # invalid, and not changed since
SUPPRESSED = "status = 'suppressed'"  # invalid, then withdrawn: the address cannot sign again yet
HAS_COMMENT = "status = 'confirmed' and comment is not null"  # what staff may let through
WANTS_UPDATES = "status = 'confirmed' and wants_updates"  # who is written to
# Who waits for a reminder, and who for the end: each pending one is in one of the two.
TO_REMIND = "due_at is not null and reminded_at is null"
TO_EXPIRE = "due_at is not null and reminded_at is not null"
NOT_COUNTED = "status in ('withdrawn', 'invalid')"  # they had confirmed
CHANNELS = ("page", "command", "embed", "api", "paper")


class Signature(Base):
    """One person under one action, whichever its kind. Only a confirmed one counts."""

    __tablename__ = "signatures"
    __table_args__ = (
        UniqueConstraint("email_key", "action_id"),
        ForeignKeyConstraint(
            ["locale", "consent_version"], ["consent_texts.locale", "consent_texts.version"]
        ),
        ForeignKeyConstraint(
            ["action_id", "invalidation_batch_id"],
            ["invalidation_batches.action_id", "invalidation_batches.id"],
        ),
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint(f"channel in {CHANNELS}", name="channel"),
        CheckConstraint("status <> 'pending' or confirmed_at is null", name="pending"),
        CheckConstraint("status <> 'confirmed' or confirmed_at is not null", name="confirmed"),
        CheckConstraint("status <> 'withdrawn' or withdrawn_at is not null", name="withdrawn"),
        CheckConstraint(
            "(status = 'erased') = (email_key is null)"
            " and (status in ('erased', 'suppressed')) = (email is null)"
            " and (email is not null or coalesce(given_name, family_name, country_code, comment,"
            " source) is null)",
            name="erased",
        ),
        CheckConstraint(
            "status <> 'suppressed' or (coalesce(locale, channel, referrer) is null"
            " and coalesce(signed_at, confirmed_at, withdrawn_at, reminded_at, due_at) is null"
            " and consent_version is null)",
            name="suppressed",
        ),
        CheckConstraint(
            "(status in ('invalid', 'suppressed')) = (invalidated_at is not null)",
            name="invalidated",
        ),
        CheckConstraint("invalidation_batch_id is null or status = 'invalid'", name="batch"),
        Index("ix_signatures_export", "action_id", "signed_at", "id"),
        Index(
            "ix_signatures_to_remind",
            "action_id",
            "due_at",
            postgresql_where=text(TO_REMIND),
            sqlite_where=text(TO_REMIND),
        ),
        Index(
            "ix_signatures_to_expire",
            "action_id",
            "due_at",
            postgresql_where=text(TO_EXPIRE),
            sqlite_where=text(TO_EXPIRE),
        ),
        Index(
            "ix_signatures_not_counted",
            "action_id",
            "status",
            postgresql_where=text(NOT_COUNTED),
            sqlite_where=text(NOT_COUNTED),
        ),
        Index(
            "ix_signatures_suppressed",
            "action_id",
            "invalidated_at",
            postgresql_where=text(SUPPRESSED),
            sqlite_where=text(SUPPRESSED),
        ),
        Index(
            "ix_signatures_batch",
            "action_id",
            "invalidation_batch_id",
            "id",
            postgresql_where=text(IN_BATCH),
            sqlite_where=text(IN_BATCH),
        ),
        Index(
            "ix_signatures_comments",
            "action_id",
            "signed_at",
            "id",
            postgresql_where=text(HAS_COMMENT),
            sqlite_where=text(HAS_COMMENT),
        ),
        Index(
            "ix_signatures_updates",
            "action_id",
            "id",
            postgresql_where=text(WANTS_UPDATES),
            sqlite_where=text(WANTS_UPDATES),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)  # opaque; signature_id outside
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    status: Mapped[str] = mapped_column(String(10), default="pending")
    email: Mapped[str | None] = mapped_column(String(254))  # as typed; null once erased
    email_key: Mapped[str | None] = mapped_column(String(KEY_LENGTH))  # keyed hash, canonical form
    given_name: Mapped[str | None] = mapped_column(String(200))
    family_name: Mapped[str | None] = mapped_column(String(200))
    country_code: Mapped[str | None] = mapped_column(String(2))
    locale: Mapped[str | None] = mapped_column(String(20))
    comment: Mapped[str | None] = mapped_column(Text)
    show_name: Mapped[bool] = mapped_column(default=False)
    wants_updates: Mapped[bool] = mapped_column(default=False)
    answers: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # the kind's own fields
    consent_version: Mapped[int | None]
    source: Mapped[str | None] = mapped_column(String(40))
    referrer: Mapped[str | None] = mapped_column(String(26))  # public_id of who shared the page
    channel: Mapped[str | None] = mapped_column(String(10))
    signed_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    invalidated_at: Mapped[datetime | None]  # invalid and suppressed only
    invalidation_batch_id: Mapped[int | None]  # invalid only: with which others it was marked
    updated_at: Mapped[datetime]  # last change of a value that is exported
    reminded_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]  # pending only: when it is reminded, then erased

    action: Mapped[Action] = relationship()


class CommentDecision(Base):
    """What staff decided about the comment under a signature: it is shown on the page, or not."""

    __tablename__ = "comment_decisions"
    __table_args__ = (Index("ix_comment_decisions_shown", "action_id", "is_shown", "decided_at"),)

    signature_id: Mapped[int] = mapped_column(
        ForeignKey("signatures.id"), primary_key=True, autoincrement=False
    )
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    is_shown: Mapped[bool]
    decided_at: Mapped[datetime]
    staff_id: Mapped[int | None]  # who decided
