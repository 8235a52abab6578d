"""What the public may see of actions, and the signatures behind links and mails."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from campaign_actions.actions import statements
from campaign_actions.actions.goals import shown_goal
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.kinds.base import ActionKind
from campaign_actions.actions.models import Action, Signature
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import db

PUBLICATION_TIMES = ("published_at", "campaign_published_at")
USUAL_COUNT_DELAY = timedelta(minutes=2)  # it is seconds; what takes longer is said on the pages


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
    result: str  # what it achieved; empty: nothing is said yet
    asks_family_name: bool
    asks_show_name: bool
    asks_updates: bool
    asks_comment: bool
    shows_comments: bool
    consent_version: int | None  # the newest consent text of the language
    closes_at: datetime | None
    count: int  # confirmed signatures that the worker has folded
    goal: int
    as_of: datetime  # the count holds everything confirmed before
    is_count_late: bool  # what was confirmed waits to be counted for longer than usual
    is_open: bool
    is_embargoed: bool  # its instant, or that of its campaign, is to come

    @property
    def asks(self) -> dict[str, bool]:
        """The fields of its form that are not always there, and whether they are in it."""
        return {
            "family_name": self.asks_family_name,
            "comment": self.asks_comment,
            "show_name": self.asks_show_name,
            "wants_updates": self.asks_updates,
        }

    def is_open_at(self, now: datetime) -> bool:
        return self.closes_at is None or now < self.closes_at


def find_action(
    campaign_slug: str, slug: str, *, locale: str, now: datetime
) -> PublicAction | None:
    """A published action of a published campaign, in a language in which both are ready."""
    found = _public_actions(
        statements.PUBLIC_ACTION, now, campaign_slug=campaign_slug, slug=slug, locale=locale
    )
    return found[0] if found else None


def find_current_slugs(campaign_slug: str, slug: str) -> tuple[str, str] | None:
    """The slugs of campaign and action now, of an address that they had while it was public."""
    names = {"campaign_slug": campaign_slug, "slug": slug}
    row = db.session.connection().execute(statements.CURRENT_SLUGS, names).one_or_none()
    return (row[0], row[1]) if row else None


def find_signed_action(
    action_id: int, *, locales: Iterable[str], now: datetime
) -> PublicAction | None:
    """The action under a signature, in the first of the languages that it has.

    Published or not any more: the signer may always see it.
    """
    for locale in locales:
        if found := _public_actions(
            statements.SIGNED_ACTION, now, action_id=action_id, locale=locale
        ):
            return found[0]
    return None


def public_actions(*, locale: str, now: datetime) -> list[PublicAction]:
    """The published actions of all campaigns, in the order staff gave them."""
    return _public_actions(statements.PUBLIC_ACTIONS, now, locale=locale)


def public_actions_of(campaign_id: int, *, locale: str, now: datetime) -> list[PublicAction]:
    """The published actions of one campaign."""
    return _public_actions(
        statements.PUBLIC_ACTIONS_OF_CAMPAIGN, now, campaign_id=campaign_id, locale=locale
    )


def all_actions_of(campaign_id: int, *, locale: str, now: datetime) -> list[PublicAction]:
    """All actions of a campaign that have texts in a language, published or not: for previews."""
    return _public_actions(
        statements.ALL_ACTIONS_OF_CAMPAIGN, now, campaign_id=campaign_id, locale=locale
    )


def action_locales(action_id: int) -> list[str]:
    """The languages in which an action is public."""
    return list(
        db.session.connection().scalars(statements.ACTION_LOCALES, {"action_id": action_id})
    )


def find_consent(locale: str) -> str | None:
    """The newest text of what people agree to, in a language."""
    return db.session.connection().scalar(statements.NEWEST_CONSENT, {"locale": locale})


def find_signature(action_id: int, public_id: str) -> Signature | None:
    """The signature under an action that has this public id."""
    parameters = {"action_id": action_id, "public_id": public_id}
    return db.session.scalars(statements.SIGNATURE_BY_PUBLIC_ID, parameters).one_or_none()


def find_signature_to_mail(action_id: int, email_key: str) -> Any:
    """What mails about a signature need of it: a row; None if there is no such signature."""
    parameters = {"action_id": action_id, "email_key": email_key}
    return db.session.connection().execute(statements.SIGNATURE_TO_MAIL, parameters).one_or_none()


def find_action_by_name(campaign_slug: str, slug: str) -> Action | None:
    """Any action by its name, for staff."""
    return db.session.scalars(
        select(Action).join(Campaign).where(Campaign.slug == campaign_slug, Action.slug == slug)
    ).one_or_none()


def _public_actions(query: Any, now: datetime, **parameters: Any) -> list[PublicAction]:
    rows = db.session.connection().execute(query, parameters | {"now": now})
    return [
        PublicAction(
            **{name: value for name, value in values.items() if name not in PUBLICATION_TIMES}
            | {
                # A worker may fold somebody's -1 before another has folded the +1.
                "count": max(0, values["count"]),
                "kind": KINDS[values["kind"]],
                "goal": shown_goal(values["goal"], values["count"]),
                "as_of": values["as_of"] or now,
                "is_count_late": _is_late(values["as_of"], now),
                "is_open": values["closes_at"] is None or now < values["closes_at"],
                "is_embargoed": any(
                    values[name] and values[name] > now for name in PUBLICATION_TIMES
                ),
            }
        )
        for values in map(dict, rows.mappings())
    ]


def _is_late(as_of: datetime | None, now: datetime) -> bool:
    """Whether a count of then is to be explained now; None: it is of now."""
    return as_of is not None and now - as_of > USUAL_COUNT_DELAY
