"""Queries for the pages and emails of updates."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.kinds.base import ActionKind
from campaign_actions.actions.models import (
    Action,
    ActionText,
    Signature,
)
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.texts import campaign_titles
from campaign_actions.core.db.session import count_at_most, db
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.updates.audience import (
    actions_of,
    fallback_locale,
    is_for_several,
    wants_updates,
)
from campaign_actions.updates.models import NOT_STARTED, Update, UpdateAction, UpdateText

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


def find_name(update: Update) -> str:
    """The name of its campaign or action, under which the audit log has an update."""
    names = select(Campaign.slug, Action.slug).join(Campaign, Campaign.id == Action.campaign_id)
    campaign, action = db.session.execute(names.where(Action.id == update.action_id)).one()
    return campaign if is_for_several(update) else f"{campaign}/{action}"


def find_update(action_id: int, update_id: int) -> Update | None:
    return db.session.scalars(
        select(Update).filter_by(id=update_id, action_id=action_id)
    ).one_or_none()


def is_about(action_id: int) -> ColumnElement[bool]:
    """Whether an update was written at an action, or its signers get it."""
    chosen = select(UpdateAction.update_id).where(UpdateAction.action_id == action_id)
    campaign = select(Action.campaign_id).where(Action.id == action_id).scalar_subquery()
    siblings = select(Action.id).where(Action.campaign_id == campaign)
    of_campaign = and_(
        Update.scope == "campaign", Update.status.in_(NOT_STARTED), Update.action_id.in_(siblings)
    )
    return or_(Update.action_id == action_id, Update.id.in_(chosen), of_campaign)


def updates_of(action_id: int, *, before: int | None = None) -> Sequence[Update]:
    """The newest first. `before`: only those older than this id."""
    found = select(Update).where(is_about(action_id))
    found = found.where(Update.id < before) if before else found
    return db.session.scalars(found.order_by(Update.id.desc()).limit(PAGE_SIZE)).all()


def updates_of_campaign(campaign_id: int, *, before: int | None = None) -> Sequence[Update]:
    """The newest first. `before`: only those older than this id."""
    found = select(Update).join(Action, Action.id == Update.action_id)
    found = found.where(Action.campaign_id == campaign_id)
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
    """By language, as they are now."""
    texts = select(UpdateText).filter_by(update_id=update_id).order_by(UpdateText.locale)
    texts = texts.execution_options(populate_existing=True)
    return {text.locale: text for text in db.session.scalars(texts)}


def subjects_of(update_ids: Sequence[int], *, locales: Sequence[str]) -> dict[int, str]:
    """The subject of each update in the first of these languages that it has."""
    columns = UpdateText.update_id, UpdateText.locale, UpdateText.subject
    found: dict[int, dict[str, str]] = {}
    for row in db.session.execute(select(*columns).where(UpdateText.update_id.in_(update_ids))):
        found.setdefault(row.update_id, {})[row.locale] = row.subject
    return {update_id: _first(subjects, locales) or "" for update_id, subjects in found.items()}


@dataclass(frozen=True)
class StartedUpdate:
    """`subject`: in one of its languages. `queued`: emails."""

    id: int
    action_id: int
    campaign_id: int
    started_at: datetime | None
    queued: int
    subject: str

    @property
    def ids(self) -> dict[str, int]:
        """For the address of its page."""
        return {
            "campaign_id": self.campaign_id,
            "action_id": self.action_id,
            "update_id": self.id,
        }


def updates_started(
    action_ids: Iterable[int], *, since: datetime, until: datetime
) -> list[StartedUpdate]:
    """Those of which sending began in a period, oldest first."""
    columns = Update.id, Update.action_id, Action.campaign_id, Update.started_at, Update.queued
    rows = db.session.execute(
        select(*columns, func.min(UpdateText.subject))
        .join(UpdateText, UpdateText.update_id == Update.id)
        .join(Action, Action.id == Update.action_id)
        .where(
            Update.id.in_(
                select(UpdateAction.update_id).where(UpdateAction.action_id.in_(list(action_ids)))
            ),
            Update.started_at.between(since, until),
        )
        .group_by(Update.id, Action.campaign_id)
        .order_by(Update.started_at)
    )
    return [StartedUpdate(*row) for row in rows]


def find_running(action_ids: Collection[int], *, except_id: int) -> Update | None:
    """Another update that is being sent now to people of one of these actions."""
    theirs = select(UpdateAction.update_id).where(UpdateAction.action_id.in_(action_ids))
    others = select(Update).where(Update.status == "sending", Update.id.in_(theirs))
    return db.session.scalars(others.where(Update.id != except_id).limit(1)).one_or_none()


def recipients_by_action(action_ids: Iterable[int]) -> dict[int, int]:
    """How many confirmed signers of each action want updates, if any do: up to MAX_COUNTED, in one
    statement.
    """
    actions = select(Action.id).where(Action.id.in_(list(action_ids))).subquery("wanted")
    theirs = select(Signature.id).where(*wants_updates(actions.c.id)).correlate(actions)
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


@dataclass(frozen=True)
class UpdateMail:
    """An update in one language, and what it is about.

    `campaign_title`: of one that goes to several actions; empty: it is about the action alone.
    """

    subject: str
    body: str
    action_title: str
    kind: ActionKind
    campaign_title: str = ""


def find_update_text(
    update_id: int,
    locale: str,
    *,
    locales: Sequence[str],
) -> UpdateMail | None:
    """With the titles as staff see them. None if the update has no text in this language."""
    update, written = db.session.get(Update, update_id), texts_of(update_id).get(locale)
    if update is None or written is None:
        return None
    action = db.session.get_one(Action, update.action_id)
    its_texts = select(ActionText.locale, ActionText.title).filter_by(action_id=action.id)
    titles = {text.locale: text.title for text in db.session.execute(its_texts)}
    is_wide = len(actions_of(update)) > 1
    preferred = (locale, *locales)
    return UpdateMail(
        written.subject,
        written.body,
        _first(titles, preferred) or "",
        KINDS[action.kind],
        campaign_titles(preferred)[action.campaign_id] if is_wide else "",
    )


def _first(texts: dict[str, str], locales: Sequence[str]) -> str | None:
    tag = fallback_locale(locales[0], texts, locales)
    return texts[tag] if tag else None
