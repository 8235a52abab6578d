"""Publishing: when a campaign and each of its actions become public.

An action opens with its campaign, later, or not at all yet. A caller passes the time that its page
showed as `seen`: if someone else has changed it since, nothing happens.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, select, update

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action
from campaign_actions.actions.naming import action_name
from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, ScheduledDraft
from campaign_actions.campaigns.models.embargo import has_opened
from campaign_actions.campaigns.versioning.decisions import add_decision
from campaign_actions.campaigns.versioning.drafts import saving_revision
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.core.db.session import write_transaction
from campaign_actions.publishing.archive import leave_archive
from campaign_actions.publishing.changes import take_drafts
from campaign_actions.publishing.conflicts import (
    AlreadyClosed,
    AlreadyOpen,
    CampaignArchived,
    NotOpen,
    ScheduleConflict,
    is_archived,
    lock_campaign,
    lock_row,
)
from campaign_actions.publishing.languages import Languages, change_languages
from campaign_actions.publishing.queries import has_ended


def publish(
    campaign_id: int,
    *,
    at: datetime,
    seen: datetime | None,
    action_ids: Collection[int],
    languages: Languages | None = None,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
) -> None:
    """Open a campaign and these actions at a time, or now if that has passed.

    Other actions keep a time of their own, or stay hidden; none opens before the campaign. Those that had
    closed before it was unpublished come back as they were. A campaign that was archived then returns to
    the archive, unless it opens later or an action opens. `languages`: in which it is public; None: as
    saved. This can be repeated until the campaign is open. Raises ScheduleConflict, AlreadyOpen.
    """
    at = max(at, now)
    with write_transaction() as connection:
        campaign = lock_campaign(connection, campaign_id, seen)
        if has_opened(now, campaign.published_at):
            raise AlreadyOpen
        if languages:
            change_languages(
                connection, campaign_id, languages, actor=actor, now=now, staff_id=staff_id
            )
        forget_missed_opening(connection, campaign_id)
        _set(connection, Campaign, campaign_id, at, staff_id)
        opening, openings = [], [_Opening(CAMPAIGN, campaign_id, campaign.published_at, at)]
        stays_archived = at <= now
        for action in _actions(connection, campaign_id):
            its_time = _own_time(action.published_at, campaign.published_at, now)
            if has_ended(action.published_at, action.closes_at, now):
                continue
            stays_archived = stays_archived and not (its_time or action.id in action_ids)
            opens_at = at if action.id in action_ids else its_time and max(its_time, at)
            if action.id in action_ids:
                opening.append(action.slug)
            if action.id in action_ids or opens_at != action.published_at:
                _set(connection, Action, action.id, opens_at, staff_id)
                openings.append(_Opening(ACTION, action.id, action.published_at, opens_at))
        if not stays_archived:
            leave_archive(connection, campaign_id, staff_id=staff_id, now=now)
        _remember(connection, openings, staff_id, now)
        details = {"at": at.isoformat(), "actions": opening}
        did = "published" if at > now else "published-now"
        _log(connection, actor, now, campaign.slug, did=did, **details)


def cancel(
    campaign_id: int,
    *,
    seen: datetime | None,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
) -> None:
    """Cancel a scheduled opening. Raises ScheduleConflict, AlreadyOpen."""
    with write_transaction() as connection:
        campaign = lock_campaign(connection, campaign_id, seen)
        if has_opened(now, campaign.published_at):
            raise AlreadyOpen
        _set(connection, Campaign, campaign_id, None)
        openings = [_Opening(CAMPAIGN, campaign_id, campaign.published_at, None)]
        for action in _actions(connection, campaign_id):
            if action.published_at == campaign.published_at:
                _set(connection, Action, action.id, None)
                openings.append(_Opening(ACTION, action.id, action.published_at, None))
        _remember(connection, openings, staff_id, now)
        _log(connection, actor, now, campaign.slug, did="cancelled")


def unpublish(
    campaign_id: int,
    *,
    seen: datetime | None,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
) -> None:
    """Take a campaign and its actions off the site, with their drafts.

    Actions that have closed keep their opening time, so that they come back as they were.
    Raises ScheduleConflict, NotOpen.
    """
    with write_transaction() as connection:
        campaign = lock_campaign(connection, campaign_id, seen)
        if not has_opened(now, campaign.published_at):
            raise NotOpen
        take_drafts(connection, campaign_id, staff_id=staff_id, now=now)
        _set(connection, Campaign, campaign_id, None)
        this = update(Campaign).where(Campaign.id == campaign_id)
        connection.execute(this.values(left_out_steps=""))  # its new checklist begins again
        left = [(CAMPAIGN, campaign_id)]
        for action in _actions(connection, campaign_id):
            if has_opened(now, action.published_at):
                if not has_ended(action.published_at, action.closes_at, now):
                    _set(connection, Action, action.id, None)
                left.append((ACTION, action.id))
        for subject, its_id in left:  # so that the history says who did it
            with saving_revision(connection, subject, its_id, staff_id=staff_id, now=now):
                pass
        add_entry(connection, "unpublished", actor=actor, now=now, subject=campaign.slug)


def open_action(
    campaign_id: int,
    action_id: int,
    *,
    at: datetime | None,
    seen: datetime | None,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
) -> None:
    """Open one action at a time of its own, though never before its campaign. None: not yet.

    Raises ScheduleConflict, AlreadyOpen, AlreadyClosed, CampaignArchived.
    """
    with write_transaction() as connection:
        campaign = lock_row(connection, Campaign, Campaign.id == campaign_id)
        if is_archived(connection, campaign_id):
            raise CampaignArchived
        in_campaign = Action.campaign_id == campaign_id
        action = lock_row(connection, Action, Action.id == action_id, in_campaign)
        if action.published_at != seen:
            raise ScheduleConflict
        if has_opened(now, campaign.published_at, action.published_at):
            raise AlreadyOpen
        closes_at = connection.scalar(select(Action.closes_at).where(Action.id == action_id))
        if has_ended(action.published_at, closes_at, now):
            raise AlreadyClosed
        at = at and max(at, now)
        _set(connection, Action, action_id, at, staff_id)
        _remember(connection, [_Opening(ACTION, action_id, action.published_at, at)], staff_id, now)
        subject = action_name(campaign.slug, action.slug)
        _log(connection, actor, now, subject, did="opened", at=at.isoformat() if at else None)


def forget_missed_opening(connection: Connection, campaign_id: int) -> None:
    """It has another time now. In the caller’s transaction."""
    this = delete(ScheduledDraft).filter_by(subject=CAMPAIGN.name, subject_id=campaign_id)
    connection.execute(this)


def _actions(
    connection: Connection, campaign_id: int
) -> Sequence[Row[int, str, datetime | None, datetime | None]]:
    columns = Action.id, Action.slug, Action.published_at, Action.closes_at
    rows = select(*columns).filter_by(campaign_id=campaign_id).order_by(Action.id)
    return connection.execute(rows.with_for_update(key_share=True)).all()


def _set(
    connection: Connection,
    table: type[Campaign] | type[Action],
    row_id: int,
    at: datetime | None,
    staff_id: int | None = None,
) -> None:
    by = None if at is None else staff_id
    this = update(table).where(table.id == row_id)
    connection.execute(this.values(published_at=at, publisher_id=by))


def _own_time(
    published_at: datetime | None, campaign_at: datetime | None, now: datetime
) -> datetime | None:
    """The time that was chosen for an action alone, if it lies ahead."""
    is_ahead = published_at is not None and published_at > now
    return published_at if is_ahead and published_at != campaign_at else None


class _Opening(NamedTuple):
    """The opening times of a campaign or an action before and after a decision."""

    subject: Versioned
    subject_id: int
    before: datetime | None
    after: datetime | None


def _remember(
    connection: Connection, openings: Iterable[_Opening], staff_id: int | None, now: datetime
) -> None:
    """For the history: times that lie ahead, and those that were cancelled."""
    for one in openings:
        its = connection, one.subject.name, one.subject_id
        if one.after is not None and one.after > now and one.after != one.before:
            add_decision(*its, "opening-scheduled", staff_id=staff_id, now=now, due_at=one.after)
        elif one.after is None and one.before is not None and one.before > now:
            add_decision(*its, "opening-cancelled", staff_id=staff_id, now=now, due_at=one.before)


def _log(connection: Connection, actor: str, now: datetime, subject: str, **details: Any) -> None:
    add_entry(connection, "published", actor=actor, now=now, subject=subject, **details)
