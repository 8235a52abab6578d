"""Actions as staff see them: published or not, with the current count."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypedDict

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import selectinload

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.goals import shown_goal
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.kinds.base import ActionKind
from campaign_actions.actions.models import Action, ActionCount
from campaign_actions.actions.naming import action_name
from campaign_actions.actions.newest.drafts import Draft, Drafts, drafts_of
from campaign_actions.actions.newest.titles import (
    Titles,
    find_title,
    read_action_titles,
    read_campaign_titles,
    sort_locales,
)
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.models.embargo import has_opened
from campaign_actions.core.db.session import db

State = Literal["draft", "scheduled", "open", "closed", "archived"]


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
    state: State
    goal: int  # as shown
    first_goal: int  # as set
    count: int
    asks_comment: bool
    shows_comments: bool
    published_at: datetime | None
    closes_at: datetime | None
    position: int
    version: int
    next_opening: datetime | None = None  # ahead, if decided; not before that of its campaign
    is_public: bool = False  # published, as its campaign is
    has_closed: bool = False  # its closing time has passed, also if it is not public
    draft: Draft | None = None  # changes that the public does not see yet
    public_locales: tuple[str, ...] = ()  # that its public page has; none if it is not public
    archived_at: datetime | None = None  # with its campaign
    is_campaign_public: bool = True
    publisher_id: int | None = None  # as of a campaign

    @property
    def name(self) -> str:
        """Its name in commands and the audit log."""
        return action_name(self.campaign_slug, self.slug)

    @property
    def has_opened(self) -> bool:
        """Whether it is or was open. One that an archived campaign never opened is archived all the same."""
        return self.published_at is not None and self.state not in ("draft", "scheduled")

    @property
    def has_ended(self) -> bool:
        """Whether it was open and has closed, even if its campaign was unpublished since."""
        return self.has_closed and self.published_at is not None

    @property
    def has_figures(self) -> bool:
        """Whether it is or was open, or people have taken part."""
        return self.has_opened or self.count > 0

    @property
    def can_be_shared(self) -> bool:
        """Whether people can take part in it, or will be able to."""
        return self.state in ("draft", "scheduled", "open")

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
    *conditions: ColumnElement[bool],
    locales: Sequence[str],
    now: datetime,
    drafts: Drafts | None = None,
) -> list[ActionOverview]:
    """The actions that match all conditions, in display order. `drafts`: those of their campaigns."""
    columns = Action, Campaign, func.coalesce(ActionCount.confirmed, 0)
    rows = db.session.execute(
        select(*columns)
        .join(Campaign, Campaign.id == Action.campaign_id)
        .outerjoin(ActionCount, ActionCount.action_id == Action.id)
        .options(selectinload(Action.milestones))
        .where(*conditions, Action.kind.in_(KINDS))
        .order_by(Action.position, Action.id)
    ).all()
    ids = {action.campaign_id for action, *_ in rows}
    drafts = drafts_of(ids) if drafts is None else drafts
    campaigns, public_tags = read_campaign_titles(ids, drafts)
    actions = read_action_titles({action.id for action, *_ in rows}, drafts)
    return [
        _overview(
            row,
            campaign_titles=campaigns[row.Action.campaign_id],
            titles=actions[row.Action.id],
            draft=drafts.get((ACTION.name, row.Action.id)),
            public_tags=public_tags[row.Action.campaign_id],
            locales=locales,
            now=now,
        )
        for row in rows
    ]


def _overview(
    row: Row[Action, Campaign, int],
    *,
    campaign_titles: Titles,
    titles: Titles,
    draft: Draft | None,
    public_tags: Collection[str],
    locales: Sequence[str],
    now: datetime,
) -> ActionOverview:
    action, campaign, confirmed = row
    opens_at = later_of(campaign.published_at, action.published_at)
    is_public, tags = opens_at is not None and opens_at <= now, sort_locales(titles, locales)
    count = max(0, confirmed)
    locale, title = find_title(titles, locales) or ("en", action.slug)
    _locale, campaign_title = find_title(campaign_titles, locales) or ("en", campaign.slug)
    return ActionOverview(
        id=action.id,
        campaign_id=action.campaign_id,
        campaign_slug=campaign.slug,
        campaign_title=campaign_title,
        slug=action.slug,
        kind=KINDS[action.kind],
        title=title,
        locale=locale,
        locales=tags,
        state=find_state(opens_at, action.closes_at, archived_at(campaign), now),
        goal=shown_goal(action.goal, count, (one.count for one in action.milestones)),
        first_goal=action.goal,
        count=count,
        asks_comment=action.asks_comment,
        shows_comments=action.shows_comments,
        published_at=action.published_at,
        closes_at=action.closes_at,
        position=action.position,
        version=action.version,
        next_opening=_next_opening(campaign, action, now),
        is_public=is_public,
        has_closed=action.closes_at is not None and action.closes_at <= now,
        draft=draft,
        public_locales=tuple(tag for tag in tags if is_public and tag in public_tags),
        archived_at=archived_at(campaign),
        is_campaign_public=has_opened(now, campaign.published_at),
        publisher_id=action.publisher_id,
    )


def _next_opening(campaign: Campaign, action: Action, now: datetime) -> datetime | None:
    if action.published_at is None:
        return None
    opens_at = max(filter(None, (campaign.published_at, action.published_at)))
    return opens_at if opens_at > now else None


def find_state(
    opens_at: datetime | None, ends_at: datetime | None, archived_at: datetime | None, now: datetime
) -> State:
    """The one state of a campaign or an action. `archived_at`: of the campaign."""
    if archived_at and archived_at <= now:
        return "archived"
    if opens_at is None:
        return "draft"
    if opens_at > now:
        return "scheduled"
    return "closed" if ends_at and ends_at <= now else "open"


def end_of(actions: Collection[ActionOverview | Row[Any]], now: datetime) -> datetime | None:
    """When the last of the actions that have opened closed; while one is open, when the last of all closes.

    Actions without a time of publication do not count. None: that is not decided, or there are none.
    """
    opened = [one.closes_at for one in actions if has_opened(now, one.published_at)]
    closed_at = later_of(*opened) if opened else None
    if closed_at and closed_at <= now:
        return closed_at
    ends = [action.closes_at for action in actions if action.published_at]
    return later_of(*ends) if ends else None


def later_of(*moments: datetime | None) -> datetime | None:
    """When all of it is open; None if that is not decided for a part."""
    known = [moment for moment in moments if moment is not None]
    return max(known) if len(known) == len(moments) else None


def archived_at(campaign: Campaign | Row[Any]) -> datetime | None:
    """Since when it is archived; None once it has been unpublished."""
    return campaign.archived_at if campaign.published_at else None
