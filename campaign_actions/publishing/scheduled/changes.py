"""Publishing drafts at the time that someone has set. For the worker.

The checks run again. If anything prevents it, the reason is stored with the draft, and the public pages
stay as they are.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from campaign_actions.actions.campaign_overview import get_campaign_overview
from campaign_actions.actions.newest.drafts import SubjectKey
from campaign_actions.actions.newest.schedules import (
    ADDRESS,
    CHANGED,
    CHECKS,
    RIGHTS,
)
from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.campaigns.models import DecisionKind, ScheduledDraft
from campaign_actions.campaigns.versioning.decisions import add_decision
from campaign_actions.campaigns.versioning.errors import SlugTaken
from campaign_actions.catalogs.campaign_texts.publish import lock_campaign
from campaign_actions.core.db.session import db, has_rows, release_connection, write_transaction
from campaign_actions.publishing.change_checks import check_changes
from campaign_actions.publishing.changes import (
    SUBJECTS,
    ChangesConflict,
    NoChanges,
    TimeChanged,
    publish_changes,
)
from campaign_actions.publishing.findings import PreflightContext
from campaign_actions.publishing.queries import get_plan
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member_by_id, may, rights_of

PERMISSION = "campaigns.publish"
DECISIONS: Mapping[str, DecisionKind] = {
    CHANGED: "failed-changed",
    CHECKS: "failed-checks",
    ADDRESS: "failed-address",
    RIGHTS: "failed-rights",
}
Rows = list[Row[*tuple[Any, ...]]]


def publish_scheduled(now: datetime, *, lifetimes: Lifetimes) -> None:
    """Publish the drafts whose time has come: those of a campaign with the same time together."""
    due = select(ScheduledDraft.campaign_id, ScheduledDraft.at).where(
        ScheduledDraft.at <= now, ScheduledDraft.failed_at.is_(None)
    )
    if not has_rows(due):
        return
    times = db.session.execute(due.distinct().order_by(ScheduledDraft.at)).all()
    for campaign_id, at in times:
        _publish(campaign_id, at, now, lifetimes)


def _publish(campaign_id: int, at: datetime, now: datetime, lifetimes: Lifetimes) -> None:
    rows = _rows(campaign_id, at)
    if not rows:
        return  # another worker was faster
    db.session.expire_all()
    members = [find_member_by_id(staff_id) for staff_id in {row.staff_id for row in rows}]
    allowed = [member for member in members if member and _may_publish(member, campaign_id)]
    if len(allowed) < len(members):
        failure: str | None = RIGHTS
    else:
        failure = _find_obstacle(campaign_id, rows, allowed, now, lifetimes)
    release_connection()
    if failure is None:
        failure = _try(campaign_id, rows, by=allowed[0], now=now)
    if failure:
        _note_failure(campaign_id, rows, failure, now)


def _rows(campaign_id: int, at: datetime) -> Rows:
    columns = ScheduledDraft.__table__.c
    these = columns.campaign_id == campaign_id, columns.at == at, columns.failed_at.is_(None)
    found = select(*columns).where(*these).order_by(columns.subject, columns.subject_id)
    return list(db.session.execute(found))


def _may_publish(member: StaffMember, campaign_id: int) -> bool:
    return member.can_log_in and may(rights_of(member), PERMISSION, campaign_id)


def _find_obstacle(
    campaign_id: int,
    rows: Rows,
    members: Sequence[StaffMember],
    now: datetime,
    lifetimes: Lifetimes,
) -> str | None:
    """Why the drafts cannot be published now; None if they can be."""
    campaign = get_campaign_overview(campaign_id, now=now)
    found = {draft.key: draft for draft in campaign.drafts}
    drafts = [found[_key(row)] for row in rows if _key(row) in found]
    if [draft.number for draft in drafts] != [row.number for row in rows]:
        return CHANGED
    context = PreflightContext(
        opens_at=now, now=now, visible_ids=visible_to_all(members), lifetimes=lifetimes
    )
    plan = get_plan(campaign_id, of=[draft.key for draft in drafts])
    checks = check_changes(plan, campaign, drafts, context)
    return CHECKS if checks.blockers else None


def visible_to_all(members: Sequence[StaffMember]) -> frozenset[int] | None:
    """The campaigns that each of them may see before they are public; None: all."""
    limits = [rights_of(member).get("campaigns.view", frozenset()) for member in members]
    limited = [ids for ids in limits if ids is not None]
    return frozenset.intersection(*limited) if limited else None


def _try(campaign_id: int, rows: Rows, *, by: StaffMember, now: datetime) -> str | None:
    """Publish them; returns why that was not possible."""
    try:
        publish_changes(
            campaign_id,
            seen={_key(row): row.number for row in rows},
            times={_key(row): row.at for row in rows},
            actor=by.email,
            staff_id=by.id,
            now=now,
        )
    except ChangesConflict:
        return CHANGED
    except SlugTaken:
        return ADDRESS
    except (NoChanges, TimeChanged):
        pass  # another worker or a person was faster
    return None


def _note_failure(campaign_id: int, rows: Rows, failure: str, now: datetime) -> None:
    """Remember it, so that the people who publish are told, unless the time has been changed since."""
    with write_transaction() as connection:
        lock_campaign(connection, campaign_id)
        for row in rows:
            this = update(ScheduledDraft).filter_by(
                subject=row.subject, subject_id=row.subject_id, at=row.at, number=row.number
            )
            pending = this.where(ScheduledDraft.failed_at.is_(None))
            if connection.execute(pending.values(failed_at=now, failure=failure)).rowcount:
                its, kind = (connection, row.subject, row.subject_id), DECISIONS[failure]
                add_decision(*its, kind, staff_id=None, now=now, due_at=row.at)
                add_entry(
                    connection,
                    "published",
                    actor=COMMAND,
                    now=now,
                    subject=SUBJECTS[row.subject].called(connection, row.subject_id),
                    did="changes-failed",
                    revision=row.number,
                    obstacle=failure,
                )


def _key(row: Row[*tuple[Any, ...]]) -> SubjectKey:
    return row.subject, row.subject_id
