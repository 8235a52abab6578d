"""Tables of campaigns: their texts, former slugs, partners, channels and preview links."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign_actions.campaigns.models.pictures import PictureTexts
from campaign_actions.core.db.session import Base
from campaign_actions.core.security.public_ids import PUBLIC_ID_LENGTH, new_public_id
from campaign_actions.core.theme import DEFAULT_ACCENT

MAX_CHANNEL_NAME = 60


class Campaign(Base):
    """A cause. It is public from `published_at` on; null: a draft.

    `version` is the number of its newest revision. `published_version`: the one after which a draft of
    changes begins; null: there is no such draft. `public_number()` finds the one that the public sees.
    """

    __tablename__ = "campaigns"
    __table_args__ = (CheckConstraint("slug = lower(slug) and slug <> ''", name="slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    document_index: Mapped[str | None] = mapped_column(String(40))  # like EUR 46/039/2003
    position: Mapped[int] = mapped_column(default=0)  # its place in lists
    published_at: Mapped[datetime | None]
    publisher_id: Mapped[int | None]  # who set `published_at`; null: a command, or not known
    archived_at: Mapped[datetime | None]  # since then it is listed as achieved
    accent: Mapped[str] = mapped_column(  # a key of core.theme.ACCENTS
        String(20), default=DEFAULT_ACCENT, server_default=DEFAULT_ACCENT
    )
    version: Mapped[int] = mapped_column(server_default="0")
    published_version: Mapped[int | None]
    source_locale: Mapped[str] = mapped_column(String(20), default="en", server_default="en")
    # Steps of the checklist that someone left out, with spaces between.
    left_out_steps: Mapped[str] = mapped_column(Text, default="", server_default="")

    texts: Mapped[list["CampaignText"]] = relationship(back_populates="campaign")
    partners: Mapped[list["Partner"]] = relationship(order_by="Partner.position")


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
    """An organisation that carries a joint campaign.

    `source`: in its share links, in every language and whatever its name is later; null until it is public
    or its campaign is a draft. It had one for each language before: `former_sources`, with spaces between,
    still count. A removed partner keeps its row without texts.
    """

    __tablename__ = "partners"
    __table_args__ = (Index("ix_partners_source", "campaign_id", "source", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    website: Mapped[str | None] = mapped_column(String(300))
    source: Mapped[str | None] = mapped_column(String(40))
    former_sources: Mapped[str] = mapped_column(Text, default="", server_default="")

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
    """The name that staff gave a channel of share links: its source is in the links, and stays.

    A removed one is no longer offered. Its links work, and the people who came by them have its name.
    """

    __tablename__ = "channel_names"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaigns.id", ondelete="cascade"), primary_key=True
    )
    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(MAX_CHANNEL_NAME))
    removed_at: Mapped[datetime | None]


class PreviewLink(Base):
    """A link by which people without an account can see a campaign before it is public.

    Its address has the public id, and works for as long as its author may make such links.
    """

    __tablename__ = "preview_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(
        String(PUBLIC_ID_LENGTH), index=True, unique=True, default=new_public_id, server_default=""
    )
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    label: Mapped[str] = mapped_column(String(120))  # for whom
    made_at: Mapped[datetime]
    staff_id: Mapped[int | None]  # its author
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    opened: Mapped[int] = mapped_column(default=0)  # how often
    last_opened_at: Mapped[datetime | None]
