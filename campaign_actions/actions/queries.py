"""What the public may see of actions, and the signatures that count."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, exists, func, literal, select

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
from campaign_actions.core.database import UtcDateTime, count_at_most, db, reading
from campaign_actions.core.replica import reading_much

COUNTED_WITHIN = timedelta(minutes=2)  # it is seconds; what takes longer is said on the pages


@dataclass(frozen=True)
class PublicAction:
    """An action in one language, with its count: what pages show and verbs act on."""

    id: int
    locale: str
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
    is_count_late: bool  # what was confirmed waits to be counted for longer than usual
    is_open: bool

    def is_open_at(self, now: datetime) -> bool:
        return self.closes_at is None or now < self.closes_at


def find_action(
    campaign_slug: str, slug: str, *, locale: str, now: datetime
) -> PublicAction | None:
    """A published action of a published campaign, in a language in which both are ready."""
    found = _public(_ONE, now, campaign_slug=campaign_slug, slug=slug, locale=locale)
    return found[0] if found else None


def find_signed_action(
    action_id: int, *, locales: Iterable[str], now: datetime
) -> PublicAction | None:
    """The action under a signature, in the first of the languages that it has.

    Published or not any more: the signer may always see it.
    """
    for locale in locales:
        if found := _public(_SIGNED, now, action_id=action_id, locale=locale):
            return found[0]
    return None


def actions(*, locale: str, now: datetime) -> list[PublicAction]:
    """The published actions of all campaigns, in the order staff gave them."""
    return _public(_ALL, now, locale=locale)


def actions_of(campaign_id: int, *, locale: str, now: datetime) -> list[PublicAction]:
    """The published actions of one campaign."""
    return _public(_OF_CAMPAIGN, now, campaign_id=campaign_id, locale=locale)


def action_locales(action_id: int) -> list[str]:
    """The languages in which an action is public."""
    return list(db.session.connection().scalars(_LOCALES, {"action_id": action_id}))


def find_consent(locale: str) -> str | None:
    """The newest text of what people agree to, in a language."""
    return db.session.connection().scalar(_CONSENT, {"locale": locale})


def find_signature(public_id: str) -> Signature | None:
    return db.session.scalars(_BY_PUBLIC_ID, {"public_id": public_id}).one_or_none()


def find_signature_to_mail(action_id: int, email_key: str) -> Any:
    """What mails about a signature need of it: a row; None if there is no such signature."""
    parameters = {"action_id": action_id, "email_key": email_key}
    return db.session.connection().execute(_TO_MAIL, parameters).one_or_none()


def find_action_named(campaign_slug: str, slug: str) -> Action | None:
    """Any action by its name, for staff."""
    return db.session.scalars(
        select(Action).join(Campaign).where(Campaign.slug == campaign_slug, Action.slug == slug)
    ).one_or_none()


def count_signatures(action_id: int) -> int:
    """All that count, exact at every moment: what the worker has folded and what it has not."""
    folded = select(ActionCount.confirmed).where(ActionCount.action_id == action_id)
    unfolded = select(func.sum(LedgerEntry.change)).where(LedgerEntry.action_id == action_id)
    with reading() as connection:
        return (connection.scalar(folded) or 0) + (connection.scalar(unfolded) or 0)


def count_confirmed(action_id: int) -> int:
    """The confirmed signatures that are there, as an export holds them: counted row by row."""
    count = select(func.count()).where(
        Signature.action_id == action_id, Signature.status == "confirmed"
    )
    with reading_much() as connection:
        return connection.scalar(count) or 0


def oldest_uncounted() -> datetime | None:
    """When the oldest change was written that no count holds yet, over all actions."""
    return db.session.connection().scalar(_OLDEST_ENTRY)


def count_uncounted(*, most: int) -> int:
    """How many changes wait to be counted, up to `most`."""
    return count_at_most(select(LedgerEntry.id), most)


def count_new_signatures(*, since: datetime, most: int) -> int:
    """How many people have signed since a moment, confirmed or not, up to `most`."""
    of_actions = select(Signature.id).join(Action)  # by an index that begins with the action
    new = of_actions.where(Signature.signed_at > since)
    return count_at_most(new, most)


def _public(query: Any, now: datetime, **parameters: Any) -> list[PublicAction]:
    rows = db.session.connection().execute(query, parameters | {"now": now})
    return [
        PublicAction(
            **values
            | {
                # A worker may fold somebody's -1 before another has folded the +1.
                "count": max(0, values["count"]),
                "kind": KINDS[values["kind"]],
                "goal": shown_goal(values["goal"], values["count"]),
                "as_of": values["as_of"] or now,
                "is_count_late": _is_late(values["as_of"], now),
                "is_open": values["closes_at"] is None or now < values["closes_at"],
            }
        )
        for values in map(dict, rows.mappings())
    ]


def _is_late(as_of: datetime | None, now: datetime) -> bool:
    """Whether a count of then is to be explained now; None: it is of now."""
    return as_of is not None and now - as_of > COUNTED_WITHIN


_NOT_FOLDED_YET = literal(datetime(1970, 1, 1, tzinfo=UTC), UtcDateTime())


def _select() -> Any:
    """All actions that have texts in a language, with their counts.

    Made once, as all queries below: making a query costs more than running it.
    """
    locale: Any = bindparam("locale")
    oldest_unfolded = (
        select(func.min(LedgerEntry.written_at))
        .where(
            LedgerEntry.action_id == Action.id,
            # Not from the start: there lie all the entries that PostgreSQL has not swept up yet.
            LedgerEntry.written_at >= func.coalesce(ActionCount.folded_to, _NOT_FOLDED_YET),
        )
        .correlate(Action, ActionCount)
        .scalar_subquery()
    )
    newest_consent = (
        select(func.max(ConsentText.version)).where(ConsentText.locale == locale).scalar_subquery()
    )
    is_in_language = (CampaignText.campaign_id == Campaign.id) & (CampaignText.locale == locale)
    return (
        select(
            Action.id,
            ActionText.locale,
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
        .join(CampaignText, is_in_language)
        .outerjoin(ActionCount, ActionCount.action_id == Action.id)
        .where(Action.kind.in_(KINDS))
    )


_OLDEST_ENTRY = select(LedgerEntry.written_at).order_by(LedgerEntry.id).limit(1)
_PUBLISHED = (
    Campaign.published_at <= bindparam("now"),
    Action.published_at <= bindparam("now"),
    CampaignText.is_public,
    exists().where(ConsentText.locale == ActionText.locale),  # nobody agrees to nothing
)
_SIGNED = _select().where(Action.id == bindparam("action_id"))
_ONE = _select().where(
    Campaign.slug == bindparam("campaign_slug"), Action.slug == bindparam("slug"), *_PUBLISHED
)
_ALL = _select().where(*_PUBLISHED).order_by(Campaign.position, Action.position, Action.id)
_OF_CAMPAIGN = _ALL.where(Action.campaign_id == bindparam("campaign_id"))
_BY_PUBLIC_ID = select(Signature).where(Signature.public_id == bindparam("public_id"))
_LOCALES = (
    select(ActionText.locale)
    .join(Action, Action.id == ActionText.action_id)
    .join(
        CampaignText,
        (CampaignText.campaign_id == Action.campaign_id)
        & (CampaignText.locale == ActionText.locale),
    )
    .where(ActionText.action_id == bindparam("action_id"), CampaignText.is_public)
    .order_by(ActionText.locale)
)
_CONSENT = (
    select(ConsentText.body)
    .where(ConsentText.locale == bindparam("locale"))
    .order_by(ConsentText.version.desc())
    .limit(1)
)
_TO_MAIL = select(
    Signature.action_id, Signature.public_id, Signature.status, Signature.email, Signature.signed_at
).where(
    Signature.email_key == bindparam("email_key"), Signature.action_id == bindparam("action_id")
)
