"""What staff see of campaigns and actions: published or not, with the newest counts."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from campaign_actions.actions.at_work import ActionAtWork, CampaignAtWork
from campaign_actions.actions.goals import shown_goal
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import Action, ActionCount, ActionText, ConsentText
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.core.database import db
from campaign_actions.core.errors import NotThere
from campaign_actions.core.i18n import own_locales


def campaigns_at_work(
    ids: Collection[int] | None, *, locales: Sequence[str], now: datetime, skip: int, most: int
) -> list[CampaignAtWork]:
    """Campaigns in the order staff gave them; `ids`: None is all. `locales`: for titles, best first."""
    page = _campaigns(ids).order_by(Campaign.position, Campaign.id).offset(skip).limit(most)
    return _at_work(db.session.scalars(page).all(), locales, now)


def count_campaigns(ids: Collection[int] | None) -> int:
    counted = select(func.count()).select_from(_campaigns(ids).subquery())
    return db.session.scalar(counted) or 0


def campaign_at_work(campaign_id: int, *, now: datetime) -> CampaignAtWork:
    """In the language of the page, else in any it has. Raises NotThere."""
    found = db.session.scalars(select(Campaign).filter_by(id=campaign_id)).all()
    if not found:
        raise NotThere
    return _at_work(found, own_locales(), now)[0]


def action_at_work(
    campaign_id: int, action_id: int, *, now: datetime
) -> tuple[CampaignAtWork, ActionAtWork]:
    """With its campaign. Raises NotThere."""
    campaign = campaign_at_work(campaign_id, now=now)
    for action in campaign.actions:
        if action.id == action_id:
            return campaign, action
    raise NotThere


def _campaigns(ids: Collection[int] | None) -> Select[Any]:
    every = select(Campaign)
    return every if ids is None else every.where(Campaign.id.in_(ids))


def _at_work(
    found: Sequence[Campaign], locales: Sequence[str], now: datetime
) -> list[CampaignAtWork]:
    ids = [campaign.id for campaign in found]
    texts = _texts_of(
        select(
            CampaignText.campaign_id,
            CampaignText.locale,
            CampaignText.title,
            CampaignText.is_public,
        ).where(CampaignText.campaign_id.in_(ids))
    )
    actions = _actions_of(ids, locales, now)
    agreed = set(db.session.scalars(select(ConsentText.locale).distinct()))
    return [
        _campaign(
            campaign, texts.get(campaign.id, []), actions.get(campaign.id, []), agreed, locales, now
        )
        for campaign in found
    ]


def _campaign(
    campaign: Campaign,
    texts: list[Any],
    actions: list[ActionAtWork],
    agreed: set[str],
    locales: Sequence[str],
    now: datetime,
) -> CampaignAtWork:
    tags = in_order((text.locale for text in texts), locales)
    locale, title = _title(texts, tags, campaign.slug)
    return CampaignAtWork(
        id=campaign.id,
        slug=campaign.slug,
        title=title,
        locale=locale,
        locales=tags,
        public_locales=in_order((text.locale for text in texts if text.is_public), locales),
        state=_state(campaign, actions, now),
        document_index=campaign.document_index,
        published_at=campaign.published_at,
        archived_at=campaign.archived_at,
        position=campaign.position,
        version=campaign.version,
        actions=tuple(actions),
        without_consent=tuple(tag for tag in tags if tag not in agreed),
    )


def _actions_of(
    ids: list[int], locales: Sequence[str], now: datetime
) -> dict[int, list[ActionAtWork]]:
    """The actions of campaigns, by campaign."""
    rows = db.session.execute(
        select(Action, func.coalesce(ActionCount.confirmed, 0).label("confirmed"))
        .outerjoin(ActionCount, ActionCount.action_id == Action.id)
        .where(Action.campaign_id.in_(ids), Action.kind.in_(KINDS))
        .order_by(Action.position, Action.id)
    ).all()
    texts = _texts_of(
        select(ActionText.action_id, ActionText.locale, ActionText.title).where(
            ActionText.action_id.in_([row.Action.id for row in rows])
        )
    )
    found: dict[int, list[ActionAtWork]] = {}
    for row in rows:
        made = _action(
            row.Action, max(0, row.confirmed), texts.get(row.Action.id, []), locales, now
        )
        found.setdefault(row.Action.campaign_id, []).append(made)
    return found


def _action(
    action: Action, count: int, texts: list[Any], locales: Sequence[str], now: datetime
) -> ActionAtWork:
    tags = in_order((text.locale for text in texts), locales)
    locale, title = _title(texts, tags, action.slug)
    return ActionAtWork(
        id=action.id,
        campaign_id=action.campaign_id,
        slug=action.slug,
        kind=KINDS[action.kind],
        title=title,
        locale=locale,
        locales=tags,
        state=_action_state(action.published_at, action.closes_at, now),
        goal=shown_goal(action.goal, count),
        first_goal=action.goal,
        count=count,
        published_at=action.published_at,
        closes_at=action.closes_at,
        position=action.position,
        version=action.version,
    )


def in_order(tags: Iterable[str], locales: Sequence[str]) -> tuple[str, ...]:
    """Languages as a page lists them: the served ones in their order, then others."""
    places = {tag: place for place, tag in enumerate(locales)}
    return tuple(sorted(tags, key=lambda tag: (places.get(tag, len(places)), tag)))


def _texts_of(query: Any) -> dict[int, list[Any]]:
    """Rows of a query by the value of its first column."""
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(query):
        found.setdefault(row[0], []).append(row)
    return found


def _title(texts: list[Any], tags: Sequence[str], slug: str) -> tuple[str, str]:
    """The language and the title in the first language that has one, else the slug."""
    titles = {text.locale: text.title for text in texts}
    return next(((tag, titles[tag]) for tag in tags if titles[tag]), ("en", slug))


def _action_state(published_at: datetime | None, closes_at: datetime | None, now: datetime) -> str:
    if published_at is None:
        return "draft"
    if published_at > now:
        return "scheduled"
    return "closed" if closes_at and closes_at <= now else "open"


def _state(campaign: Campaign, actions: list[ActionAtWork], now: datetime) -> str:
    """A campaign is closed when it is public and so are actions in it, but none is open."""
    if campaign.archived_at and campaign.archived_at <= now:
        return "archived"
    state = _action_state(campaign.published_at, None, now)
    states = {action.state for action in actions} - {"draft"}
    return "closed" if state == "open" and states == {"closed"} else state
