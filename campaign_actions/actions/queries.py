"""What the public may see of actions, and the signatures that count."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from campaign_actions.actions.goals import shown_goal
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.kinds.base import ActionKind
from campaign_actions.actions.models import (
    Action,
    ActionCount,
    ActionText,
    ConsentText,
    LedgerEntry,
    Signature,
)
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.core.database import db


@dataclass(frozen=True)
class PublicAction:
    """An action in one language, with its count: what pages show and verbs act on."""

    id: int
    campaign_id: int
    campaign_slug: str
    campaign_title: str
    slug: str
    kind: ActionKind
    title: str
    addressee: str
    summary: str
    teaser: str
    button: str
    body: str
    background: str
    thanks: str
    share_text: str
    asks_comment: bool
    consent_version: int | None  # the newest consent text of the language
    closes_at: datetime | None
    count: int  # confirmed signatures that the worker has folded
    goal: int
    as_of: datetime  # the count holds everything confirmed before
    is_open: bool

    def is_open_at(self, now: datetime) -> bool:
        return self.closes_at is None or now < self.closes_at


def find_action(
    campaign_slug: str, slug: str, *, locale: str, now: datetime
) -> PublicAction | None:
    """A published action of a published campaign, in a language in which both are ready."""
    found = select_actions(locale).where(
        Campaign.slug == campaign_slug, Action.slug == slug, *_is_published(now)
    )
    return next(iter(_public(found, now)), None)


def find_signed_action(action_id: int, *, locale: str, now: datetime) -> PublicAction | None:
    """The action under a signature, published or not any more: the signer may always see it."""
    return next(iter(_public(select_actions(locale).where(Action.id == action_id), now)), None)


def actions(*, locale: str, now: datetime, campaign_id: int | None = None) -> list[PublicAction]:
    """The published actions of all campaigns, or of one, in the order staff gave them."""
    found = select_actions(locale).where(*_is_published(now))
    if campaign_id is not None:
        found = found.where(Action.campaign_id == campaign_id)
    return list(_public(found.order_by(Campaign.position, Action.position, Action.id), now))


def action_locales(action_id: int) -> list[str]:
    """The languages in which an action is public."""
    return list(
        db.session.scalars(
            select(ActionText.locale)
            .join(Action, Action.id == ActionText.action_id)
            .join(
                CampaignText,
                (CampaignText.campaign_id == Action.campaign_id)
                & (CampaignText.locale == ActionText.locale),
            )
            .where(ActionText.action_id == action_id, CampaignText.is_public)
            .order_by(ActionText.locale)
        )
    )


def find_consent(locale: str) -> ConsentText | None:
    """The newest text of what people agree to, in a language."""
    return db.session.scalars(
        select(ConsentText)
        .where(ConsentText.locale == locale)
        .order_by(ConsentText.version.desc())
        .limit(1)
    ).one_or_none()


def find_signature(public_id: str) -> Signature | None:
    return db.session.scalars(select(Signature).filter_by(public_id=public_id)).one_or_none()


def find_signature_of(action_id: int, email_key: str) -> Signature | None:
    return db.session.scalars(
        select(Signature).filter_by(action_id=action_id, email_key=email_key)
    ).one_or_none()


def find_action_named(campaign_slug: str, slug: str) -> Action | None:
    """Any action by its name, for staff."""
    return db.session.scalars(
        select(Action).join(Campaign).where(Campaign.slug == campaign_slug, Action.slug == slug)
    ).one_or_none()


def count_confirmed(action_id: int) -> int:
    """The confirmed signatures themselves, counted: exact, and slower than the page's count."""
    return db.session.scalars(
        select(func.count()).where(
            Signature.action_id == action_id, Signature.status == "confirmed"
        )
    ).one()


def select_actions(locale: str) -> Any:
    """All actions that have texts in a language, with their counts."""
    oldest_unfolded = (
        select(func.min(LedgerEntry.written_at))
        .where(LedgerEntry.action_id == Action.id)
        .scalar_subquery()
    )
    newest_consent = (
        select(func.max(ConsentText.version)).where(ConsentText.locale == locale).scalar_subquery()
    )
    return (
        select(
            Action.id,
            Action.campaign_id,
            Campaign.slug.label("campaign_slug"),
            CampaignText.title.label("campaign_title"),
            Action.slug,
            Action.kind,
            ActionText.title,
            ActionText.addressee,
            ActionText.summary,
            ActionText.teaser,
            ActionText.button,
            ActionText.body,
            ActionText.background,
            ActionText.thanks,
            ActionText.share_text,
            Action.asks_comment,
            newest_consent.label("consent_version"),
            Action.closes_at,
            Action.goal,
            func.coalesce(ActionCount.confirmed, 0).label("count"),
            oldest_unfolded.label("as_of"),
        )
        .join(Campaign, Campaign.id == Action.campaign_id)
        .join(ActionText, (ActionText.action_id == Action.id) & (ActionText.locale == locale))
        .join(
            CampaignText,
            (CampaignText.campaign_id == Campaign.id)
            & (CampaignText.locale == locale)
            & CampaignText.is_public,
        )
        .outerjoin(ActionCount, ActionCount.action_id == Action.id)
    )


def _is_published(now: datetime) -> tuple[Any, ...]:
    return (Campaign.published_at <= now, Action.published_at <= now)


def _public(found: Any, now: datetime) -> Iterable[PublicAction]:
    for row in db.session.execute(found):
        values = dict(row._mapping)
        closes_at = values["closes_at"]
        yield PublicAction(
            **values
            | {
                "kind": KINDS[values["kind"]],
                "goal": shown_goal(values["goal"], values["count"]),
                "as_of": values["as_of"] or now,
                "is_open": closes_at is None or now < closes_at,
            }
        )
