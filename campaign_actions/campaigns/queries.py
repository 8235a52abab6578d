"""What the public may see of campaigns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from campaign_actions.campaigns.models import (
    Campaign,
    CampaignText,
    FormerCampaignSlug,
    Partner,
    PartnerText,
)
from campaign_actions.core.database import db


@dataclass(frozen=True)
class PublicCampaign:
    """A published campaign in one language."""

    id: int
    slug: str
    document_index: str | None
    title: str
    headline: str
    summary: str
    body: str
    result: str  # what it achieved; empty: nothing is said yet


@dataclass(frozen=True)
class PublicPartner:
    """A partner of a joint campaign in one language."""

    name: str
    website: str | None
    points: str


def published(locale: str, now: datetime) -> Any:
    """The rule of what is public: campaigns whose instant has come, in a language that is ready."""
    return (
        select(
            Campaign.id,
            Campaign.slug,
            Campaign.document_index,
            CampaignText.title,
            CampaignText.headline,
            CampaignText.summary,
            CampaignText.body,
            CampaignText.result,
        )
        .join(CampaignText)
        .where(Campaign.published_at <= now, CampaignText.locale == locale, CampaignText.is_public)
    )


def find_campaign(slug: str, *, locale: str, now: datetime) -> PublicCampaign | None:
    row = db.session.execute(published(locale, now).where(Campaign.slug == slug)).one_or_none()
    return PublicCampaign(**row._mapping) if row else None


def campaigns(*, locale: str, now: datetime) -> list[PublicCampaign]:
    """All published campaigns of a language, in the order staff gave them."""
    rows = db.session.execute(published(locale, now).order_by(Campaign.position, Campaign.id))
    return [PublicCampaign(**row._mapping) for row in rows]


def campaign_locales(campaign_id: int) -> Sequence[str]:
    """The languages in which a campaign is public."""
    return db.session.scalars(
        select(CampaignText.locale)
        .where(CampaignText.campaign_id == campaign_id, CampaignText.is_public)
        .order_by(CampaignText.locale)
    ).all()


def partners_of(campaign_id: int, locale: str) -> list[PublicPartner]:
    """Who carries a campaign, in the order staff gave them; those that have a name in the language."""
    rows = db.session.execute(
        select(PartnerText.name, Partner.website, PartnerText.points)
        .join(Partner, Partner.id == PartnerText.partner_id)
        .where(Partner.campaign_id == campaign_id, PartnerText.locale == locale)
        .order_by(Partner.position, Partner.id)
    )
    return [PublicPartner(**row._mapping) for row in rows]


def find_moved_campaign(slug: str) -> str | None:
    """The slug of the campaign that had this one while it was public."""
    return db.session.scalar(
        select(Campaign.slug)
        .join(FormerCampaignSlug, FormerCampaignSlug.campaign_id == Campaign.id)
        .where(FormerCampaignSlug.slug == slug)
    )
