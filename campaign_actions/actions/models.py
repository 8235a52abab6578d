"""Actions, their texts, the signatures under them, and the counts."""

from datetime import date, datetime
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

from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.database import Base, BigId, Json
from campaign_actions.core.emails import KEY_LENGTH

STATUSES = ("pending", "confirmed", "withdrawn", "invalid", "erased")
MOST_SOURCES = 100  # with a line of their own, an action and day
HAS_COMMENT = "status = 'confirmed' and comment is not null"  # what staff may let through
WANTS_UPDATES = "status = 'confirmed' and wants_updates"  # who is written to
# Who waits for a reminder, and who for the end: each pending one is in one of the two.
TO_REMIND = "due_at is not null and reminded_at is null"
TO_EXPIRE = "due_at is not null and reminded_at is not null"
NOT_COUNTED = "status in ('withdrawn', 'invalid')"  # they had confirmed
CHANNELS = ("page", "command", "embed", "api", "paper")


class Action(Base):
    """What one can do in a campaign. Open from `published_at` until `closes_at`, if ever.

    `version` is the number of its newest revision. `asks_…` are the fields of its form that are
    not always there.
    """

    __tablename__ = "actions"
    __table_args__ = (
        UniqueConstraint("campaign_id", "slug"),
        CheckConstraint("slug = lower(slug) and slug <> ''", name="slug"),
        CheckConstraint("goal > 0", name="goal"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    slug: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))  # a name in KINDS
    goal: Mapped[int]  # the first one; the goal that is shown moves up by itself
    asks_comment: Mapped[bool] = mapped_column(default=False)
    asks_family_name: Mapped[bool] = mapped_column(default=True, server_default="1")
    asks_show_name: Mapped[bool] = mapped_column(default=True, server_default="1")
    asks_updates: Mapped[bool] = mapped_column(default=True, server_default="1")
    shows_comments: Mapped[bool] = mapped_column(
        default=False, server_default="0"
    )  # those that staff let through
    position: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="0")

    campaign: Mapped[Campaign] = relationship()
    texts: Mapped[list["ActionText"]] = relationship(back_populates="action")


class ActionText(Base):
    """An action in one language."""

    __tablename__ = "action_texts"

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)  # BCP 47
    title: Mapped[str] = mapped_column(String(200))  # the demand in one sentence
    addressee: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    teaser: Mapped[str] = mapped_column(Text)  # for cards on other pages
    button: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(Text)  # Markdown, beside the form
    background: Mapped[str] = mapped_column(Text)  # Markdown, below the form
    thanks: Mapped[str] = mapped_column(Text)
    share_text: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(
        Text, server_default=""
    )  # Markdown: what it achieved, once closed

    action: Mapped[Action] = relationship(back_populates="texts")


class FormerActionSlug(Base):
    """A name an action had in its campaign: its addresses lead to the one it has now."""

    __tablename__ = "former_action_slugs"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))


class ConsentText(Base):
    """What people agree to: numbered versions per language. A trigger keeps them as they are."""

    __tablename__ = "consent_texts"
    __table_args__ = (CheckConstraint("version > 0", name="version"),)

    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]


class Signature(Base):
    """One person under one action, whichever its kind. Only a confirmed one counts."""

    __tablename__ = "signatures"
    __table_args__ = (
        UniqueConstraint("email_key", "action_id"),
        ForeignKeyConstraint(
            ["locale", "consent_version"], ["consent_texts.locale", "consent_texts.version"]
        ),
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint(f"channel in {CHANNELS}", name="channel"),
        CheckConstraint("status <> 'pending' or confirmed_at is null", name="pending"),
        CheckConstraint("status <> 'confirmed' or confirmed_at is not null", name="confirmed"),
        CheckConstraint("status <> 'withdrawn' or withdrawn_at is not null", name="withdrawn"),
        CheckConstraint(
            "(status = 'erased') = (email_key is null) and (email_key is null) = (email is null)"
            " and (email_key is not null or coalesce(given_name, family_name, country_code, comment,"
            " source) is null)",
            name="erased",
        ),
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


class LedgerEntry(Base):
    """A confirmed signature that came (+1) or went (-1), not yet in the counts.

    Or one that was erased on schedule and stays counted: `forgotten` 1, no change.
    """

    __tablename__ = "tally_ledger"
    __table_args__ = (
        CheckConstraint(
            "(change in (1, -1) and forgotten = 0) or (change = 0 and forgotten = 1)",
            name="change",
        ),
        Index("ix_tally_ledger_action", "action_id", "written_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    change: Mapped[int]
    day: Mapped[date]  # of the confirmation, also for one that went
    country_code: Mapped[str | None] = mapped_column(String(2))
    locale: Mapped[str | None] = mapped_column(String(20))
    source: Mapped[str | None] = mapped_column(String(40))
    written_at: Mapped[datetime]
    forgotten: Mapped[int] = mapped_column(server_default="0")


class ActionCount(Base):
    """How many have confirmed, so that no page ever counts rows."""

    __tablename__ = "action_counts"

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    confirmed: Mapped[int] = mapped_column(default=0)
    folded_to: Mapped[datetime | None]  # the ledger holds nothing older; see tallying.py


class TallySource(Base):
    """A source that has a line of its own in the tallies of a day: 100 at most, and for good."""

    __tablename__ = "tally_sources"
    __table_args__ = (
        UniqueConstraint("action_id", "day", "source"),
        CheckConstraint(f"number between 1 and {MOST_SOURCES}", name="number"),
        CheckConstraint("source not in ('', 'other')", name="source"),
    )

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(40))


class Tally(Base):
    """Confirmed signatures of an action by day, country, language and source.

    What is not known is empty. `source` is one of TallySource, or "other".
    """

    __tablename__ = "tallies"

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    country_code: Mapped[str] = mapped_column(String(2), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    confirmed: Mapped[int]
    forgotten: Mapped[int] = mapped_column(server_default="0")  # of them, erased on schedule
