"""Stops the opening of a campaign that has problems, shortly before its time. For the worker.

A campaign opens by its time alone, whether or not the worker runs. One with problems becomes a draft again,
and a failed ScheduledDraft says when it should have opened, until someone publishes it or sets another time.
"""

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from campaign_actions.actions.models import Action
from campaign_actions.actions.newest.schedules import CHECKS
from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, ScheduledDraft
from campaign_actions.campaigns.versioning.decisions import add_decision
from campaign_actions.core.db.session import db, has_rows, release_connection, write_transaction
from campaign_actions.core.errors import Conflict
from campaign_actions.publishing.conflicts import lock_campaign
from campaign_actions.publishing.findings import PreflightContext
from campaign_actions.publishing.preflight import run_preflight
from campaign_actions.publishing.publish import forget_missed_opening
from campaign_actions.publishing.queries import find_plan
from campaign_actions.publishing.scheduled.changes import visible_to_all
from campaign_actions.staff.queries import find_member_by_id

LEAD = timedelta(minutes=1)  # before the opening. The checks miss changes in the last seconds.


def stop_openings(now: datetime, *, lifetimes: Lifetimes) -> None:
    """Check the campaigns that open within LEAD, as publishing does, and stop those with problems."""
    columns = Campaign.__table__.c
    soon = select(columns.id, columns.published_at, columns.publisher_id).where(
        columns.published_at > now, columns.published_at <= now + LEAD
    )
    if not has_rows(soon):
        return
    db.session.expire_all()
    rows = db.session.execute(soon.order_by(columns.published_at, columns.id)).all()
    for campaign_id, opens_at, publisher_id in rows:
        is_blocked = _has_problems(campaign_id, opens_at, publisher_id, now, lifetimes)
        release_connection()
        if is_blocked:
            _stop(campaign_id, opens_at, now)


def _has_problems(
    campaign_id: int,
    opens_at: datetime,
    publisher_id: int | None,
    now: datetime,
    lifetimes: Lifetimes,
) -> bool:
    """Whether something must be fixed in what becomes public at that time."""
    plan, publisher = find_plan(campaign_id), find_member_by_id(publisher_id or 0)
    if plan is None:
        return False
    context = PreflightContext(
        opens_at=opens_at,
        now=now,
        visible_ids=visible_to_all([publisher] if publisher else []),
        lifetimes=lifetimes,
    )
    later = plan.hidden_at(opens_at)
    return bool(run_preflight(plan, context).blockers(without_actions=later))


def _stop(campaign_id: int, opens_at: datetime, now: datetime) -> None:
    """Unless someone has changed the time since. Actions that open later keep their time."""
    try:
        with write_transaction() as connection:
            campaign = lock_campaign(connection, campaign_id, opens_at)
            this = Campaign.__table__.c
            found = connection.execute(
                select(this.version, this.publisher_id).where(this.id == campaign_id)
            ).one()
            forget_missed_opening(connection, campaign_id)
            connection.execute(
                insert(ScheduledDraft).values(
                    subject=CAMPAIGN.name,
                    subject_id=campaign_id,
                    campaign_id=campaign_id,
                    number=found.version,
                    at=opens_at,
                    scheduled_at=now,
                    staff_id=found.publisher_id or 0,
                    failed_at=now,
                    failure=CHECKS,
                )
            )
            never = {"published_at": None}  # no opening time is left that says that they were open
            with_it = Action.campaign_id == campaign_id, Action.published_at == opens_at
            connection.execute(update(Campaign).where(Campaign.id == campaign_id).values(never))
            connection.execute(update(Action).where(*with_it).values(never))
            its = connection, CAMPAIGN.name, campaign_id
            add_decision(*its, "opening-stopped", staff_id=None, now=now, due_at=opens_at)
            add_entry(
                connection,
                "published",
                actor=COMMAND,
                now=now,
                subject=campaign.slug,
                did="opening-stopped",
                at=opens_at.isoformat(),
                obstacle=CHECKS,
            )
    except Conflict:
        return
