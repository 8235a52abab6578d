"""A campaign with everything that belongs to it, as pre-flight checks need it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from campaign_actions.actions.consent import ConsentKey, existing_consents
from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action, ActionCount, ActionText, Milestone
from campaign_actions.actions.newest.drafts import SubjectKey, drafts_of
from campaign_actions.actions.newest.titles import sort_locales
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, CampaignText, Partner, Picture
from campaign_actions.campaigns.models.embargo import has_opened
from campaign_actions.catalogs.workflow.translation_approvals import proposed_consents
from campaign_actions.core.db.session import db
from campaign_actions.core.errors import NotFound
from campaign_actions.core.i18n.locale import known_locales_from
from campaign_actions.publishing.drafted_rows import action_with_draft, campaign_with_draft


@dataclass(frozen=True)
class Rows:
    """A campaign and its actions without drafts."""

    campaign: Campaign
    actions: Mapping[int, Action]  # by id

    def text(self, locale: str, action_id: int | None) -> CampaignText | ActionText | None:
        """Of an action, or of the campaign itself."""
        if action_id is None:
            return next((one for one in self.campaign.texts if one.locale == locale), None)
        action = self.actions.get(action_id)
        return text_of(action, locale) if action else None


@dataclass(frozen=True)
class Plan:
    """A campaign with its texts, actions and partners in all languages.

    `rows`: without drafts, so what the public sees once it is open. `chosen_locales`: the languages that
    someone wants to be public; None: those that are saved as public.
    """

    campaign: Campaign
    texts: Mapping[str, CampaignText]  # by language
    actions: Sequence[Action]
    counts: Mapping[int, int]  # confirmed signatures by action
    pictured: Collection[int | None]  # the ids of actions with a picture; None: the campaign
    consents: frozenset[ConsentKey]  # kinds and languages for which there is a consent text
    # Those that are proposed, with the names of the people who can approve each.
    proposed: Mapping[ConsentKey, Sequence[str]] = field(default_factory=dict)
    drafts: Collection[SubjectKey] = ()  # those whose newest contents these are
    chosen_locales: Collection[str] | None = None
    rows: Rows | None = None

    @property
    def closed_with_campaign(self) -> set[int]:
        """The ids of the actions that were closed with it, as no draft says."""
        actions = self.rows.actions.values() if self.rows else self.actions
        return {action.id for action in actions if action.closed_with_campaign}

    @property
    def partners(self) -> list[Partner]:
        """Without those that only a draft has."""
        return [partner for partner in self.campaign.partners if partner.texts]

    @property
    def public_locales(self) -> list[str]:
        if self.chosen_locales is not None:
            return [tag for tag in self.texts if tag in self.chosen_locales]
        return [tag for tag, text in self.texts.items() if text.is_public]

    def is_scheduled(self, now: datetime) -> bool:
        return self.campaign.published_at is not None and self.campaign.published_at > now

    def is_open(self, now: datetime) -> bool:
        return has_opened(now, self.campaign.published_at)

    def has_ended(self, action_id: int, now: datetime) -> bool:
        """Whether an action that was open has closed, even if its campaign was unpublished since."""
        return action_id in self.ended(now)

    def ended(self, now: datetime) -> set[int]:
        """The ids of the actions that have ended."""
        return {one.id for one in self.actions if has_ended(one.published_at, one.closes_at, now)}

    def shows_result(self, action_id: int | None, at: datetime) -> bool:
        """Whether the public can read the result of an action, or of the campaign, at that time."""
        if action_id is not None:
            action = self.find_action(action_id)
            return action is not None and _has_closed(action, at)
        if self.campaign.published_at and self.campaign.archived_at:
            return True
        hidden = self.hidden_at(at) if self.is_open(at) else ()
        return all(_has_closed(one, at) for one in self.actions if one.id not in hidden)

    def is_public(self, action: Action, now: datetime) -> bool:
        """Whether an action has opened."""
        return has_opened(now, self.campaign.published_at, action.published_at)

    def public_text(
        self, locale: str, action_id: int | None, now: datetime
    ) -> CampaignText | ActionText | None:
        """The text that people can read of an action or the campaign in a language. None: there is none."""
        action = None if action_id is None else self.find_action(action_id)
        text = self.rows.text(locale, None) if self.rows else None
        is_open = self.is_open(now) and (action is None or self.is_public(action, now))
        if self.rows and is_open and isinstance(text, CampaignText) and text.is_public:
            return self.rows.text(locale, action_id)
        return None

    def hidden_at(self, at: datetime) -> set[int]:
        """The ids of the actions that are not public at that time."""
        opens_at = self.campaign.published_at
        return {
            action.id
            for action in self.actions
            if opens_at is None
            or opens_at > at
            or not (action.published_at and action.published_at <= at)
        }

    def find_action(self, action_id: int) -> Action | None:
        return next((action for action in self.actions if action.id == action_id), None)


@dataclass(frozen=True)
class Opening:
    """When a campaign, or an action in it, opens to the public; None if that is not decided."""

    campaign_id: int
    at: datetime | None

    def has_passed(self, now: datetime) -> bool:
        return self.at is not None and self.at <= now


def find_plan(campaign_id: int, *, of: Collection[SubjectKey] | None = None) -> Plan | None:
    """With every draft of the campaign and its actions. `of`: only with the drafts of these."""
    campaign = db.session.scalars(
        _campaigns_with_texts().where(Campaign.id == campaign_id)
    ).one_or_none()
    if campaign is None:
        return None
    actions = _actions_of(campaign_id)
    pictured = select(Picture.action_id).where(Picture.campaign_id == campaign_id)
    has_picture = dict.fromkeys(db.session.scalars(pictured), True)
    drafts = drafts_of([campaign_id])
    chosen = {key: draft for key, draft in drafts.items() if of is None or key in of}
    rows = Rows(campaign, {action.id: action for action in actions})
    if draft := chosen.get((CAMPAIGN.name, campaign_id)):
        campaign = campaign_with_draft(campaign, draft.content)
        has_picture[None] = bool(draft.content["picture"])
    for place, action in enumerate(actions):
        if draft := chosen.get((ACTION.name, action.id)):
            actions[place] = action_with_draft(action, draft.content)
            has_picture[action.id] = bool(draft.content["picture"])
    return Plan(
        campaign=campaign,
        texts=_in_order(campaign),
        actions=actions,
        counts=_counts_of(campaign_id),
        pictured={owner for owner, has in has_picture.items() if has},
        consents=existing_consents(),
        proposed={
            key: [member.name or member.email for member in able]
            for key, able in proposed_consents([text.locale for text in campaign.texts]).items()
        },
        drafts=tuple(chosen),
        rows=rows,
    )


def get_plan(campaign_id: int, *, of: Collection[SubjectKey] | None = None) -> Plan:
    """The same. Raises NotFound."""
    if plan := find_plan(campaign_id, of=of):
        return plan
    raise NotFound


def has_ended(published_at: datetime | None, closes_at: datetime | None, now: datetime) -> bool:
    """Whether an action that was open has closed. One that never opened has no opening time in the past."""
    return all(moment is not None and moment <= now for moment in (published_at, closes_at))


def _has_closed(action: Action, at: datetime) -> bool:
    return action.closes_at is not None and action.closes_at <= at


def find_opening(slug: str, action_slug: str = "") -> Opening | None:
    """Of a campaign, or of an action in it, public or not."""
    opening_times = [Campaign.published_at]
    found = select(Campaign.id).where(Campaign.slug == slug)
    if action_slug:
        opening_times.append(Action.published_at)
        found = found.join(Action).where(Action.slug == action_slug)
    row = db.session.execute(found.add_columns(*opening_times)).one_or_none()
    if row is None:
        return None
    campaign_id, *times = row
    return Opening(campaign_id, max(times) if all(times) else None)


def _in_order(campaign: Campaign) -> dict[str, CampaignText]:
    """The texts by language: first that of the source, then as the site lists its languages."""
    texts = {text.locale: text for text in campaign.texts}
    order = sort_locales(texts, known_locales_from(campaign.source_locale))
    return {tag: texts[tag] for tag in order}


def text_of(action: Action, locale: str) -> ActionText | None:
    return next((text for text in action.texts if text.locale == locale), None)


def title_of(action: Action, *tags: str) -> tuple[str, str]:
    """An action's title and its language: the first of `tags` that it has, or else any."""
    titles = {text.locale: text.title for text in action.texts if text.title}
    tag = next((tag for tag in (*tags, *sorted(titles)) if tag in titles), "")
    return titles.get(tag, action.slug), tag


def _campaigns_with_texts() -> Select[Campaign]:
    partners = selectinload(Campaign.partners).selectinload(Partner.texts)
    whole = select(Campaign).options(selectinload(Campaign.texts), partners)
    return whole.execution_options(populate_existing=True)


def _actions_of(campaign_id: int) -> list[Action]:
    found = db.session.scalars(
        select(Action)
        .where(Action.campaign_id == campaign_id)
        .order_by(Action.position, Action.id)
        .options(
            selectinload(Action.texts),
            selectinload(Action.milestones).selectinload(Milestone.texts),
        )
        .execution_options(populate_existing=True)
    )
    return list(found)


def _counts_of(campaign_id: int) -> dict[int, int]:
    counts = select(ActionCount.action_id, ActionCount.confirmed).join(Action)
    rows = db.session.execute(counts.where(Action.campaign_id == campaign_id))
    return {row.action_id: row.confirmed for row in rows}
