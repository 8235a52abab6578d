"""The pages of a campaign in one language, with its drafts: for previews, emails and checks.

Nothing here is cached: no cache of public pages ever has a draft.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from campaign_actions.actions.edit import ACTION, ASKS, TEXT_FIELDS
from campaign_actions.actions.goals import MILESTONES, PublicMilestone, counts_in, shown_goal
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import Action, ConsentText
from campaign_actions.actions.newest.drafts import Drafts, drafts_of
from campaign_actions.actions.pictures import find_action_appearance
from campaign_actions.actions.queries import PublicAction, all_actions_of, find_written_action
from campaign_actions.actions.questions.asked import asked_and_former
from campaign_actions.actions.questions.stored import settings_in, texts_in_locale
from campaign_actions.campaigns import picture_content
from campaign_actions.campaigns.appearance import Appearance, ShownPicture, find_appearance
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, DraftPicture, Picture
from campaign_actions.campaigns.partners import partners_in
from campaign_actions.campaigns.queries import (
    PublicCampaign,
    PublicPartner,
    find_written_campaign,
    partners_of,
    written_locales,
)
from campaign_actions.campaigns.texts import texts_in
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.db.session import db
from campaign_actions.core.theme import ACCENTS, DEFAULT_ACCENT

CAMPAIGN_TEXTS = ("title", "headline", "summary", "body", "result")
ACTION_TEXTS = tuple(name for name in TEXT_FIELDS if name not in picture_content.TEXTS)
ACTION_SETTINGS = ("slug", *ASKS, "shows_comments", "sends_receipt")


@dataclass(frozen=True)
class NewestPages:
    """A campaign in a language as its pages will show it. `campaign` None: not written in it.

    `own_appearances`: of those actions that have one, by id.
    """

    locale: str
    campaign: PublicCampaign | None
    actions: list[PublicAction]
    partners: list[PublicPartner]
    appearance: Appearance
    own_appearances: Mapping[int, Appearance]
    locales: tuple[str, ...]  # in which the campaign is written

    def find_action(self, action_id: int) -> PublicAction | None:
        return next((action for action in self.actions if action.id == action_id), None)

    def appearance_of(self, action_id: int) -> Appearance:
        return self.own_appearances.get(action_id, self.appearance)


def find_newest_pages(
    campaign_id: int, *, locale: str, now: datetime, with_drafts: bool = True
) -> NewestPages:
    """The pages with every draft of the campaign and its actions, or without any."""
    drafts = drafts_of([campaign_id] if with_drafts else [])
    draft = drafts.get((CAMPAIGN.name, campaign_id))
    content = draft.content if draft else None
    campaign = (
        find_written_campaign(campaign_id, locale=locale)
        if content is None
        else _campaign(campaign_id, content, locale)
    )
    appearance = (
        find_appearance(campaign_id, locale)
        if content is None
        else Appearance(
            _picture(content, locale),
            content["accent"] if content["accent"] in ACCENTS else DEFAULT_ACCENT,
        )
    )
    actions = _actions(campaign_id, drafts, campaign, locale, now)
    return NewestPages(
        locale=locale,
        campaign=campaign,
        actions=actions,
        partners=partners_of(campaign_id, locale)
        if content is None
        else _partners(content, locale),
        appearance=appearance,
        own_appearances=_own_appearances(campaign_id, actions, drafts, appearance, locale),
        locales=tuple(written_locales(campaign_id))
        if content is None
        else tuple(sorted(texts_in(content))),
    )


def _campaign(campaign_id: int, content: Content, locale: str) -> PublicCampaign | None:
    by_language = texts_in(content)
    texts = by_language.get(locale)
    if texts is None:
        return None
    archived_at = db.session.scalar(select(Campaign.archived_at).filter_by(id=campaign_id))
    return PublicCampaign(
        id=campaign_id,
        slug=content["slug"],
        document_index=content["document_index"],
        archived_at=archived_at,
        has_result_elsewhere=any(
            one.get("result") and one.get("is_public")
            for tag, one in by_language.items()
            if tag != locale
        ),
        **{name: texts.get(name) or "" for name in CAMPAIGN_TEXTS},
    )


def _partners(content: Content, locale: str) -> list[PublicPartner]:
    return [
        PublicPartner(
            name=partner[f"{locale}.name"],
            website=partner.get("website") or None,
            points=partner.get(f"{locale}.points") or "",
        )
        for partner in partners_in(content).values()
        if partner.get(f"{locale}.name")
    ]


def _actions(
    campaign_id: int,
    drafts: Drafts,
    campaign: PublicCampaign | None,
    locale: str,
    now: datetime,
) -> list[PublicAction]:
    """Those that are written in the language, in display order."""
    written = {one.id: one for one in all_actions_of(campaign_id, locale=locale, now=now)}
    if not drafts or campaign is None:
        return list(written.values()) if campaign else []
    ids = select(Action.id).filter_by(campaign_id=campaign_id)
    found = []
    for action_id in db.session.scalars(ids.order_by(Action.position, Action.id)):
        draft = drafts.get((ACTION.name, action_id))
        base = written.get(action_id) or find_base(campaign_id, action_id, locale, now)
        if base is None:
            continue
        content = draft.content if draft else ACTION.read(db.session.connection(), action_id)
        if locale not in texts_in(content):
            continue
        found.append(
            replace(
                base,
                campaign_slug=campaign.slug,
                campaign_title=campaign.title,
                **values_of(content, locale, base, now),
            )
        )
    return found


def find_base(campaign_id: int, action_id: int, locale: str, now: datetime) -> PublicAction | None:
    """An action in any language, with what is the same in this one: values_of() has the rest."""
    found = find_written_action(action_id, locales=written_locales(campaign_id), now=now)
    if found is None:
        return None
    newest = select(func.max(ConsentText.version)).filter_by(kind=found.kind.name, locale=locale)
    version = db.session.scalar(newest)
    return replace(found, locale=locale, consent_version=version, share_picture=None)


def values_of(content: Content, locale: str, base: PublicAction, now: datetime) -> dict[str, Any]:
    """The fields of an action that a content decides."""
    questions, former = asked_and_former(settings_in(content), texts_in_locale(content, locale))
    counts, texts = counts_in(content), texts_in(content)[locale]
    closes_at = content["closes_at"] and datetime.fromisoformat(content["closes_at"])
    in_order = sorted(counts.items(), key=lambda each: (each[1], MILESTONES[each[0]]))
    return {
        **{name: content[name] for name in ACTION_SETTINGS},
        **{name: texts.get(name) or "" for name in ACTION_TEXTS},
        "kind": KINDS.get(content["kind"], base.kind),
        "closes_at": closes_at,
        "is_open": closes_at is None or now < closes_at,
        "goal": shown_goal(content["goal"], base.count, counts.values()),
        "milestones": tuple(
            PublicMilestone(count, texts.get(name) or "") for name, count in in_order
        ),
        "questions": questions,
        "former_questions": former,
    }


def _own_appearances(
    campaign_id: int,
    actions: list[PublicAction],
    drafts: Drafts,
    appearance: Appearance,
    locale: str,
) -> dict[int, Appearance]:
    found = {}
    pictured = set(db.session.scalars(select(Picture.action_id).filter_by(campaign_id=campaign_id)))
    for action in actions:
        draft = drafts.get((ACTION.name, action.id))
        if draft:
            picture = _picture(draft.content, locale)
        elif action.id in pictured:
            picture = find_action_appearance(campaign_id, action.id, locale).picture
        else:
            picture = None
        if picture:
            found[action.id] = replace(appearance, picture=picture)
    return found


def _picture(content: Content, locale: str) -> ShownPicture | None:
    """The picture of a draft, whether it is new or public already."""
    name = content["picture"]
    if not name:
        return None
    size = None
    for table in (Picture, DraftPicture):
        found = select(table.width, table.height).where(table.name == name)
        size = size or db.session.execute(found).one_or_none()
    if size is None:
        return None
    texts = texts_in(content).get(locale, {})
    said_on = content["quoted_on"]
    return ShownPicture(
        name=name,
        width=size.width,
        height=size.height,
        focus=content["focus"],
        alt=texts.get("picture_alt") or "",
        quote=texts.get("picture_quote") or "",
        person=texts.get("picture_person") or "",
        place=texts.get("picture_place") or "",
        said_on=date.fromisoformat(said_on) if said_on else None,
        credit=content["credit"],
        licence=content["licence"],
    )
