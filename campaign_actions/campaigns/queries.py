"""Queries for public pages of campaigns, and for their previews."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from campaign_actions.campaigns.models import (
    Campaign,
    CampaignText,
    FormerCampaignSlug,
    Partner,
    PartnerText,
    ScheduledDraft,
)
from campaign_actions.campaigns.models.embargo import have_opened, is_public
from campaign_actions.core.db.session import db, has_rows

# The fields of PublicCampaign
CampaignQuery = Select[int, str, str | None, str, str, str, str, str, datetime | None, bool]


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
    result: str  # what it achieved
    archived_at: datetime | None  # since then it is listed as achieved
    has_result_elsewhere: bool  # whether another public language has one

    def is_archived_at(self, now: datetime) -> bool:
        return self.archived_at is not None and self.archived_at <= now


@dataclass(frozen=True)
class PublicPartner:
    """A partner of a joint campaign in one language."""

    name: str
    website: str | None
    points: str


def finished_campaigns(now: datetime) -> frozenset[int]:
    """The ids of the campaigns that are archived, with their result in each public language."""
    is_lacking = exists().where(CampaignText.campaign_id == Campaign.id, lacks_result())
    archived = select(Campaign.id).where(Campaign.archived_at <= now, ~is_lacking)
    return frozenset(db.session.scalars(archived))


def lacks_result() -> ColumnElement[bool]:
    """Whether a public text has no result, while another has."""
    return and_(CampaignText.is_public, CampaignText.result == "", _has_result_elsewhere())


def _has_result_elsewhere() -> ColumnElement[bool]:
    other = aliased(CampaignText)
    return exists().where(
        other.campaign_id == CampaignText.campaign_id,
        other.locale != CampaignText.locale,
        other.is_public,
        other.result != "",
    )


def public_campaigns_in(locale: str, now: datetime) -> CampaignQuery:
    """The rule of what is public: campaigns that have opened, in a public language."""
    return all_campaigns_in(locale).where(is_public(now, Campaign))


def all_campaigns_in(locale: str) -> CampaignQuery:
    """All campaigns with texts in a language, public or not: for previews."""
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
            Campaign.archived_at,
            _has_result_elsewhere().label("has_result_elsewhere"),
        )
        .join(CampaignText)
        .where(CampaignText.locale == locale)
    )


def find_campaign(slug: str, *, locale: str, now: datetime) -> PublicCampaign | None:
    row = db.session.execute(
        public_campaigns_in(locale, now).where(Campaign.slug == slug)
    ).one_or_none()
    return PublicCampaign(**row._mapping) if row else None


def find_written_campaign(campaign_id: int, *, locale: str) -> PublicCampaign | None:
    """A campaign in a language, public or not: for previews."""
    row = db.session.execute(
        all_campaigns_in(locale).where(Campaign.id == campaign_id)
    ).one_or_none()
    return PublicCampaign(**row._mapping) if row else None


def campaigns(*, locale: str, now: datetime) -> list[PublicCampaign]:
    """All public campaigns in a language, in their order."""
    rows = db.session.execute(
        public_campaigns_in(locale, now).order_by(Campaign.position, Campaign.id)
    )
    return [PublicCampaign(**row._mapping) for row in rows]


def campaign_locales(campaign_id: int) -> Sequence[str]:
    """The languages in which a campaign is public."""
    return db.session.scalars(_locales_of(campaign_id).where(CampaignText.is_public)).all()


def written_locales(campaign_id: int) -> Sequence[str]:
    """The languages in which a campaign has texts, public or not."""
    return db.session.scalars(_locales_of(campaign_id)).all()


@dataclass
class LanguagesLeft:
    """Of a public campaign: its languages that are `hidden`, or, once it is archived, lack the result."""

    hidden: list[str] = field(default_factory=list)
    without_result: list[str] = field(default_factory=list)


def languages_left(campaign_ids: Collection[int] | None, now: datetime) -> dict[int, LanguagesLeft]:
    """By campaign; of all campaigns if None."""
    is_archived = func.coalesce(Campaign.archived_at <= now, False)
    texts = (
        select(CampaignText.campaign_id, CampaignText.locale, is_archived.label("is_archived"))
        .join(Campaign)
        .where(
            have_opened(now, Campaign),
            or_(~is_archived & ~CampaignText.is_public, is_archived & lacks_result()),
        )
    )
    if campaign_ids is not None:
        texts = texts.where(CampaignText.campaign_id.in_(campaign_ids))
    found: defaultdict[int, LanguagesLeft] = defaultdict(LanguagesLeft)
    for row in db.session.execute(texts.order_by(CampaignText.campaign_id, CampaignText.locale)):
        left = found[row.campaign_id]
        (left.without_result if row.is_archived else left.hidden).append(row.locale)
    return found


def _locales_of(campaign_id: int) -> Select[str]:
    of_campaign = select(CampaignText.locale).where(CampaignText.campaign_id == campaign_id)
    return of_campaign.order_by(CampaignText.locale)


def partners_of(campaign_id: int, locale: str) -> list[PublicPartner]:
    """The partners that have a name in the language, in their order."""
    rows = db.session.execute(
        select(PartnerText.name, Partner.website, PartnerText.points)
        .join(Partner, Partner.id == PartnerText.partner_id)
        .where(Partner.campaign_id == campaign_id, PartnerText.locale == locale)
        .order_by(Partner.position, Partner.id)
    )
    return [PublicPartner(**row._mapping) for row in rows]


def partners_of_all(campaign_ids: Iterable[int], locale: str) -> list[PublicPartner]:
    """The same for several campaigns; an organisation with several is listed once."""
    rows = db.session.execute(
        select(PartnerText.name, Partner.website)
        .join(Partner, Partner.id == PartnerText.partner_id)
        .join(Campaign, Campaign.id == Partner.campaign_id)
        .where(Partner.campaign_id.in_(list(campaign_ids)), PartnerText.locale == locale)
        .order_by(Campaign.position, Campaign.id, Partner.position, Partner.id)
    )
    partners = (PublicPartner(name=row.name, website=row.website, points="") for row in rows)
    return list({partner.name: partner for partner in partners}.values())


def find_moved_campaign(slug: str) -> str | None:
    """The slug of the campaign that had this one while it was public."""
    return db.session.scalar(
        select(Campaign.slug)
        .join(FormerCampaignSlug, FormerCampaignSlug.campaign_id == Campaign.id)
        .where(FormerCampaignSlug.slug == slug)
    )


def has_open_campaign(now: datetime) -> bool:
    """Whether any has opened."""
    return has_rows(select(Campaign.id).where(have_opened(now, Campaign)))


def unopened_campaigns(
    ids: Collection[int] | None, *, now: datetime, until: datetime, limit: int
) -> dict[int, datetime | None]:
    """Campaigns that open before a time, earliest first, and then drafts, newest first.

    Each with its opening time. Among these, or among all if `ids` is None.
    """
    is_draft = Campaign.published_at.is_(None)
    opens_soon = and_(Campaign.published_at > now, Campaign.published_at <= until)
    found = select(Campaign.id, Campaign.published_at).where(or_(is_draft, opens_soon))
    if ids is not None:
        found = found.where(Campaign.id.in_(ids))
    in_order = found.order_by(is_draft, Campaign.published_at, Campaign.id.desc())
    rows = db.session.execute(in_order.limit(limit))
    return {row.id: row.published_at for row in rows}


def scheduled_campaigns(
    ids: Collection[int] | None, *, now: datetime, limit: int
) -> dict[int, datetime | None]:
    """Campaigns that are to open, earliest first, after those that should have opened and did not (None).

    Among these, or among all if `ids` is None.
    """
    missed = select(ScheduledDraft.subject_id).filter_by(subject="campaign")
    has_missed = and_(Campaign.published_at.is_(None), Campaign.id.in_(missed))
    found = select(Campaign.id, Campaign.published_at).where(
        or_(Campaign.published_at > now, has_missed)
    )
    if ids is not None:
        found = found.where(Campaign.id.in_(ids))
    in_order = found.order_by(Campaign.published_at.is_not(None), Campaign.published_at)
    return {row.id: row.published_at for row in db.session.execute(in_order.limit(limit))}


def missed_openings(ids: Iterable[int]) -> dict[int, datetime]:
    """When campaigns that are not public should have opened: those that the checks stopped."""
    wanted = set(ids)
    if not wanted:
        return {}
    these = select(ScheduledDraft.subject_id, ScheduledDraft.at).filter_by(subject="campaign")
    rows = db.session.execute(these.where(ScheduledDraft.subject_id.in_(wanted)))
    return {row.subject_id: row.at for row in rows}
