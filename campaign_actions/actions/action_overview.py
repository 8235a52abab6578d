"""Actions as staff see them: published or not, with the current count."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import selectinload

from campaign_actions.actions.goals import shown_goal
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.kinds.base import ActionKind
from campaign_actions.actions.models import Action, ActionCount, ActionText
from campaign_actions.actions.naming import action_name
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.core.db.session import db

Titles = Mapping[str, str]  # by language


class ActionIds(TypedDict):
    """The arguments that addresses of an action's pages begin with."""

    campaign_id: int
    action_id: int


@dataclass(frozen=True)
class ActionOverview:
    """An action of a campaign, titled in the reader's language, or else in another."""

    id: int
    campaign_id: int
    campaign_slug: str
    campaign_title: str
    slug: str
    kind: ActionKind
    title: str
    locale: str  # of the title
    locales: tuple[str, ...]
    state: str  # draft, scheduled, open, closed
    goal: int  # as shown
    first_goal: int  # as set
    count: int
    shows_comments: bool
    published_at: datetime | None
    closes_at: datetime | None
    position: int
    version: int

    @property
    def name(self) -> str:
        """Its name in commands and the audit log."""
        return action_name(self.campaign_slug, self.slug)

    @property
    def ids(self) -> ActionIds:
        return {"campaign_id": self.campaign_id, "action_id": self.id}


def find_action_overview(
    campaign_id: int, action_id: int, *, locales: Sequence[str], now: datetime
) -> ActionOverview | None:
    """An action, if it belongs to that campaign. `locales`: for titles, best first."""
    condition = Action.id == action_id, Action.campaign_id == campaign_id
    return next(iter(action_overviews(*condition, locales=locales, now=now)), None)


def action_overviews(
    *conditions: ColumnElement[bool], locales: Sequence[str], now: datetime
) -> list[ActionOverview]:
    """The actions that match all conditions, in display order."""
    columns = Action, Campaign.slug, func.coalesce(ActionCount.confirmed, 0)
    rows = db.session.execute(
        select(*columns)
        .join(Campaign, Campaign.id == Action.campaign_id)
        .outerjoin(ActionCount, ActionCount.action_id == Action.id)
        .options(selectinload(Action.milestones))
        .where(*conditions, Action.kind.in_(KINDS))
        .order_by(Action.position, Action.id)
    ).all()
    campaigns = _titles(CampaignText, "campaign_id", {action.campaign_id for action, *_ in rows})
    actions = _titles(ActionText, "action_id", {action.id for action, *_ in rows})
    return [
        _overview(
            row,
            campaign_titles=campaigns[row.Action.campaign_id],
            titles=actions[row.Action.id],
            locales=locales,
            now=now,
        )
        for row in rows
    ]


def _overview(
    row: Row[Action, str, int],
    *,
    campaign_titles: Titles,
    titles: Titles,
    locales: Sequence[str],
    now: datetime,
) -> ActionOverview:
    action, campaign_slug, confirmed = row
    count = max(0, confirmed)
    locale, title = find_title(titles, locales) or ("en", action.slug)
    _locale, campaign_title = find_title(campaign_titles, locales) or ("en", campaign_slug)
    return ActionOverview(
        id=action.id,
        campaign_id=action.campaign_id,
        campaign_slug=campaign_slug,
        campaign_title=campaign_title,
        slug=action.slug,
        kind=KINDS[action.kind],
        title=title,
        locale=locale,
        locales=sort_locales(titles, locales),
        state=publication_state(action.published_at, action.closes_at, now),
        goal=shown_goal(action.goal, count, (one.count for one in action.milestones)),
        first_goal=action.goal,
        count=count,
        shows_comments=action.shows_comments,
        published_at=action.published_at,
        closes_at=action.closes_at,
        position=action.position,
        version=action.version,
    )


def publication_state(
    published_at: datetime | None, closes_at: datetime | None, now: datetime
) -> str:
    if published_at is None:
        return "draft"
    if published_at > now:
        return "scheduled"
    return "closed" if closes_at and closes_at <= now else "open"


def _titles(
    texts: type[CampaignText | ActionText], owner: str, ids: Collection[int]
) -> dict[int, dict[str, str]]:
    """The titles of campaigns or actions by language; empty for one that has no text."""
    owner_id = getattr(texts, owner)
    titles: dict[int, dict[str, str]] = {one: {} for one in ids}
    rows = select(owner_id.label("owner_id"), texts.locale, texts.title).where(owner_id.in_(ids))
    for row in db.session.execute(rows):
        titles[row.owner_id][row.locale] = row.title
    return titles


def find_title(titles: Titles, locales: Sequence[str]) -> tuple[str, str] | None:
    """The first language that has a title, and the title."""
    tags = sort_locales(titles, locales)
    return next(((tag, titles[tag]) for tag in tags if titles[tag]), None)


def sort_locales(tags: Iterable[str], locales: Sequence[str]) -> tuple[str, ...]:
    """Languages in the order of `locales`; others follow in alphabetical order."""
    positions = {tag: position for position, tag in enumerate(locales)}
    return tuple(sorted(tags, key=lambda tag: (positions.get(tag, len(positions)), tag)))
