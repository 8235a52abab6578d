"""All campaigns as the workspace lists them: without their texts."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, true

from campaign_actions.actions.action_overview import (
    State,
    archived_at,
    end_of,
    find_state,
    later_of,
)
from campaign_actions.actions.goals import shown_goal
from campaign_actions.actions.models import Action, ActionCount, ActionText, Milestone
from campaign_actions.actions.newest.titles import find_title, sort_locales
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.campaigns.models.embargo import has_opened
from campaign_actions.campaigns.tags.queries import tags_by_campaign
from campaign_actions.core.db.session import db

ARCHIVED = "archived"
STATES = ("open", "draft", "scheduled", "closed", ARCHIVED)


@dataclass(frozen=True)
class ListedAction:
    """An action of a listed campaign. `title` is in the language `locale`; `name`: CAMPAIGN/ACTION."""

    id: int
    name: str
    title: str
    locale: str
    titles: Mapping[str, str]  # by language
    state: State

    def has(self, word: str) -> bool:
        """Whether a title or the address contains a word, in any case."""
        return any(word in text.casefold() for text in (*self.titles.values(), self.name))


@dataclass(frozen=True)
class ListedCampaign:
    id: int
    slug: str
    title: str
    locale: str  # of the title
    titles: Mapping[str, str]  # by language
    actions: tuple[ListedAction, ...]
    locales: tuple[str, ...]
    hidden_locales: frozenset[str]  # that it is not public in, or will not be
    state: State
    tags: tuple[str, ...]
    confirmed: int
    goal: int  # as shown, of the actions that are or were open
    published_at: datetime | None
    ends_at: datetime | None  # when the last of its actions closes or closed
    reopens_at: datetime | None  # of one that is closed: when the next of its actions opens
    archived_at: datetime | None

    @property
    def action_ids(self) -> tuple[int, ...]:
        return tuple(action.id for action in self.actions)

    @property
    def public_locales(self) -> tuple[str, ...]:
        """In which the public sees it."""
        is_public = self.state not in ("draft", "scheduled")
        return tuple(tag for tag in self.locales if is_public and tag not in self.hidden_locales)

    @property
    def open_actions(self) -> int:
        return sum(action.state == "open" for action in self.actions)

    def has(self, word: str) -> bool:
        """Whether a title, the address or a tag, of it or of an action, contains a word, in any case."""
        return self._has_itself(word) or any(action.has(word) for action in self.actions)

    def actions_with(self, words: Sequence[str]) -> list[ListedAction]:
        """The actions because of which it is found: those with a word that is not in its own texts."""
        missing = [word for word in words if not self._has_itself(word)]
        return [action for action in self.actions if any(map(action.has, missing))]

    def _has_itself(self, word: str) -> bool:
        texts = (*self.titles.values(), self.slug, *self.tags)
        return any(word in text.casefold() for text in texts)


def listed_campaigns(
    ids: Collection[int] | None, *, locales: Sequence[str], now: datetime
) -> list[ListedCampaign]:
    """In the order of the public site; all of them if `ids` is None. `locales`: for titles, best first."""
    of_campaign = Campaign.id, Campaign.slug, Campaign.published_at, Campaign.archived_at
    in_order = select(*of_campaign).where(_are(ids)).order_by(Campaign.position, Campaign.id)
    campaigns = db.session.execute(in_order).all()
    titles: defaultdict[int, dict[str, str]] = defaultdict(dict)
    hidden: defaultdict[int, set[str]] = defaultdict(set)
    columns = CampaignText.campaign_id, CampaignText.locale, CampaignText.title
    for row in db.session.execute(select(*columns, CampaignText.is_public)):
        titles[row.campaign_id][row.locale] = row.title
        if not row.is_public:
            hidden[row.campaign_id].add(row.locale)
    actions, milestones, tags = _actions(), _milestones(), tags_by_campaign()
    action_titles = _action_titles()
    return [
        _listed(
            row,
            actions=actions[row.id],
            milestones=milestones,
            titles=titles[row.id],
            hidden=hidden[row.id],
            action_titles=action_titles,
            tags=tags.get(row.id, ()),
            locales=locales,
            now=now,
        )
        for row in campaigns
    ]


def _are(ids: Collection[int] | None) -> ColumnElement[bool]:
    return true() if ids is None else Campaign.id.in_(ids)


def _actions() -> defaultdict[int, list[Row[*tuple[Any, ...]]]]:
    """The actions of all campaigns, by campaign."""
    rows = select(
        Action.id,
        Action.campaign_id,
        Action.slug,
        Action.published_at,
        Action.closes_at,
        Action.goal,
        func.coalesce(ActionCount.confirmed, 0).label("confirmed"),
    ).outerjoin(ActionCount, ActionCount.action_id == Action.id)
    found: defaultdict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in db.session.execute(rows):
        found[row.campaign_id].append(row)
    return found


def _action_titles() -> defaultdict[int, dict[str, str]]:
    """By action and language."""
    rows = select(ActionText.action_id, ActionText.locale, ActionText.title)
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for row in db.session.execute(rows):
        found[row.action_id][row.locale] = row.title
    return found


def _milestones() -> defaultdict[int, list[int]]:
    """The numbers of people that have a meaning, by action."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for row in db.session.execute(select(Milestone.action_id, Milestone.count.label("people"))):
        found[row.action_id].append(row.people)
    return found


def _listed(
    row: Row[*tuple[Any, ...]],
    *,
    actions: Sequence[Row[*tuple[Any, ...]]],
    milestones: Mapping[int, Sequence[int]],
    titles: Mapping[str, str],
    hidden: Collection[str],
    action_titles: Mapping[int, Mapping[str, str]],
    tags: tuple[str, ...],
    locales: Sequence[str],
    now: datetime,
) -> ListedCampaign:
    archived = archived_at(row)
    listed_actions = tuple(
        _listed_action(row, one, action_titles.get(one.id, {}), locales, now) for one in actions
    )
    ends_at = end_of(actions, now)
    state = find_state(row.published_at, ends_at, archived, now)
    later = [one.published_at for one in actions if one.published_at and one.published_at > now]
    locale, title = find_title(titles, locales) or ("en", row.slug)
    return ListedCampaign(
        id=row.id,
        slug=row.slug,
        title=title,
        locale=locale,
        titles=titles,
        actions=listed_actions,
        locales=sort_locales(titles, locales),
        hidden_locales=frozenset(hidden),
        state=state,
        tags=tags,
        confirmed=sum(max(0, one.confirmed) for one in actions),
        goal=sum(
            shown_goal(one.goal, max(0, one.confirmed), milestones.get(one.id, ()))
            for one in actions
            if has_opened(now, one.published_at)
        ),
        published_at=row.published_at,
        ends_at=ends_at,
        reopens_at=min(later, default=None) if state == "closed" else None,
        archived_at=row.archived_at,
    )


def _listed_action(
    campaign: Row[*tuple[Any, ...]],
    row: Row[*tuple[Any, ...]],
    titles: Mapping[str, str],
    locales: Sequence[str],
    now: datetime,
) -> ListedAction:
    opens_at = later_of(campaign.published_at, row.published_at)
    locale, title = find_title(titles, locales) or ("en", row.slug)
    return ListedAction(
        id=row.id,
        name=f"{campaign.slug}/{row.slug}",
        title=title,
        locale=locale,
        titles=titles,
        state=find_state(opens_at, row.closes_at, archived_at(campaign), now),
    )
