"""Queries of public pages and emails: actions as the public sees them, and single signatures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Executable, RowMapping, select

from campaign_actions.actions import public_page_sql
from campaign_actions.actions.goals import (
    PublicMilestone,
    filled_heads,
    milestones_of,
    shown_goal,
)
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.kinds.base import ActionKind, Counted
from campaign_actions.actions.models import Signature, SignatureRow
from campaign_actions.actions.questions.asked import AskedQuestion, asked_and_former
from campaign_actions.campaigns.models.embargo import has_opened
from campaign_actions.core.content.drawings import crowd_meter
from campaign_actions.core.db.session import db

PUBLICATION_TIMES = ("published_at", "campaign_published_at")
USUAL_COUNT_DELAY = timedelta(minutes=2)  # usually seconds; pages explain a longer delay


@dataclass(frozen=True)
class PublicAction:
    """An action in one language with its count, as pages show it and verbs use it."""

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
    result: str  # what it achieved; may be empty
    asks_family_name: bool
    asks_show_name: bool
    asks_updates: bool
    asks_comment: bool
    shows_comments: bool
    sends_receipt: bool
    consent_version: int | None  # the newest consent text of its kind in this language
    closes_at: datetime | None
    count: int  # confirmed signatures folded by the worker
    goal: int  # as shown
    milestones: tuple[PublicMilestone, ...]  # the lowest first
    as_of: datetime  # the count includes everything confirmed before
    is_count_late: bool  # confirmations have been in the ledger for longer than usual
    is_open: bool
    has_opened: bool  # with its campaign
    confirm_text: str = ""  # paragraphs of its own in its emails, in the Markdown of updates
    receipt_text: str = ""
    questions: tuple[AskedQuestion, ...] = ()  # its own, in their order
    former_questions: tuple[AskedQuestion, ...] = ()  # no longer asked
    share_picture: str | None = (
        None  # the hash of its share picture in this language, if it has one
    )

    @property
    def asks(self) -> dict[str, bool]:
        """The optional fields of its form, and whether it asks for them.

        Names are shown only with comments, so it asks about neither unless it shows them.
        """
        may_show_comment = self.asks_comment and self.shows_comments
        return {
            "family_name": self.asks_family_name,
            "comment": self.asks_comment,
            "show_comment": may_show_comment,
            "show_name": may_show_comment and self.asks_show_name,
            "wants_updates": self.asks_updates,
        }

    @property
    def counted(self) -> Counted:
        return self.kind.count_in_words(self.count, is_over=not self.is_open)

    @property
    def seed(self) -> str:
        """Decides which heads of its crowd are filled first."""
        return f"{self.campaign_slug}/{self.slug}"

    @property
    def heads(self) -> str:
        """The crowd of its meter, in which the next head is an outline while it is open.

        Empty if it closed with only a few people.
        """
        filled = filled_heads(self.count, self.goal)
        if self.is_open:
            return crowd_meter.heads(self.seed, filled)
        return crowd_meter.heads(self.seed, filled, "") if filled else ""

    def heads_with(self, count: int) -> str:
        """The same for a count that includes the reader, whose head is marked."""
        filled = filled_heads(count, shown_goal(self.goal, count))
        return crowd_meter.heads(self.seed, filled, crowd_meter.ME)

    def is_open_at(self, now: datetime) -> bool:
        return self.closes_at is None or now < self.closes_at


def find_action(
    campaign_slug: str, slug: str, *, locale: str, now: datetime
) -> PublicAction | None:
    """A published action of a published campaign, in a language in which both are public."""
    found = _public_actions(
        public_page_sql.PUBLIC_ACTION, now, campaign_slug=campaign_slug, slug=slug, locale=locale
    )
    return found[0] if found else None


def find_public_action(action_id: int, *, locale: str, now: datetime) -> PublicAction | None:
    """The same by its id."""
    found = _public_actions(
        public_page_sql.PUBLIC_ACTION_BY_ID, now, action_id=action_id, locale=locale
    )
    return found[0] if found else None


def find_current_slugs(campaign_slug: str, slug: str) -> tuple[str, str] | None:
    """The current slugs of campaign and action, given those of a formerly public address."""
    parameters = {"campaign_slug": campaign_slug, "slug": slug}
    row = db.session.connection().execute(public_page_sql.CURRENT_SLUGS, parameters).one_or_none()
    return (row[0], row[1]) if row else None


def find_written_action(
    action_id: int, *, locales: Iterable[str], now: datetime
) -> PublicAction | None:
    """An action in the first of `locales` in which it is written, public or not. For staff."""
    for locale in locales:
        if found := _public_actions(
            public_page_sql.WRITTEN_ACTION, now, action_id=action_id, locale=locale
        ):
            return found[0]
    return None


def public_actions(*, locale: str, now: datetime) -> list[PublicAction]:
    """The published actions of all campaigns, in display order."""
    return _public_actions(public_page_sql.PUBLIC_ACTIONS, now, locale=locale)


def public_actions_of(campaign_id: int, *, locale: str, now: datetime) -> list[PublicAction]:
    """The published actions of one campaign."""
    return _public_actions(
        public_page_sql.PUBLIC_ACTIONS_OF_CAMPAIGN, now, campaign_id=campaign_id, locale=locale
    )


def all_actions_of(campaign_id: int, *, locale: str, now: datetime) -> list[PublicAction]:
    """The actions of a campaign that have texts in a language, published or not. For previews."""
    return _public_actions(
        public_page_sql.ALL_ACTIONS_OF_CAMPAIGN, now, campaign_id=campaign_id, locale=locale
    )


def action_locales(action_id: int) -> list[str]:
    """The languages in which an action is public."""
    return list(
        db.session.connection().scalars(public_page_sql.ACTION_LOCALES, {"action_id": action_id})
    )


def find_consent(kind: str, locale: str) -> str | None:
    """The text that people agree to now when they take part in an action of this kind."""
    parameters = {"kind": kind, "locale": locale}
    return db.session.connection().scalar(public_page_sql.NEWEST_CONSENT, parameters)


def find_share_picture(action_id: int, locale: str, content_hash: str) -> bytes | None:
    """The share picture with this hash, as PNG."""
    parameters = {"action_id": action_id, "locale": locale, "content_hash": content_hash}
    return db.session.connection().scalar(public_page_sql.SHARE_PICTURE, parameters)


def find_signature(action_id: int, public_id: str) -> Signature | None:
    """The signature of an action that has this public id."""
    parameters = {"action_id": action_id, "public_id": public_id}
    return db.session.scalars(public_page_sql.SIGNATURE_BY_PUBLIC_ID, parameters).one_or_none()


def find_signature_by_code(public_id: str) -> Signature | None:
    """The signature of any action that has this public id."""
    return db.session.scalars(select(Signature).filter_by(public_id=public_id)).one_or_none()


def find_signature_to_mail(action_id: int, email_key: str) -> SignatureRow | None:
    """The columns that emails about a signature need."""
    parameters = {"action_id": action_id, "email_key": email_key}
    return (
        db.session.connection().execute(public_page_sql.SIGNATURE_TO_MAIL, parameters).one_or_none()
    )


def _public_actions(
    query: Executable, now: datetime, **parameters: str | int
) -> list[PublicAction]:
    connection = db.session.connection()
    rows = connection.execute(query, parameters | {"now": now}).mappings().all()
    if not rows:
        return []
    milestones = milestones_of(connection, [row["id"] for row in rows], rows[0]["locale"])
    return [_public_action(row, milestones[row["id"]], now) for row in rows]


def _public_action(
    row: RowMapping, milestones: tuple[PublicMilestone, ...], now: datetime
) -> PublicAction:
    values = dict(row)
    published = [values.pop(name) for name in PUBLICATION_TIMES]
    questions, former = asked_and_former(values.pop("questions"), values.pop("question_texts"))
    as_of, closes_at = values["as_of"] or now, values["closes_at"]
    return PublicAction(
        **values
        | {
            # One worker may fold a -1 before another folds its +1.
            "count": max(0, values["count"]),
            "kind": KINDS[values["kind"]],
            "goal": shown_goal(values["goal"], values["count"], (one.count for one in milestones)),
            "milestones": milestones,
            "questions": questions,
            "former_questions": former,
            "as_of": as_of,
            "is_count_late": now - as_of > USUAL_COUNT_DELAY,
            "is_open": closes_at is None or now < closes_at,
            "has_opened": has_opened(now, *published),
        }
    )
