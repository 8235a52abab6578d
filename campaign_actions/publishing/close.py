"""Closing actions, one or all of a campaign: their pages stay, and nobody can sign."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, or_, select, update

from campaign_actions.actions.action_overview import later_of
from campaign_actions.actions.edit import ACTION, set_end
from campaign_actions.actions.models import Action
from campaign_actions.actions.naming import find_action_name
from campaign_actions.actions.newest.schedules import CLOSED
from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, ScheduledDraft
from campaign_actions.campaigns.models.embargo import have_opened
from campaign_actions.campaigns.texts import campaign_name
from campaign_actions.campaigns.versioning.decisions import add_decision
from campaign_actions.campaigns.versioning.drafts import saving_revision
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import NotFound
from campaign_actions.publishing.conflicts import (
    AlreadyClosed,
    CampaignArchived,
    NothingToClose,
    NotOpenYet,
    ScheduleConflict,
    is_archived,
    lock_public_campaign,
)

Seen = tuple[()] | tuple[datetime | None]  # the time that a page showed; empty: no page, so any


def close_action(
    campaign_id: int,
    action_id: int,
    *,
    at: datetime | None,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
    seen: Seen = (),
) -> bool:
    """Set the end of an action; returns whether it had another. None: no end, which also opens it again.

    `seen`: the end that a page showed. Raises TimePassed, EndsBeforeOpening, NotFound, CampaignArchived,
    ScheduleConflict, and if it ends now AlreadyClosed, NotOpenYet.
    """
    this = (Action.id == action_id, Action.campaign_id == campaign_id)
    with write_transaction() as connection:
        times = select(Action.closes_at, Action.published_at).where(*this)
        row = connection.execute(times.with_for_update(key_share=True)).one_or_none()
        if row is None:
            raise NotFound
        if is_archived(connection, campaign_id):
            raise CampaignArchived
        check_seen(row.closes_at, seen)
        if at == row.closes_at and not (at and at <= now):
            return False
        save_end(connection, action_id, at, staff_id, now)
        if at and at <= now:
            opens_at = later_of(row.published_at, _campaign_opens_at(connection, campaign_id))
            is_public = opens_at is not None and opens_at <= now
            check_closable(row.closes_at, is_public=is_public, now=now)
            its = ScheduledDraft.subject == ACTION.name, ScheduledDraft.subject_id == action_id
            end_schedules(connection, campaign_id, staff_id, now, *its)
        subject = find_action_name(connection, action_id)
        did = "closes" if at else "open"
        _log(connection, actor, now, subject, did=did, at=at.isoformat() if at else None)
    return True


def check_closable(closes_at: datetime | None, *, is_public: bool, now: datetime) -> None:
    """Only an open action can close now: its true end is never replaced. Raises AlreadyClosed, NotOpenYet."""
    if closes_at and closes_at <= now:
        raise AlreadyClosed
    if not is_public:
        raise NotOpenYet


def close_campaign(
    campaign_id: int, *, actor: str, now: datetime, staff_id: int | None = None
) -> int:
    """Close all open actions of a public campaign; returns how many. Those that open later become drafts.

    Raises NotOpen, CampaignArchived, NothingToClose.
    """
    with write_transaction() as connection:
        lock_public_campaign(connection, campaign_id, now)
        if is_archived(connection, campaign_id):
            raise CampaignArchived
        closed, cancelled = close_open_actions(connection, campaign_id, staff_id, now)
        if not closed and not cancelled:
            raise NothingToClose
        end_schedules(connection, campaign_id, staff_id, now)
        its = connection, CAMPAIGN.name, campaign_id
        add_decision(*its, "all-closed", staff_id=staff_id, now=now)
        name = campaign_name(connection, campaign_id)
        _log(connection, actor, now, name, did="closed", closed=closed)
    return closed


def end_schedules(
    connection: Connection,
    campaign_id: int,
    staff_id: int | None,
    now: datetime,
    *conditions: ColumnElement[bool],
    failure: str = CLOSED,
) -> None:
    """Changes were meant for an open page, so nothing is published at the times of these drafts.

    They say so at once. Those with the same time are published together or not at all. A member who
    closes the page knows it, and is not told by email.
    """
    in_campaign = ScheduledDraft.campaign_id == campaign_id
    times = connection.scalars(select(ScheduledDraft.at).where(in_campaign, *conditions)).all()
    these = in_campaign, ScheduledDraft.at.in_(times), ScheduledDraft.failed_at.is_(None)
    told_at = case((ScheduledDraft.staff_id == staff_id, now), else_=ScheduledDraft.told_at)
    ended = {"failed_at": now, "failure": failure, "told_at": told_at}
    columns = ScheduledDraft.subject, ScheduledDraft.subject_id, ScheduledDraft.at
    this = update(ScheduledDraft).where(*these).values(ended).returning(*columns)
    for subject, its_id, due_at in connection.execute(this).all():
        its = connection, subject, its_id
        add_decision(*its, "changes-cancelled", staff_id=staff_id, now=now, due_at=due_at)


def _campaign_opens_at(connection: Connection, campaign_id: int) -> datetime | None:
    return connection.scalar(select(Campaign.published_at).where(Campaign.id == campaign_id))


def check_seen(at: datetime | None, seen: Seen) -> None:
    if seen and seen != (at,):
        raise ScheduleConflict


def close_open_actions(
    connection: Connection, campaign_id: int, staff_id: int | None, now: datetime
) -> tuple[int, int]:
    """Returns how many it closed, and how many openings it cancelled.

    Actions that open later never were open, so they become drafts again and are not closed.
    """
    cancelled = _cancel_openings(connection, campaign_id, staff_id, now)
    has_no_end = or_(Action.closes_at.is_(None), Action.closes_at > now)
    ids = lock_actions(connection, campaign_id, and_(has_no_end, have_opened(now, Action)))
    for action_id in ids:
        save_end(connection, action_id, now, staff_id, now, with_campaign=True)
    return len(ids), cancelled


def _cancel_openings(
    connection: Connection, campaign_id: int, staff_id: int | None, now: datetime
) -> int:
    ids = lock_actions(connection, campaign_id, Action.published_at > now)
    for action_id in ids:
        this = Action.id == action_id
        due_at = connection.scalar(select(Action.published_at).where(this))
        nothing = {"published_at": None, "publisher_id": None}
        connection.execute(update(Action).where(this).values(nothing))
        its = connection, ACTION.name, action_id
        add_decision(*its, "opening-cancelled", staff_id=staff_id, now=now, due_at=due_at)
    return len(ids)


def lock_actions(
    connection: Connection, campaign_id: int, condition: ColumnElement[bool]
) -> list[int]:
    """The ids of some actions, locked in the same order as when publishing."""
    ids = select(Action.id).where(Action.campaign_id == campaign_id, condition).order_by(Action.id)
    return list(connection.scalars(ids.with_for_update(key_share=True)))


def save_end(
    connection: Connection,
    action_id: int,
    at: datetime | None,
    staff_id: int | None,
    now: datetime,
    *,
    with_campaign: bool = False,
) -> None:
    """Saved as a revision, so that no edit form opened earlier undoes it unnoticed."""
    with saving_revision(connection, ACTION, action_id, staff_id=staff_id, now=now):
        set_end(connection, action_id, at, now, with_campaign=with_campaign)


def _log(connection: Connection, actor: str, now: datetime, subject: str, **details: Any) -> None:
    add_entry(connection, "closed", actor=actor, now=now, subject=subject, **details)
