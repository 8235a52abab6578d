"""Closing actions and campaigns: their pages stay, with the result, and nobody can sign."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Connection, Row, func, or_, select, update

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.end import set_end
from campaign_actions.actions.models import Action
from campaign_actions.actions.naming import find_action_name
from campaign_actions.actions.newest.schedules import CLOSED
from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, CampaignText, ScheduledDraft
from campaign_actions.campaigns.texts import campaign_name
from campaign_actions.campaigns.versioning.drafts import saving_revision
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import DomainError, NotFound
from campaign_actions.publishing.conflicts import (
    CampaignArchived,
    ScheduleConflict,
    is_archived,
    lock_public_campaign,
)
from campaign_actions.publishing.forms import NO_RESULT_LABEL

Seen = tuple[()] | tuple[datetime | None]  # the time that a page showed; empty: no page, so any


class ResultMissing(DomainError):
    title = _l("The result is missing")
    message = _l(
        "In each public language, describe the result or say that it will follow. If it is not known in any"
        " language, tick “%(box)s”.",
        box=NO_RESULT_LABEL,
    )


def close_action(
    campaign_id: int,
    action_id: int,
    *,
    at: datetime | None,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
    seen: Seen = (),
) -> None:
    """Set the end of an action. None: no end, which also opens it again.

    `seen`: the end that a page showed. Raises TimePassed, NotFound, CampaignArchived, ScheduleConflict.
    """
    this = (Action.id == action_id, Action.campaign_id == campaign_id)
    with write_transaction() as connection:
        ends = select(Action.closes_at).where(*this).with_for_update(key_share=True)
        row = connection.execute(ends).one_or_none()
        if row is None:
            raise NotFound
        if is_archived(connection, campaign_id):
            raise CampaignArchived
        _check_seen(row.closes_at, seen)
        _set_end(connection, action_id, at, staff_id, now)
        if at and at <= now:
            _end_schedules(connection, now, subject=ACTION.name, subject_id=action_id)
        subject = find_action_name(connection, action_id)
        did = "closes" if at else "open"
        _log(connection, actor, now, subject, did=did, at=at.isoformat() if at else None)


def close_campaign(
    campaign_id: int, *, actor: str, now: datetime, staff_id: int | None = None
) -> int:
    """Close all open actions of a public campaign; returns how many. Raises NotOpen."""
    with write_transaction() as connection:
        lock_public_campaign(connection, campaign_id, now)
        closed = _close_open_actions(connection, campaign_id, staff_id, now)
        _end_schedules(connection, now, campaign_id=campaign_id)
        name = campaign_name(connection, campaign_id)
        _log(connection, actor, now, name, did="closed", closed=closed)
    return closed


def archive(
    campaign_id: int,
    *,
    results: Mapping[str, str] | None,
    later: Collection[str] = (),
    actor: str,
    now: datetime,
    staff_id: int | None = None,
    seen: Seen = (),
) -> None:
    """Close a public campaign for good and publish its result.

    `results`: Markdown in each public language but those in `later`, of which at least one is written.
    None: there is no result yet. An earlier result that is left out is cleared. `seen`: since when it was
    archived on the page. Raises ResultMissing, NotOpen, ScheduleConflict.
    """
    texts = select(CampaignText.locale, CampaignText.is_public).filter_by(campaign_id=campaign_id)
    archived_at = select(Campaign.archived_at).where(Campaign.id == campaign_id)
    with write_transaction() as connection:
        lock_public_campaign(connection, campaign_id, now)
        _check_seen(connection.scalar(archived_at), seen)
        rows = connection.execute(texts).all()
        written = _written(rows, results, later)
        of_draft = {f"texts.{tag}.result": text for tag, text in written.items()}
        with saving_revision(
            connection, CAMPAIGN, campaign_id, staff_id=staff_id, now=now, also=of_draft
        ):
            for tag, text in written.items():
                theirs = update(CampaignText).filter_by(campaign_id=campaign_id, locale=tag)
                connection.execute(theirs.values(result=text))
            _set_archived(connection, campaign_id, now)
        _close_open_actions(connection, campaign_id, staff_id, now)
        _end_schedules(connection, now, campaign_id=campaign_id)
        details = {"did": "archived", "results": sorted(filter(written.get, written))}
        _log(connection, actor, now, campaign_name(connection, campaign_id), **details)


def _written(
    rows: Sequence[Row[str, bool]], results: Mapping[str, str] | None, later: Collection[str]
) -> dict[str, str]:
    """The results to write. They replace those of an earlier archiving, which the history keeps."""
    if results is None:
        return {row.locale: "" for row in rows}
    written = {tag: text for tag, text in results.items() if text.strip()}
    needed = {row.locale for row in rows if row.is_public} - set(later)
    if not written or needed - written.keys():
        raise ResultMissing
    return {**{row.locale: "" for row in rows if row.locale in later}, **written}


def reopen(campaign_id: int, *, actor: str, now: datetime, staff_id: int | None = None) -> int:
    """Take a campaign out of the archive and reopen the actions that were closed with it.

    Returns how many of them are public. Its result stays. Actions that had ended earlier stay closed.
    """
    with write_transaction() as connection:
        leave_archive(connection, campaign_id, staff_id=staff_id, now=now)
        ids = _lock_actions(connection, campaign_id, Action.closed_with_campaign.is_(True))
        for action_id in ids:
            _set_end(connection, action_id, None, staff_id, now)
        name = campaign_name(connection, campaign_id)
        add_entry(connection, "reopened", actor=actor, now=now, subject=name)
        opened = select(func.count()).where(Action.id.in_(ids), Action.published_at <= now)
        return connection.scalar(opened) or 0


def _end_schedules(connection: Connection, now: datetime, **owner: int | str) -> None:
    """Nothing is published at a time after closing, and the drafts say so at once."""
    pending = update(ScheduledDraft).filter_by(**owner).where(ScheduledDraft.failed_at.is_(None))
    connection.execute(pending.values(failed_at=now, failure=CLOSED))


def _set_archived(connection: Connection, campaign_id: int, at: datetime | None) -> None:
    this = update(Campaign).where(Campaign.id == campaign_id)
    connection.execute(this.values(archived_at=at))


def leave_archive(
    connection: Connection, campaign_id: int, *, staff_id: int | None, now: datetime
) -> None:
    """In the caller’s transaction; nothing is saved if the campaign is not archived."""
    archived_at = select(Campaign.archived_at).where(Campaign.id == campaign_id)
    if connection.scalar(archived_at):
        with saving_revision(connection, CAMPAIGN, campaign_id, staff_id=staff_id, now=now):
            _set_archived(connection, campaign_id, None)


def _check_seen(at: datetime | None, seen: Seen) -> None:
    if seen and seen != (at,):
        raise ScheduleConflict


def _close_open_actions(
    connection: Connection, campaign_id: int, staff_id: int | None, now: datetime
) -> int:
    is_open = or_(Action.closes_at.is_(None), Action.closes_at > now)
    ids = _lock_actions(connection, campaign_id, is_open)
    for action_id in ids:
        _set_end(connection, action_id, now, staff_id, now, with_campaign=True)
    return len(ids)


def _lock_actions(
    connection: Connection, campaign_id: int, condition: ColumnElement[bool]
) -> list[int]:
    """The ids of some actions, locked in the same order as when publishing."""
    ids = select(Action.id).where(Action.campaign_id == campaign_id, condition).order_by(Action.id)
    return list(connection.scalars(ids.with_for_update(key_share=True)))


def _set_end(
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
