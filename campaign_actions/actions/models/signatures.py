"""Signatures."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Row,
    Select,
    String,
    Text,
    UniqueConstraint,
    and_,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign_actions.actions.models.actions import Action
from campaign_actions.actions.models.signature_status import (
    COUNTED,
    HAS_FILL_TIME,
    IN_BATCH,
    NOT_COUNTED,
    STATUSES,
    SUPPRESSED,
    TO_EXPIRE,
    TO_REMIND,
    WANTS_UPDATES,
)
from campaign_actions.core.db.session import Base, BigId, Json
from campaign_actions.core.security.email_address import KEY_LENGTH

CHANNELS = ("page", "command", "embed", "api", "paper")
FILL_TIMES = ("fast", "usual", "slow")  # how quickly a form was filled in; kept for FILL_TIME_KEPT
Answer = str | bool | None


class Signature(Base):
    """One person's participation in one action of any kind. `signature_status` says which count.

    Every unique key includes the action, so that PostgreSQL can partition the table by action.
    SQLite generates ids only for a primary key of one column: there `id` is the primary key, and
    `(action_id, id)` is unique.
    """

    __tablename__ = "signatures"
    __table_args__ = (
        PrimaryKeyConstraint("action_id", "id"),
        # The action comes second, so that both also serve look-ups without it.
        UniqueConstraint("email_key", "action_id"),
        UniqueConstraint("public_id", "action_id"),
        # So a signature has the kind of its action, and names a consent text of this kind.
        ForeignKeyConstraint(["action_id", "kind"], ["actions.id", "actions.kind"]),
        ForeignKeyConstraint(
            ["kind", "locale", "consent_version"],
            ["consent_texts.kind", "consent_texts.locale", "consent_texts.version"],
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
            "case when status = 'erased' then email_key is null"
            " else email_key is not null or coalesce(channel, '') = 'paper' end",
            name="email_key",
        ),
        CheckConstraint(
            "(email is null) = (email_key is null or status = 'suppressed')", name="email"
        ),
        CheckConstraint("email is not null or not wants_updates", name="wants_updates"),
        CheckConstraint("comment is not null or not show_comment", name="show_comment"),
        CheckConstraint(
            "status not in ('erased', 'suppressed')"
            " or coalesce(given_name, family_name, country_code, comment, source) is null",
            name="erased",
        ),
        CheckConstraint(
            "status <> 'suppressed' or (coalesce(locale, channel) is null"
            " and coalesce(signed_at, confirmed_at, withdrawn_at, reminded_at, due_at) is null"
            " and consent_version is null)",
            name="suppressed",
        ),
        CheckConstraint(
            "(status in ('invalid', 'suppressed')) = (invalidated_at is not null)",
            name="invalidated",
        ),
        CheckConstraint(
            f"fill_time is null or (fill_time in {FILL_TIMES}"
            " and status not in ('erased', 'suppressed'))",
            name="fill_time",
        ),
        CheckConstraint("email_provider is null or email is not null", name="email_provider"),
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
            "ix_signatures_fill_time",
            "signed_at",
            postgresql_where=text(HAS_FILL_TIME),
            sqlite_where=text(HAS_FILL_TIME),
        ),
        Index(
            "ix_signatures_updates",
            "action_id",
            "id",
            postgresql_where=text(WANTS_UPDATES),
            sqlite_where=text(WANTS_UPDATES),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, autoincrement=True)
    action_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))  # of its action
    public_id: Mapped[str] = mapped_column(String(26))  # opaque; exported as signature_id
    status: Mapped[str] = mapped_column(String(10), default="pending")
    email: Mapped[str | None] = mapped_column(String(254))  # as typed; null once erased
    # Keyed hash of the canonical form; null once erased, or for paper without an address.
    email_key: Mapped[str | None] = mapped_column(String(KEY_LENGTH))
    given_name: Mapped[str | None] = mapped_column(String(200))
    family_name: Mapped[str | None] = mapped_column(String(200))
    country_code: Mapped[str | None] = mapped_column(String(2))
    locale: Mapped[str | None] = mapped_column(String(20))
    comment: Mapped[str | None] = mapped_column(Text)
    show_comment: Mapped[bool] = mapped_column(default=False)  # the signer agreed to it
    show_name: Mapped[bool] = mapped_column(default=False)  # with the comment
    wants_updates: Mapped[bool] = mapped_column(default=False)
    answers: Mapped[dict[str, Answer]] = mapped_column(Json, default=dict)  # the kind's own fields
    consent_version: Mapped[int | None]
    source: Mapped[str | None] = mapped_column(String(40))
    channel: Mapped[str | None] = mapped_column(String(10))
    fill_time: Mapped[str | None] = mapped_column(String(5))  # null: not known, or deleted
    # Where dashboards count it; null: not covered by the consent text. See counts/states/providers.py.
    email_provider: Mapped[str | None] = mapped_column(String(40))
    signed_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    invalidated_at: Mapped[datetime | None]  # invalid and suppressed only
    invalidation_batch_id: Mapped[int | None]  # invalid only
    # The other action that the signer took with one press; see one_press/.
    next_action_id: Mapped[int | None] = mapped_column(ForeignKey("actions.id"))
    updated_at: Mapped[datetime]  # last change of an exported value
    reminded_at: Mapped[datetime | None]
    # Never confirmed only: when to remind, then when to erase, by the clock of core/switches/email_clock.py.
    due_at: Mapped[datetime | None]

    action: Mapped[Action] = relationship(foreign_keys="Signature.action_id")

    @hybrid_property
    def is_counted(self) -> bool:
        return self.status == COUNTED


class Person(TypedDict, total=False):
    """The columns that signers fill in and can correct. Those not asked for may be missing."""

    given_name: str
    family_name: str | None
    country_code: str
    comment: str | None
    show_comment: bool
    show_name: bool
    wants_updates: bool
    answers: dict[str, Answer]


SignatureRow = Row[*tuple[Any, ...]]  # columns of a signature, by name
SignatureSelect = Select[*tuple[Any, ...]]  # a query of such rows


def is_signature(row: Signature | SignatureRow) -> ColumnElement[bool]:
    """The condition that selects the signature of a row by its whole key, in one partition."""
    return and_(Signature.action_id == row.action_id, Signature.id == row.id)


def are_signatures(action_id: int, ids: Collection[int]) -> ColumnElement[bool]:
    """The same for several signatures of one action."""
    return and_(Signature.action_id == action_id, Signature.id.in_(ids))
