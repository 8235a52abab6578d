"""Queries for the pages and emails of updates."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, TextClause, and_, bindparam, func, or_, select, text

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.kinds.base import ActionKind
from campaign_actions.actions.models import (
    WANTS_UPDATES,
    Action,
    ActionText,
    Signature,
    SignatureRow,
)
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.core.db.session import count_at_most, db
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.updates.locale_fallback import fallback_locale
from campaign_actions.updates.models import Update, UpdateText

EVERYONE = SignatureFilter()
UpdateRow = Row[*tuple[Any, ...]]  # columns of Update, by name
PAGE_SIZE = 30
MAX_COUNTED = 100_000  # emails counted for one figure


@dataclass(frozen=True)
class Progress:
    """How far an update has got, in people."""

    left: int  # not queued yet
    waiting: int  # queued
    failed: int  # given up
    done: int  # sent, or no longer wanted at delivery


def find_update(action_id: int, update_id: int) -> Update | None:
    return db.session.scalars(
        select(Update).filter_by(id=update_id, action_id=action_id)
    ).one_or_none()


def updates_of(action_id: int, *, before: int | None = None) -> Sequence[Update]:
    """The newest first. `before`: only those older than this id."""
    found = select(Update).filter_by(action_id=action_id)
    found = found.where(Update.id < before) if before else found
    return db.session.scalars(found.order_by(Update.id.desc()).limit(PAGE_SIZE)).all()


@dataclass(frozen=True)
class UnfinishedUpdate:
    id: int
    action_id: int
    campaign_id: int
    status: str  # draft or stopped


def unfinished_updates(
    campaign_ids: Collection[int] | None, *, staff_id: int
) -> list[UnfinishedUpdate]:
    """The newest updates that were stopped, and the drafts of one member; of all campaigns if None."""
    columns = Update.id, Update.action_id, Action.campaign_id, Update.status
    found = select(*columns).join(Action, Action.id == Update.action_id)
    if campaign_ids is not None:
        found = found.where(Action.campaign_id.in_(campaign_ids))
    is_own_draft = and_(Update.status == "draft", Update.staff_id == staff_id)
    found = found.where(or_(is_own_draft, Update.status == "stopped")).order_by(Update.id.desc())
    return [UnfinishedUpdate(*row) for row in db.session.execute(found.limit(PAGE_SIZE))]


def texts_of(update_id: int) -> dict[str, UpdateText]:
    """By language."""
    texts = select(UpdateText).filter_by(update_id=update_id).order_by(UpdateText.locale)
    return {text.locale: text for text in db.session.scalars(texts)}


def subjects_of(update_ids: Sequence[int], *, locales: Sequence[str]) -> dict[int, str]:
    """The subject of each update in the first of these languages that it has."""
    columns = UpdateText.update_id, UpdateText.locale, UpdateText.subject
    found: dict[int, dict[str, str]] = {}
    for row in db.session.execute(select(*columns).where(UpdateText.update_id.in_(update_ids))):
        found.setdefault(row.update_id, {})[row.locale] = row.subject
    return {update_id: _first(subjects, locales) or "" for update_id, subjects in found.items()}


def updates_started(
    action_ids: Iterable[int], *, since: datetime, until: datetime
) -> list[tuple[datetime, str, int]]:
    """When sending began, the subject in one of its languages, and emails queued, oldest first."""
    rows = db.session.execute(
        select(Update.started_at, func.min(UpdateText.subject), Update.queued)
        .join(UpdateText, UpdateText.update_id == Update.id)
        .where(Update.action_id.in_(action_ids), Update.started_at.between(since, until))
        .group_by(Update.id)
        .order_by(Update.started_at)
    )
    return [(at, str(subject), queued) for at, subject, queued in rows if at]


def find_running(action_id: int, *, except_id: int) -> Update | None:
    """Another update of the action that is being sent now."""
    others = select(Update).filter_by(action_id=action_id, status="sending")
    return db.session.scalars(others.where(Update.id != except_id).limit(1)).one_or_none()


def audience_of(update: Update | UpdateRow) -> SignatureFilter:
    """Which of those who asked for updates get this one."""
    return SignatureFilter.from_json(update.filter)


def count_recipients(action_id: int, audience: SignatureFilter = EVERYONE) -> dict[str, int]:
    """How many confirmed signers want updates and match, by the language they signed in."""
    people = select(Signature.locale, func.count().label("number")).where(
        *recipient_conditions(action_id), *audience.conditions()
    )
    rows = db.session.execute(people.group_by(Signature.locale).order_by(Signature.locale))
    return {row.locale: row.number for row in rows}


def recipients_by_action(action_ids: Iterable[int]) -> dict[int, int]:
    """How many confirmed signers of each action want updates, if any do: up to MAX_COUNTED, in one
    statement.
    """
    actions = select(Action.id).where(Action.id.in_(list(action_ids))).subquery("wanted")
    theirs = select(Signature.id).where(*recipient_conditions(actions.c.id)).correlate(actions)
    counted = select(func.count()).select_from(theirs.limit(MAX_COUNTED).subquery())
    rows = db.session.execute(select(actions.c.id, counted.scalar_subquery().label("number")))
    return {row.id: row.number for row in rows if row.number}


def progress_of(update: Update) -> Progress:
    waiting, failed = (count_mails(update.id, status) for status in ("queued", "dead"))
    is_over = update.status == "sent"
    return Progress(
        left=0 if is_over else max((update.recipients or 0) - update.queued, 0),
        waiting=waiting,
        failed=failed,
        done=max(update.queued - waiting - failed, 0),
    )


def count_mails(
    update_id: int, status: str, *conditions: ColumnElement[bool], limit: int = MAX_COUNTED
) -> int:
    """How many emails of an update have a status, counted up to `limit`."""
    queue = OutboxMail.status == status, OutboxMail.lane == "bulk"
    mails = select(OutboxMail.id).where(*queue, OutboxMail.update_id == update_id, *conditions)
    return count_at_most(mails, limit)


def recipient_conditions(
    action_id: int | ColumnElement[int],
) -> tuple[ColumnElement[bool], TextClause]:
    """The condition for recipients, exactly as in ix_signatures_updates: otherwise the index is not used."""
    return Signature.action_id == action_id, text(WANTS_UPDATES)


def find_recipient(update_id: int, email_key: str) -> SignatureRow | None:
    """The status of an update and the signature of a recipient; None if either is gone."""
    parameters = {"update_id": update_id, "email_key": email_key}
    return db.session.connection().execute(_TO_MAIL, parameters).one_or_none()


@dataclass(frozen=True)
class ActionUpdate:
    """An update in one language, and what it is about."""

    subject: str
    body: str
    action_title: str
    kind: ActionKind


def find_update_text(update_id: int, locale: str, *, locales: Sequence[str]) -> ActionUpdate | None:
    """None if the update has no text in this language."""
    rows = db.session.execute(
        select(UpdateText.subject, UpdateText.body, Update.action_id, Action.kind)
        .join(Update, Update.id == UpdateText.update_id)
        .join(Action, Action.id == Update.action_id)
        .where(UpdateText.update_id == update_id, UpdateText.locale == locale)
    )
    row = rows.one_or_none()
    if row is None:
        return None
    its_texts = select(ActionText.locale, ActionText.title).filter_by(action_id=row.action_id)
    titles = {text.locale: text.title for text in db.session.execute(its_texts)}
    title = _first(titles, (locale, *locales)) or ""
    return ActionUpdate(row.subject, row.body, title, KINDS[row.kind])


def _first(texts: dict[str, str], locales: Sequence[str]) -> str | None:
    tag = fallback_locale(locales[0], texts, locales)
    return texts[tag] if tag else None


_UPDATE = Update.id == bindparam("update_id")
_ACTION = select(Update.action_id).where(_UPDATE).correlate(None).scalar_subquery()
_TO_MAIL = (
    select(
        Update.status,
        Update.ended_at,
        Signature.action_id,
        Signature.public_id,
        Signature.email,
        Signature.status.label("signature_status"),
        Signature.wants_updates,
    )
    # The action is one value, not a join, so that PostgreSQL reads only its partition.
    .join(Signature, Signature.action_id == _ACTION)
    .where(_UPDATE, Signature.email_key == bindparam("email_key"))
)
