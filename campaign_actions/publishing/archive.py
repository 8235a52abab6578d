"""Archiving a campaign with its result, taking it out of the archive, and reopening a closed one."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import takewhile

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, Row, func, select, update

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action
from campaign_actions.actions.newest.schedules import ARCHIVED as SCHEDULE_ARCHIVED
from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.edit import ARCHIVED, CAMPAIGN
from campaign_actions.campaigns.models import Campaign, CampaignText, Revision
from campaign_actions.campaigns.models.embargo import have_opened
from campaign_actions.campaigns.texts import campaign_name
from campaign_actions.campaigns.versioning.decisions import add_decision
from campaign_actions.campaigns.versioning.drafts import saving_revision
from campaign_actions.campaigns.versioning.row_changes import moment_in
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.db.stored_json import JsonMember
from campaign_actions.core.errors import DomainError
from campaign_actions.publishing.close import (
    Seen,
    check_seen,
    close_open_actions,
    end_schedules,
    lock_actions,
    save_end,
)
from campaign_actions.publishing.conflicts import NothingToReopen, lock_public_campaign
from campaign_actions.publishing.forms import NO_RESULT_LABEL


class ResultMissing(DomainError):
    title = _l("The result is missing")
    message = _l(
        "In each public language, describe the result or say that it will follow. If it is not known in any"
        " language, tick “%(box)s”.",
        box=NO_RESULT_LABEL,
    )


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
        check_seen(connection.scalar(archived_at), seen)
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
        close_open_actions(connection, campaign_id, staff_id, now)
        end_schedules(connection, campaign_id, staff_id, now, failure=SCHEDULE_ARCHIVED)
        add_entry(
            connection,
            "closed",
            actor=actor,
            now=now,
            subject=campaign_name(connection, campaign_id),
            did="archived",
            results=sorted(filter(written.get, written)),
        )


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


def reopen(
    campaign_id: int,
    *,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
    seen: Seen = (),
) -> int:
    """Take a campaign out of the archive, or reopen a closed one, with the actions that closed with it.

    An archived campaign is afterwards as it was before: actions that had been closed stay closed. Returns
    how many of the reopened ones are public. They get back an end that still lies ahead. Its result stays.
    `seen`: since when it was archived on the page. Raises NotOpen, NothingToReopen, ScheduleConflict.
    """
    archived_at = select(Campaign.archived_at).where(Campaign.id == campaign_id)
    with write_transaction() as connection:
        lock_public_campaign(connection, campaign_id, now)
        check_seen(connection.scalar(archived_at), seen)
        lock_actions(connection, campaign_id, Action.closed_with_campaign.is_(True))
        ends = ends_before_closing(connection, campaign_id)
        was_archived = leave_archive(connection, campaign_id, staff_id=staff_id, now=now)
        if not ends and not was_archived:
            raise NothingToReopen
        for action_id, end in sorted(ends.items()):
            save_end(connection, action_id, _ahead(end, now), staff_id, now)
        if not was_archived:
            its = connection, CAMPAIGN.name, campaign_id
            add_decision(*its, "reopened", staff_id=staff_id, now=now)
        name = campaign_name(connection, campaign_id)
        add_entry(connection, "reopened", actor=actor, now=now, subject=name)
        opened = select(func.count()).where(Action.id.in_(ends), have_opened(now, Action))
        return connection.scalar(opened) or 0


def ends_before_closing(connection: Connection, campaign_id: int) -> dict[int, datetime | None]:
    """Of the actions that open again with their campaign, by id: the end that each had before.

    They were closed with it; of an archived one, when it was archived. The revisions keep the end: it is
    the last one that is not the present one.
    """
    closed = [Action.campaign_id == campaign_id, Action.closed_with_campaign.is_(True)]
    if archived_since := _archived_since(connection, campaign_id):
        closed.append(Action.closes_at >= archived_since)
    rows = connection.execute(select(Action.id, Action.closes_at).where(*closed)).all()
    return {row.id: end_before(connection, row.id, row.closes_at) for row in rows}


def _archived_since(connection: Connection, campaign_id: int) -> datetime | None:
    """When it was archived, before any replacement of its result; None: it is not archived."""
    archived_at = select(Campaign.archived_at).where(Campaign.id == campaign_id)
    since = connection.scalar(archived_at)
    if since is None:
        return None
    its = Revision.subject == CAMPAIGN.name, Revision.subject_id == campaign_id
    moments = select(JsonMember(Revision.content, ARCHIVED)).where(*its)
    newest_first = connection.scalars(moments.order_by(Revision.number.desc())).all()
    while_archived = takewhile(bool, map(moment_in, newest_first))
    return min([since, *filter(None, while_archived)])


def end_before(
    connection: Connection, action_id: int, closed_at: datetime | None
) -> datetime | None:
    """The closing time that an action had before this one; None: no closing time."""
    its = Revision.subject == ACTION.name, Revision.subject_id == action_id
    ends = select(JsonMember(Revision.content, "closes_at")).where(*its)
    newest_first = connection.scalars(ends.order_by(Revision.number.desc()))
    return next((end for end in map(moment_in, newest_first) if end != closed_at), None)


def _ahead(end: datetime | None, now: datetime) -> datetime | None:
    return end if end and end > now else None


def _set_archived(connection: Connection, campaign_id: int, at: datetime | None) -> None:
    this = update(Campaign).where(Campaign.id == campaign_id)
    connection.execute(this.values(archived_at=at))


def leave_archive(
    connection: Connection, campaign_id: int, *, staff_id: int | None, now: datetime
) -> bool:
    """In the caller’s transaction. False, and nothing is saved, if the campaign is not archived."""
    archived_at = select(Campaign.archived_at).where(Campaign.id == campaign_id)
    if connection.scalar(archived_at) is None:
        return False
    with saving_revision(connection, CAMPAIGN, campaign_id, staff_id=staff_id, now=now):
        _set_archived(connection, campaign_id, None)
    return True
