"""The titles of campaigns and actions by language: as in their drafts, if they have any."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import select

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import ActionText
from campaign_actions.actions.newest.drafts import Drafts
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.campaigns.texts import texts_in
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.db.session import db

Titles = Mapping[str, str]  # by language


def read_campaign_titles(
    ids: Collection[int], drafts: Drafts
) -> tuple[dict[int, Titles], dict[int, set[str]]]:
    """The newest titles of each campaign, and the languages in which it is public."""
    public: dict[int, set[str]] = {one: set() for one in ids}
    found: dict[int, dict[str, str]] = {one: {} for one in ids}
    columns = CampaignText.campaign_id, CampaignText.locale, CampaignText.title
    texts = select(*columns, CampaignText.is_public).where(CampaignText.campaign_id.in_(ids))
    for row in db.session.execute(texts):
        found[row.campaign_id][row.locale] = row.title
        if row.is_public:
            public[row.campaign_id].add(row.locale)
    return _with_drafts(found, CAMPAIGN.name, drafts), public


def read_action_titles(ids: Collection[int], drafts: Drafts) -> dict[int, Titles]:
    """The newest titles of each action by language; empty for an action without texts."""
    found: dict[int, dict[str, str]] = {one: {} for one in ids}
    columns = ActionText.action_id, ActionText.locale, ActionText.title
    for row in db.session.execute(select(*columns).where(ActionText.action_id.in_(ids))):
        found[row.action_id][row.locale] = row.title
    return _with_drafts(found, ACTION.name, drafts)


def _with_drafts(
    titles: Mapping[int, dict[str, str]], subject: str, drafts: Drafts
) -> dict[int, Titles]:
    """The titles by language of campaigns or actions, those in drafts first."""
    changed = {
        subject_id: titles_in(drafts[name, subject_id].content)
        for name, subject_id in drafts
        if name == subject and subject_id in titles
    }
    return {**titles, **changed}


def titles_in(content: Content) -> dict[str, str]:
    """The titles of a content by language."""
    return {tag: text.get("title") or "" for tag, text in texts_in(content).items()}


def find_title(titles: Titles, locales: Sequence[str]) -> tuple[str, str] | None:
    """The first language that has a title, and the title."""
    tags = sort_locales(titles, locales)
    return next(((tag, titles[tag]) for tag in tags if titles[tag]), None)


def sort_locales(tags: Iterable[str], locales: Sequence[str]) -> tuple[str, ...]:
    """Languages in the order of `locales`; others follow in alphabetical order."""
    positions = {tag: position for position, tag in enumerate(locales)}
    return tuple(sorted(tags, key=lambda tag: (positions.get(tag, len(positions)), tag)))
