"""Campaigns as staff see them: published or not, with their actions and current counts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select

from campaign_actions.actions.action_overview import (
    ActionOverview,
    State,
    action_overviews,
    archived_at,
    end_of,
    find_state,
)
from campaign_actions.actions.consent import ConsentKey, existing_consents
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.kinds.base import ActionKind
from campaign_actions.actions.models import Action
from campaign_actions.actions.newest.drafts import Draft, drafts_of
from campaign_actions.actions.newest.schedules import Publication, publications
from campaign_actions.actions.newest.titles import find_title, sort_locales, titles_in
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.campaigns.models.embargo import has_opened
from campaign_actions.campaigns.queries import missed_openings
from campaign_actions.core.db.session import db
from campaign_actions.core.errors import NotFound
from campaign_actions.core.i18n.locale import known_locales_from, locales_current_first


@dataclass(frozen=True)
class CampaignOverview:
    """A campaign as staff see it, with its actions in display order."""

    id: int
    slug: str
    title: str
    locale: str  # of the title
    locales: tuple[str, ...]
    public_locales: tuple[str, ...]
    source_locale: str  # that it is translated from
    state: State
    document_index: str | None
    published_at: datetime | None
    archived_at: datetime | None
    position: int
    version: int
    actions: tuple[ActionOverview, ...]
    # Kinds of its actions, each with those of its languages that have no consent text of the kind.
    without_consent: tuple[tuple[ActionKind, tuple[str, ...]], ...]
    is_public: bool = False
    draft: Draft | None = None  # changes that the public does not see yet
    publisher_id: int | None = None  # who decided its opening time, if that is known
    missed_at: datetime | None = None  # when it should have opened, had the checks found no problem
    left_out_steps: frozenset[str] = frozenset()  # of its checklist

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """Its own and those of its actions."""
        found = (self.draft, *(action.draft for action in self.actions))
        return tuple(draft for draft in found if draft)

    def publications_of(self, drafts: Iterable[Draft]) -> tuple[Publication, ...]:
        """When some of its drafts are to be published, each together with others of that time."""
        times = {draft.schedule.at for draft in drafts if draft.schedule}
        return tuple(one for one in publications(self.drafts) if one.at in times)

    def titles_of(self, drafts: Iterable[Draft]) -> list[str]:
        titles = {action.id: action.title for action in self.actions}
        is_own = CAMPAIGN.name
        return [
            self.title if one.subject.name == is_own else titles[one.subject_id] for one in drafts
        ]

    def find_action(self, action_id: int) -> ActionOverview | None:
        return next((action for action in self.actions if action.id == action_id), None)

    @property
    def actions_to_share(self) -> list[ActionOverview]:
        """Those that are open first."""
        found = (action for action in self.actions if action.can_be_shared)
        return sorted(found, key=lambda action: action.state != "open")

    @property
    def unopened(self) -> tuple[ActionOverview, ...]:
        """The actions of a public campaign without a time to open: new, or left out when it opened."""
        if not self.is_public or self.state == "archived":
            return ()
        return tuple(action for action in self.actions if action.published_at is None)

    @property
    def reopens_at(self) -> datetime | None:
        """When it opens again, of one that is closed."""
        openings = [one.next_opening for one in self.actions if one.next_opening]
        return min(openings, default=None) if self.state == "closed" else None

    @property
    def gaps(self) -> tuple[tuple[ActionOverview, tuple[str, ...]], ...]:
        """Actions that lack languages of the campaign, each with those languages."""
        missing = (
            (action, tuple(tag for tag in self.locales if tag not in action.locales))
            for action in self.actions
            if action not in self.unopened
        )
        return tuple((action, tags) for action, tags in missing if tags)

    @property
    def listed_locales(self) -> tuple[str, ...]:
        """Its languages, the source language first, as every list of them has them."""
        return sort_locales(self.locales, known_locales_from(self.source_locale))

    @property
    def has_figures(self) -> bool:
        """Whether it is or was open, or people have taken part."""
        return self.state not in ("draft", "scheduled") or any(one.count for one in self.actions)

    @property
    def hidden_locales(self) -> tuple[str, ...]:
        """Languages of a published campaign that the public does not see yet."""
        return tuple(tag for tag in self.locales if tag not in self.public_locales)

    @property
    def removable(self) -> tuple[str, ...]:
        """Languages that can be removed: not that of the source texts, nor one that the public sees."""
        removable = self.hidden_locales if self.published_at else self.locales
        return tuple(tag for tag in removable if tag != self.source_locale)

    def removable_of(self, action: ActionOverview) -> tuple[str, ...]:
        """The same for one of its actions."""
        kept = self.public_locales if action.published_at and self.published_at else ()
        removable = tuple(tag for tag in action.locales if tag not in (self.source_locale, *kept))
        return removable if len(action.locales) > 1 else ()

    @property
    def has_pending_work(self) -> bool:
        """Whether something must be done before the public can see all of it."""
        is_hidden = self.published_at is not None and self.hidden_locales
        return bool(not self.actions or self.gaps or is_hidden or self.without_consent)


def campaign_overviews(
    ids: Collection[int], *, locales: Sequence[str], now: datetime
) -> list[CampaignOverview]:
    """Some campaigns. `locales`: for titles, best first."""
    found = db.session.scalars(select(Campaign).where(Campaign.id.in_(ids))).all()
    return _overviews(found, locales, now)


def get_campaign_overview(campaign_id: int, *, now: datetime) -> CampaignOverview:
    """A campaign, titled in the reader's language if it has that. Raises NotFound."""
    found = campaign_overviews([campaign_id], locales=locales_current_first(), now=now)
    if not found:
        raise NotFound
    return found[0]


def get_action_and_campaign(
    campaign_id: int, action_id: int, *, now: datetime
) -> tuple[CampaignOverview, ActionOverview]:
    """An action and the campaign it belongs to. Raises NotFound."""
    campaign = get_campaign_overview(campaign_id, now=now)
    if action := campaign.find_action(action_id):
        return campaign, action
    raise NotFound


def _overviews(
    campaigns: Sequence[Campaign], locales: Sequence[str], now: datetime
) -> list[CampaignOverview]:
    ids = [campaign.id for campaign in campaigns]
    columns = (
        CampaignText.campaign_id,
        CampaignText.locale,
        CampaignText.title,
        CampaignText.is_public,
    )
    texts = defaultdict(list)
    for text in db.session.execute(select(*columns).where(CampaignText.campaign_id.in_(ids))):
        texts[text.campaign_id].append(text)
    actions, drafts = defaultdict(list), drafts_of(ids)
    in_these = Action.campaign_id.in_(ids)
    for action in action_overviews(in_these, locales=locales, now=now, drafts=drafts):
        actions[action.campaign_id].append(action)
    consents = existing_consents()
    missed = missed_openings(one.id for one in campaigns if one.published_at is None)
    return [
        _overview(
            campaign,
            texts=texts[campaign.id],
            actions=actions[campaign.id],
            consents=consents,
            draft=drafts.get((CAMPAIGN.name, campaign.id)),
            missed_at=missed.get(campaign.id),
            locales=locales,
            now=now,
        )
        for campaign in campaigns
    ]


def _overview(
    campaign: Campaign,
    *,
    texts: Sequence[Row[int, str, str, bool]],
    actions: list[ActionOverview],
    consents: Collection[ConsentKey],
    draft: Draft | None,
    missed_at: datetime | None,
    locales: Sequence[str],
    now: datetime,
) -> CampaignOverview:
    written = {text.locale: text.title for text in texts}
    titles = titles_in(draft.content) if draft else written
    tags = sort_locales(titles, locales)
    locale, title = find_title(titles, locales) or ("en", campaign.slug)
    return CampaignOverview(
        id=campaign.id,
        slug=campaign.slug,
        title=title,
        locale=locale,
        locales=tags,
        public_locales=sort_locales((text.locale for text in texts if text.is_public), locales),
        source_locale=campaign.source_locale,
        state=find_state(campaign.published_at, end_of(actions, now), archived_at(campaign), now),
        document_index=campaign.document_index,
        published_at=campaign.published_at,
        archived_at=campaign.archived_at,
        position=campaign.position,
        version=campaign.version,
        actions=tuple(actions),
        without_consent=_without_consent(actions, tags, consents),
        is_public=has_opened(now, campaign.published_at),
        draft=draft,
        publisher_id=campaign.publisher_id,
        missed_at=missed_at,
        left_out_steps=frozenset(campaign.left_out_steps.split()),
    )


def _without_consent(
    actions: Iterable[ActionOverview], tags: Sequence[str], consents: Collection[ConsentKey]
) -> tuple[tuple[ActionKind, tuple[str, ...]], ...]:
    used = {action.kind for action in actions}
    missing = (
        (kind, tuple(tag for tag in tags if (kind.name, tag) not in consents))
        for kind in KINDS.values()
        if kind in used
    )
    return tuple((kind, languages) for kind, languages in missing if languages)
