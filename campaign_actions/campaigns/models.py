"""Tables of campaigns: their texts, former slugs, partners, pictures, revisions and preview links."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign_actions.core.db.session import Base, Json
from campaign_actions.core.theme import DEFAULT_ACCENT

VERSIONED_KINDS = ("campaign", "action")  # what has revisions
REVISION_ORIGINS = ("discarded", "restored")
SCHEDULE_FAILURES = ("changed", "closed", "checks", "address", "rights")
PICTURE_FORMATS = ("webp", "jpeg")
MAX_ALT_LENGTH = MAX_QUOTE_LENGTH = (
    300  # characters of a picture’s description, and of its quotation
)
MAX_PERSON_LENGTH = 120  # characters of the name, and of the place, of the person quoted
MAX_CREDIT_LENGTH = 120
DEFAULT_FOCUS = 2  # at the top, where faces are: pictures are cropped from below
OF_CAMPAIGN = "action_id is null"  # the condition of a partial index


MAX_CHANNEL_NAME = 60


class Campaign(Base):
    """A cause. It is public from `published_at` on; null: a draft.

    `version` is the number of its newest revision. `published_version`: the newest revision that the
    public has seen, while later ones are a draft of changes; null: there is no such draft.
    """

    __tablename__ = "campaigns"
    __table_args__ = (CheckConstraint("slug = lower(slug) and slug <> ''", name="slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    document_index: Mapped[str | None] = mapped_column(String(40))  # like EUR 46/039/2003
    position: Mapped[int] = mapped_column(default=0)  # its place in lists
    published_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]  # since then it is listed as achieved
    accent: Mapped[str] = mapped_column(  # a key of core.theme.ACCENTS
        String(20), default=DEFAULT_ACCENT, server_default=DEFAULT_ACCENT
    )
    version: Mapped[int] = mapped_column(server_default="0")
    published_version: Mapped[int | None]
    source_locale: Mapped[str] = mapped_column(String(20), default="en", server_default="en")

    texts: Mapped[list["CampaignText"]] = relationship(back_populates="campaign")
    partners: Mapped[list["Partner"]] = relationship(order_by="Partner.position")


class PictureTexts:
    """The columns of texts about the picture of a campaign or an action, empty without one."""

    picture_alt: Mapped[str] = mapped_column(String(MAX_ALT_LENGTH), server_default="")
    picture_quote: Mapped[str] = mapped_column(String(MAX_QUOTE_LENGTH), server_default="")
    picture_person: Mapped[str] = mapped_column(String(MAX_PERSON_LENGTH), server_default="")
    picture_place: Mapped[str] = mapped_column(String(MAX_PERSON_LENGTH), server_default="")


class CampaignText(PictureTexts, Base):
    """A campaign in one language, public as a whole or not at all."""

    __tablename__ = "campaign_texts"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)  # BCP 47
    is_public: Mapped[bool] = mapped_column(default=True)
    title: Mapped[str] = mapped_column(String(120))  # the topic, short
    headline: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)  # Markdown
    result: Mapped[str] = mapped_column(Text, server_default="")  # Markdown: what it achieved

    campaign: Mapped[Campaign] = relationship(back_populates="texts")


class FormerCampaignSlug(Base):
    """A slug that a campaign had while it was public: its addresses redirect to the present one."""

    __tablename__ = "former_campaign_slugs"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))


class Partner(Base):
    """An organisation that carries a joint campaign."""

    __tablename__ = "partners"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    website: Mapped[str | None] = mapped_column(String(300))

    texts: Mapped[list["PartnerText"]] = relationship(cascade="all, delete-orphan")


class PartnerText(Base):
    """A partner in one language: its name, and the action points agreed with it."""

    __tablename__ = "partner_texts"

    partner_id: Mapped[int] = mapped_column(
        ForeignKey("partners.id", ondelete="cascade"), primary_key=True
    )
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    points: Mapped[str] = mapped_column(Text, default="")  # Markdown


class ChannelName(Base):
    """The name that staff gave a channel of share links: its source is in the links."""

    __tablename__ = "channel_names"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaigns.id", ondelete="cascade"), primary_key=True
    )
    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(MAX_CHANNEL_NAME))


class Picture(Base):
    """The picture of a campaign, or of one of its actions, re-encoded without its metadata.

    A picture that is replaced or removed is deleted at once: someone on it may be at risk.
    """

    __tablename__ = "pictures"
    __table_args__ = (
        CheckConstraint("width > 0 and height > 0", name="size"),
        CheckConstraint("focus between 1 and 9", name="focus"),
        Index(
            "ix_pictures_campaign_id",
            "campaign_id",
            unique=True,
            postgresql_where=text(OF_CAMPAIGN),
            sqlite_where=text(OF_CAMPAIGN),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(
        String(32), unique=True
    )  # in addresses: a hash of its content
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    action_id: Mapped[int | None] = mapped_column(ForeignKey("actions.id"), unique=True)
    width: Mapped[int]  # pixels of the largest file
    height: Mapped[int]
    # The part that stays when it is cropped: 1 to 9, row by row
    focus: Mapped[int] = mapped_column(default=DEFAULT_FOCUS)
    credit: Mapped[str] = mapped_column(String(MAX_CREDIT_LENGTH), default="", server_default="")
    # A name in LICENCES
    licence: Mapped[str] = mapped_column(String(20), default="", server_default="")
    quoted_on: Mapped[date | None]  # when the person quoted said so
    added_at: Mapped[datetime]

    files: Mapped[list["PictureFile"]] = relationship(cascade="all, delete-orphan")


class PictureFile(Base):
    """A picture in one size and format."""

    __tablename__ = "picture_files"
    __table_args__ = (CheckConstraint(f"format in {PICTURE_FORMATS}", name="format"),)

    picture_id: Mapped[int] = mapped_column(
        ForeignKey("pictures.id", ondelete="cascade"), primary_key=True
    )
    width: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # pixels
    format: Mapped[str] = mapped_column(String(4), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class DraftPicture(Base):
    """A picture that the newest content of a published campaign or action has, and the public not yet.

    Its name and the values that people enter are in that content.
    """

    __tablename__ = "draft_pictures"
    __table_args__ = (CheckConstraint("width > 0 and height > 0", name="size"),)

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    action_id: Mapped[int | None] = mapped_column(ForeignKey("actions.id"))
    width: Mapped[int]
    height: Mapped[int]
    added_at: Mapped[datetime]


class DraftPictureFile(Base):
    """The same picture in one size and format."""

    __tablename__ = "draft_picture_files"
    __table_args__ = (CheckConstraint(f"format in {PICTURE_FORMATS}", name="format"),)

    name: Mapped[str] = mapped_column(
        ForeignKey("draft_pictures.name", ondelete="cascade"), primary_key=True
    )
    width: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # pixels
    format: Mapped[str] = mapped_column(String(4), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Revision(Base):
    """The whole content of a campaign or an action as someone saved it.

    `origin`: a draft was discarded, or the revision `restored_number` was restored; null: an edit.
    `public_from`, `public_until`: when the public saw it; null where that is not known.
    """

    __tablename__ = "revisions"
    __table_args__ = (
        CheckConstraint(f"subject in {VERSIONED_KINDS}", name="subject"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint(f"origin in {REVISION_ORIGINS}", name="origin"),
        CheckConstraint(
            "(restored_number is not null) = (origin is not null and origin = 'restored')",
            name="restored_number",
        ),
    )

    subject: Mapped[str] = mapped_column(String(8), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    saved_at: Mapped[datetime]
    staff_id: Mapped[int | None]  # its author; null: a command
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    origin: Mapped[str | None] = mapped_column(String(10))
    restored_number: Mapped[int | None]
    public_from: Mapped[datetime | None]
    public_until: Mapped[datetime | None]


class ScheduledDraft(Base):
    """A draft that the worker publishes at a time, if its newest revision still has this number.

    Those of a campaign with the same time are published together or not at all. `failure`: why they were
    not. Whatever ends a draft deletes its row.
    """

    __tablename__ = "scheduled_drafts"
    __table_args__ = (
        CheckConstraint(f"subject in {VERSIONED_KINDS}", name="subject"),
        CheckConstraint(f"failure in {SCHEDULE_FAILURES}", name="failure"),
        CheckConstraint("(failure is null) = (failed_at is null)", name="failed_at"),
    )

    subject: Mapped[str] = mapped_column(String(8), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)
    scheduled_at: Mapped[datetime]
    staff_id: Mapped[int]  # who decided it
    failed_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(String(10))


class PreviewLink(Base):
    """A link by which people without an account can see a campaign before it is public."""

    __tablename__ = "preview_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    label: Mapped[str] = mapped_column(String(120))  # for whom
    made_at: Mapped[datetime]
    staff_id: Mapped[int | None]  # its author
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    opened: Mapped[int] = mapped_column(default=0)  # how often
    last_opened_at: Mapped[datetime | None]
