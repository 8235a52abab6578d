"""What staff see of campaigns: published or not, with their actions and the newest counts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from campaign_actions.actions.models import Action, ConsentText
from campaign_actions.actions.overview import (
    ActionOverview,
    action_overviews,
    in_order,
    state_at,
    title_in,
)
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.core.db.session import db
from campaign_actions.core.errors import NotFound
from campaign_actions.core.i18n.locale import locales_current_first


@dataclass(frozen=True)
class CampaignOverview:
    """A campaign as staff see it, with its actions in their order."""

    id: int
    slug: str
    title: str
    locale: str  # of the title
    locales: tuple[str, ...]
    public_locales: tuple[str, ...]
    state: str  # draft, scheduled, open, closed, archived
    document_index: str | None
    published_at: datetime | None
    archived_at: datetime | None
    position: int
    version: int
    actions: tuple[ActionOverview, ...]
    without_consent: tuple[str, ...]  # languages in which there is nothing to agree to

    @property
    def gaps(self) -> tuple[tuple[ActionOverview, tuple[str, ...]], ...]:
        """Actions with the languages of the campaign that they are not written in."""
        missing = (
            (action, tuple(tag for tag in self.locales if tag not in action.locales))
            for action in self.actions
        )
        return tuple((action, tags) for action, tags in missing if tags)

    @property
    def hidden_locales(self) -> tuple[str, ...]:
        """Languages of a published campaign that the public does not see yet."""
        return tuple(tag for tag in self.locales if tag not in self.public_locales)

    @property
    def removable(self) -> tuple[str, ...]:
        """Languages that can be taken out: one stays, and so does what the public may see."""
        found = self.hidden_locales if self.published_at else self.locales
        return found if self.locales[1:] else ()

    def removable_of(self, action: ActionOverview) -> tuple[str, ...]:
        """The same of an action in it."""
        kept = self.public_locales if action.published_at and self.published_at else ()
        found = tuple(tag for tag in action.locales if tag not in kept)
        return found if action.locales[1:] else ()

    @property
    def waits(self) -> bool:
        """Whether there is something to do before the public sees all of it."""
        is_hidden = self.published_at is not None and self.hidden_locales
        return bool(not self.actions or self.gaps or is_hidden or self.without_consent)


def campaign_overviews(
    ids: Collection[int] | None, *, locales: Sequence[str], now: datetime, skip: int, most: int
) -> list[CampaignOverview]:
    """Campaigns in the order staff gave them; `ids`: None is all. `locales`: for titles, best first."""
    page = _campaigns(ids).order_by(Campaign.position, Campaign.id).offset(skip).limit(most)
    return _at_work(db.session.scalars(page).all(), locales, now)


def count_campaigns(ids: Collection[int] | None) -> int:
    counted = select(func.count()).select_from(_campaigns(ids).subquery())
    return db.session.scalar(counted) or 0


def find_campaign_overview(campaign_id: int, *, now: datetime) -> CampaignOverview:
    """Its titles in the language of the page, else in any it has. Raises NotFound."""
    found = db.session.scalars(select(Campaign).filter_by(id=campaign_id)).all()
    if not found:
        raise NotFound
    return _at_work(found, locales_current_first(), now)[0]


def find_both_overviews(
    campaign_id: int, action_id: int, *, now: datetime
) -> tuple[CampaignOverview, ActionOverview]:
    """An action with its campaign. Raises NotFound."""
    campaign = find_campaign_overview(campaign_id, now=now)
    for action in campaign.actions:
        if action.id == action_id:
            return campaign, action
    raise NotFound


def _campaigns(ids: Collection[int] | None) -> Select[Any]:
    every = select(Campaign)
    return every if ids is None else every.where(Campaign.id.in_(ids))


def _at_work(
    found: Sequence[Campaign], locales: Sequence[str], now: datetime
) -> list[CampaignOverview]:
    ids = [campaign.id for campaign in found]
    texts: dict[int, list[Any]] = {one: [] for one in ids}
    columns = [
        getattr(CampaignText, name) for name in ("campaign_id", "locale", "title", "is_public")
    ]
    for text in db.session.execute(select(*columns).where(CampaignText.campaign_id.in_(ids))):
        texts[text.campaign_id].append(text)
    actions: dict[int, list[ActionOverview]] = {one: [] for one in ids}
    for action in action_overviews(Action.campaign_id.in_(ids), locales=locales, now=now):
        actions[action.campaign_id].append(action)
    agreed = set(db.session.scalars(select(ConsentText.locale).distinct()))
    return [_campaign(one, texts[one.id], actions[one.id], agreed, locales, now) for one in found]


def _campaign(
    campaign: Campaign,
    texts: list[Any],
    actions: list[ActionOverview],
    agreed: set[str],
    locales: Sequence[str],
    now: datetime,
) -> CampaignOverview:
    titles = {text.locale: text.title for text in texts}
    tags = in_order(titles, locales)
    locale, title = title_in(titles, locales) or ("en", campaign.slug)
    return CampaignOverview(
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


def _state(campaign: Campaign, actions: list[ActionOverview], now: datetime) -> str:
    """A campaign is closed when it is public and so are actions in it, but none is open."""
    if campaign.archived_at and campaign.archived_at <= now:
        return "archived"
    state = state_at(campaign.published_at, None, now)
    states = {action.state for action in actions} - {"draft"}
    return "closed" if state == "open" and states == {"closed"} else state
