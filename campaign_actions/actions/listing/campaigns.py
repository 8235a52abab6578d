"""All campaigns as the overview of the workspace finds, filters and sorts them: without their texts."""

from collections import Counter, defaultdict
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
from campaign_actions.campaigns.tags.queries import tags_by_campaign
from campaign_actions.core.db.session import db

ARCHIVED = "archived"
STATES = ("open", "draft", "scheduled", "closed", ARCHIVED)
SORTS = ("title", "confirmed", "today")  # any other: the order of the public site


@dataclass(frozen=True)
class ListedCampaign:
    id: int
    slug: str
    title: str
    locale: str  # of the title
    titles: Mapping[str, str]  # by language
    action_titles: tuple[str, ...]  # of all its actions, in all languages
    action_slugs: tuple[str, ...]
    locales: tuple[str, ...]
    state: State
    tags: tuple[str, ...]
    action_ids: tuple[int, ...]
    open_actions: int
    confirmed: int
    goal: int  # as shown, of the actions that are or were open
    published_at: datetime | None
    ends_at: datetime | None  # when the last of its actions closes or closed
    archived_at: datetime | None

    def has(self, word: str) -> bool:
        """Whether a title, the address or a tag, of it or of an action, contains a word, in any case."""
        names = (f"{self.slug}/{one}" for one in self.action_slugs)
        texts = (*self.titles.values(), *self.action_titles, self.slug, *names, *self.tags)
        return any(word in text.casefold() for text in texts)


def listed_campaigns(
    ids: Collection[int] | None, *, locales: Sequence[str], now: datetime
) -> list[ListedCampaign]:
    """In the order of the public site; all of them if `ids` is None. `locales`: for titles, best first."""
    columns = Campaign.id, Campaign.slug, Campaign.published_at, Campaign.archived_at
    in_order = select(*columns).where(_are(ids)).order_by(Campaign.position, Campaign.id)
    campaigns = db.session.execute(in_order).all()
    titles: defaultdict[int, dict[str, str]] = defaultdict(dict)
    texts = select(CampaignText.campaign_id, CampaignText.locale, CampaignText.title)
    for row in db.session.execute(texts):
        titles[row.campaign_id][row.locale] = row.title
    actions, milestones, tags = _actions(), _milestones(), tags_by_campaign()
    action_titles = _action_titles()
    return [
        _listed(
            row,
            actions=actions[row.id],
            milestones=milestones,
            titles=titles[row.id],
            action_titles=action_titles[row.id],
            tags=tags.get(row.id, ()),
            locales=locales,
            now=now,
        )
        for row in campaigns
    ]


@dataclass(frozen=True)
class Filter:
    """`state`: one of STATES; "" for all but archived ones. `tag`: "" for any. `query`: words."""

    state: str = ""
    tag: str = ""
    query: str = ""

    def of(self, found: Sequence[ListedCampaign]) -> list[ListedCampaign]:
        return [
            one for one in self.without_state(found) if one.state == self.state or self._is_all(one)
        ]

    def without_state(self, found: Sequence[ListedCampaign]) -> list[ListedCampaign]:
        """Those that match the tag and the words."""
        words, tag = self.query.casefold().split(), self.tag.casefold()
        return [
            one
            for one in found
            if (not tag or tag in map(str.casefold, one.tags)) and all(map(one.has, words))
        ]

    def _is_all(self, one: ListedCampaign) -> bool:
        return not self.state and one.state != ARCHIVED


def sort_campaigns(
    found: Sequence[ListedCampaign], by: str, *, today: Mapping[int, int]
) -> list[ListedCampaign]:
    """`by`: one of SORTS. `today`: by campaign, how many confirmed today. The largest number comes first."""
    if by == "title":
        return sorted(found, key=lambda one: one.title.casefold())
    if by == "confirmed":
        return sorted(found, key=lambda one: -one.confirmed)
    if by == "today":
        return sorted(found, key=lambda one: -today.get(one.id, 0))
    return list(found)


def count_by_state(found: Sequence[ListedCampaign]) -> Mapping[str, int]:
    return Counter(one.state for one in found)


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


def _action_titles() -> defaultdict[int, list[str]]:
    """In all languages, by campaign."""
    rows = select(Action.campaign_id, ActionText.title).join(
        Action, Action.id == ActionText.action_id
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in db.session.execute(rows):
        found[row.campaign_id].append(row.title)
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
    action_titles: Sequence[str],
    tags: tuple[str, ...],
    locales: Sequence[str],
    now: datetime,
) -> ListedCampaign:
    archived = archived_at(row)
    states = [
        find_state(later_of(row.published_at, one.published_at), one.closes_at, archived, now)
        for one in actions
    ]
    ends_at = end_of(actions, now)
    locale, title = find_title(titles, locales) or ("en", row.slug)
    return ListedCampaign(
        id=row.id,
        slug=row.slug,
        title=title,
        locale=locale,
        titles=titles,
        action_titles=tuple(action_titles),
        action_slugs=tuple(one.slug for one in actions),
        locales=sort_locales(titles, locales),
        state=find_state(row.published_at, ends_at, archived, now),
        tags=tags,
        action_ids=tuple(one.id for one in actions),
        open_actions=states.count("open"),
        confirmed=sum(max(0, one.confirmed) for one in actions),
        goal=sum(
            shown_goal(one.goal, max(0, one.confirmed), milestones.get(one.id, ()))
            for one in actions
            if one.published_at
        ),
        published_at=row.published_at,
        ends_at=ends_at,
        archived_at=row.archived_at,
    )
