"""SQL statements of public pages, built at import, since building one costs more than running it.

Functions in queries.py and comments/public.py run them, with parameters bound by name.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    Select,
    bindparam,
    exists,
    func,
    literal,
    select,
)

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import (
    Action,
    ActionCount,
    ActionText,
    Comment,
    ConsentText,
    FormerActionSlug,
    LedgerEntry,
    Milestone,
    MilestoneText,
    SharePicture,
    Signature,
)
from campaign_actions.campaigns.models import Campaign, CampaignText, FormerCampaignSlug
from campaign_actions.campaigns.models.embargo import is_public
from campaign_actions.core.db.session import UtcDateTime

_NOT_FOLDED_YET = literal(datetime(1970, 1, 1, tzinfo=UTC), UtcDateTime())


_OF_CAMPAIGN = (
    Campaign.slug.label("campaign_slug"),
    Campaign.published_at.label("campaign_published_at"),
    CampaignText.title.label("campaign_title"),
)
_OF_ACTION = (
    *(Action.id, Action.campaign_id, Action.slug, Action.kind, Action.questions, Action.goal),
    *(Action.published_at, Action.closes_at),
    *(Action.asks_family_name, Action.asks_show_name, Action.asks_updates, Action.asks_comment),
    *(Action.shows_comments, Action.sends_receipt),
)
_OF_TEXT = (
    *(ActionText.locale, ActionText.title, ActionText.addressee, ActionText.summary),
    *(ActionText.teaser, ActionText.button, ActionText.body, ActionText.background),
    *(ActionText.thanks, ActionText.share_text, ActionText.confirm_text, ActionText.receipt_text),
    *(ActionText.result, ActionText.questions.label("question_texts")),
)


def _select_actions() -> Select[*tuple[Any, ...]]:
    """Actions with their texts in one language and their counts."""
    locale: BindParameter[str] = bindparam("locale")
    is_in_language = (CampaignText.campaign_id == Campaign.id) & (CampaignText.locale == locale)
    return (
        select(
            *_OF_CAMPAIGN,
            *_OF_ACTION,
            *_OF_TEXT,
            _newest_consent(locale).label("consent_version"),
            func.coalesce(ActionCount.confirmed, 0).label("count"),
            _oldest_unfolded().label("as_of"),
            SharePicture.content_hash.label("share_picture"),
        )
        .join(Campaign, Campaign.id == Action.campaign_id)
        .join(ActionText, (ActionText.action_id == Action.id) & (ActionText.locale == locale))
        .join(CampaignText, is_in_language)
        .outerjoin(ActionCount, ActionCount.action_id == Action.id)
        .outerjoin(SharePicture, _is_its_share_picture(locale))
        .where(Action.kind.in_(KINDS))
    )


def _is_its_share_picture(locale: BindParameter[str]) -> ColumnElement[bool]:
    has_file = SharePicture.png.is_not(None)
    return (SharePicture.action_id == Action.id) & (SharePicture.locale == locale) & has_file


def _newest_consent(locale: BindParameter[str]) -> ScalarSelect[int]:
    return (
        select(func.max(ConsentText.version))
        .where(ConsentText.kind == Action.kind, ConsentText.locale == locale)
        .correlate(Action)
        .scalar_subquery()
    )


def _oldest_unfolded() -> ScalarSelect[datetime]:
    return (
        select(func.min(LedgerEntry.written_at))
        .where(
            LedgerEntry.action_id == Action.id,
            # Older index entries are dead, but PostgreSQL would read them until the next vacuum.
            LedgerEntry.written_at >= func.coalesce(ActionCount.folded_to, _NOT_FOLDED_YET),
        )
        .correlate(Action, ActionCount)
        .scalar_subquery()
    )


_IS_PUBLIC = (
    is_public(bindparam("now"), Campaign, Action),
    exists().where(ConsentText.kind == Action.kind, ConsentText.locale == ActionText.locale),
)
WRITTEN_ACTION = _select_actions().where(Action.id == bindparam("action_id"))
PUBLIC_ACTION = _select_actions().where(
    Campaign.slug == bindparam("campaign_slug"), Action.slug == bindparam("slug"), *_IS_PUBLIC
)
PUBLIC_ACTION_BY_ID = _select_actions().where(Action.id == bindparam("action_id"), *_IS_PUBLIC)
PUBLIC_ACTIONS = (
    _select_actions().where(*_IS_PUBLIC).order_by(Campaign.position, Action.position, Action.id)
)
PUBLIC_ACTIONS_OF_CAMPAIGN = PUBLIC_ACTIONS.where(Action.campaign_id == bindparam("campaign_id"))
ALL_ACTIONS_OF_CAMPAIGN = (
    _select_actions()
    .where(Action.campaign_id == bindparam("campaign_id"))
    .order_by(Action.position, Action.id)
)
MILESTONES = (
    select(Milestone.action_id, Milestone.count, MilestoneText.text)
    .outerjoin(
        MilestoneText,
        (MilestoneText.action_id == Milestone.action_id)
        & (MilestoneText.number == Milestone.number)
        & (MilestoneText.locale == bindparam("locale")),
    )
    .where(Milestone.action_id.in_(bindparam("ids", expanding=True)))
    .order_by(Milestone.count, Milestone.number)
)
SIGNATURE_BY_PUBLIC_ID = select(Signature).where(
    Signature.action_id == bindparam("action_id"), Signature.public_id == bindparam("public_id")
)
ACTION_LOCALES = (
    select(ActionText.locale)
    .join(Action, Action.id == ActionText.action_id)
    .join(
        CampaignText,
        (CampaignText.campaign_id == Action.campaign_id)
        & (CampaignText.locale == ActionText.locale),
    )
    .where(ActionText.action_id == bindparam("action_id"), CampaignText.is_public)
    .order_by(ActionText.locale)
)
_CAMPAIGN_SLUG: BindParameter[str] = bindparam("campaign_slug")
_FORMER_CAMPAIGN = select(FormerCampaignSlug.campaign_id).where(
    FormerCampaignSlug.slug == _CAMPAIGN_SLUG
)
_FORMER_ACTION = select(FormerActionSlug.action_id).where(
    FormerActionSlug.campaign_id == Campaign.id, FormerActionSlug.slug == bindparam("slug")
)
CURRENT_SLUGS = (  # by current or former slugs; an action that has them now comes first
    select(Campaign.slug, Action.slug)
    .join(Action, Action.campaign_id == Campaign.id)
    .where(
        (Campaign.slug == _CAMPAIGN_SLUG) | (Campaign.id == _FORMER_CAMPAIGN.scalar_subquery()),
        (Action.slug == bindparam("slug"))
        | (Action.id == _FORMER_ACTION.correlate(Campaign).scalar_subquery()),
    )
    .order_by((Campaign.slug == _CAMPAIGN_SLUG).desc(), (Action.slug == bindparam("slug")).desc())
    .limit(1)
)
NEWEST_CONSENT = (
    select(ConsentText.body)
    .where(ConsentText.kind == bindparam("kind"), ConsentText.locale == bindparam("locale"))
    .order_by(ConsentText.version.desc())
    .limit(1)
)
SIGNATURE_TO_MAIL = select(
    *(Signature.action_id, Signature.public_id, Signature.status, Signature.email),
    *(Signature.signed_at, Signature.confirmed_at),
    *(Signature.answers, Signature.kind, Signature.locale, Signature.consent_version),
).where(
    Signature.email_key == bindparam("email_key"), Signature.action_id == bindparam("action_id")
)
SHARE_PICTURE = select(SharePicture.png).where(
    SharePicture.action_id == bindparam("action_id"),
    SharePicture.locale == bindparam("locale"),
    SharePicture.content_hash == bindparam("content_hash"),
)
SHOWN_COMMENTS = (
    select(
        Comment.decided_at,
        Signature.comment,
        Signature.locale,
        Signature.country_code,
        Signature.show_name,
        Signature.given_name,
        Signature.family_name,
    )
    .join_from(Comment, Signature)
    .where(
        Comment.action_id == bindparam("action_id"),
        Comment.is_shown.is_(True),
        Comment.decided_at < bindparam("before", type_=UtcDateTime()),
        Signature.is_counted,
        Signature.show_comment,
    )
    .order_by(Comment.decided_at.desc())
    .limit(bindparam("limit"))
)
