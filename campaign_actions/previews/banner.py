"""The banner above a previewed page, which says whether the public sees the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from campaign_actions.actions.action_overview import later_of
from campaign_actions.actions.models import Action, ActionText
from campaign_actions.actions.newest.drafts import Draft, drafts_of
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.campaigns.texts import language_of_field
from campaign_actions.campaigns.versioning.drafts import changed_names
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale import locales


@dataclass(frozen=True)
class PreviewBanner:
    """`opens_at`: if it is in the future. `has_changes`: the public page does not have yet.

    `back`: for staff, the address that they came from, and `came_from` its page: changes, checklist or "",
    which is publishing. `locale`: of its words; "": that of the page.
    `is_sent`: after the form was sent, which does nothing.
    """

    opens_at: datetime | None
    is_public: bool
    has_changes: bool = False
    back: str = ""
    came_from: str = ""
    locale: str = ""
    is_sent: bool = False


def make_banner(
    campaign: Campaign,
    locale: str,
    action_id: int | None,
    *,
    now: datetime,
    back: str = "",
    came_from: str = "",
    words_in: str = "",
    is_sent: bool = False,
) -> PreviewBanner:
    """Of the page of a campaign, or of one of its actions, in a language. `words_in`: that of its words."""
    action = db.session.get(Action, action_id) if action_id else None
    times = [one.published_at for one in (campaign, action) if one]
    opens_at = later_of(*times)
    is_public = opens_at is not None and opens_at <= now and _is_public(campaign.id, locale)
    return PreviewBanner(
        opens_at if opens_at and opens_at > now else None,
        is_public,
        is_public and _has_changes(campaign.id, locale, action_id, now),
        back=back,
        came_from=came_from,
        locale=words_in,
        is_sent=is_sent,
    )


def _is_public(campaign_id: int, locale: str) -> bool:
    text = select(CampaignText.is_public).filter_by(campaign_id=campaign_id, locale=locale)
    return locale in locales() and bool(db.session.scalar(text))


def _has_changes(campaign_id: int, locale: str, action_id: int | None, now: datetime) -> bool:
    """Whether a draft changes the page in this language, or the page leads to an action that is not open."""
    if action_id is None and _has_unopened(campaign_id, locale, now):
        return True
    drafts = drafts_of([campaign_id]).values()
    return any(
        name
        for draft in drafts
        if draft.subject is CAMPAIGN or action_id in (None, draft.subject_id)
        for name in _changes_of(draft, locale)
    )


def _changes_of(draft: Draft, locale: str) -> Iterator[str]:
    public = draft.subject.read(db.session.connection(), draft.subject_id)
    for name in changed_names(public, draft.content):
        if language_of_field(name) in ("", locale):
            yield name


def _has_unopened(campaign_id: int, locale: str, now: datetime) -> bool:
    is_unopened = or_(Action.published_at.is_(None), Action.published_at > now)
    found = select(Action.id).join(ActionText).where(ActionText.locale == locale, is_unopened)
    return db.session.scalar(found.where(Action.campaign_id == campaign_id).limit(1)) is not None
