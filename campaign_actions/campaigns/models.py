"""Campaign: a cause, and its texts in each language."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign_actions.core.database import Base


class Campaign(Base):
    """A cause. The public sees it from `published_at` on, and never when that is null."""

    __tablename__ = "campaigns"
    __table_args__ = (CheckConstraint("slug = lower(slug) and slug <> ''", name="slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    document_index: Mapped[str | None] = mapped_column(String(40))  # like EUR 46/039/2003
    position: Mapped[int] = mapped_column(default=0)  # its place in lists
    published_at: Mapped[datetime | None]

    texts: Mapped[list["CampaignText"]] = relationship(back_populates="campaign")


class CampaignText(Base):
    """A campaign in one language, public as a whole or not at all."""

    __tablename__ = "campaign_texts"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)  # BCP 47
    is_public: Mapped[bool] = mapped_column(default=True)
    title: Mapped[str] = mapped_column(String(120))  # the topic, short
    headline: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)  # Markdown

    campaign: Mapped[Campaign] = relationship(back_populates="texts")
