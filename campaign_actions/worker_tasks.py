"""The tasks of the worker besides sending emails."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from flask import Flask

from campaign_actions.actions.changes.number import number_changes
from campaign_actions.actions.counts import ledger
from campaign_actions.actions.counts.quarters import delete_old_quarters
from campaign_actions.actions.counts.states.check_providers import check_providers
from campaign_actions.actions.counts.states.fold import delete_old_state_quarters, fold_states
from campaign_actions.actions.questions.retention import delete_old_answers
from campaign_actions.actions.share_pictures.draw import draw_share_pictures
from campaign_actions.actions.signatures import reminders, retention, withdraw
from campaign_actions.actions.signatures.clusters.emails import tell_staff
from campaign_actions.actions.signatures.clusters.fill_time import (
    delete_fill_times,
    forget_in_filters,
)
from campaign_actions.actions.signatures.clusters.find import find_clusters
from campaign_actions.actions.signatures.clusters.left import close_empty_clusters
from campaign_actions.actions.signatures.clusters.record import delete_old_clusters
from campaign_actions.actions.signatures.clusters.rules import Thresholds
from campaign_actions.actions.signatures.codes.tries import delete_old_tries
from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.actions.signatures.invalidation import run_jobs, suppress
from campaign_actions.actions.signatures.removals.files import FOLDER
from campaign_actions.actions.signatures.removals.record import record_removals
from campaign_actions.approvals.carry_out import erase_approved
from campaign_actions.approvals.expire import expire_requests
from campaign_actions.audit.anchors.create import create_daily_anchor
from campaign_actions.audit.anchors.deliver import deliver_anchors
from campaign_actions.audit.anchors.settings import anchor_settings
from campaign_actions.catalogs.workflow import notifications
from campaign_actions.core.security.used_challenges import delete_old_challenges
from campaign_actions.disclosures.deletions.follow import follow_changes
from campaign_actions.disclosures.notify import notify_holders
from campaign_actions.disclosures.records import end_abandoned
from campaign_actions.outbox.cleanup import delete_old_emails
from campaign_actions.outbox.waking import wake_waiting_emails
from campaign_actions.outbox.worker_loop import Task, throttled
from campaign_actions.publishing.scheduled.changes import publish_scheduled
from campaign_actions.publishing.scheduled.emails import tell_publishers
from campaign_actions.publishing.scheduled.openings import stop_openings
from campaign_actions.revocations.record import record_revocations
from campaign_actions.staff.authentication.login_failures import report_login_failures
from campaign_actions.staff.authentication.sessions import delete_expired_sessions
from campaign_actions.staff.authentication.wrong_code_limit import delete_old_wrong_codes
from campaign_actions.switches.robot_check import follow_rate
from campaign_actions.updates import queue_batches, schedule
from campaign_actions.web.staff.access import authentication


def make_scheduled_tasks(app: Flask) -> dict[str, Task]:
    """Each is named in docs/metrics.md. They run in this order."""
    return (
        _signatures(app)
        | _access(app)
        | _emails_and_exports(app)
        | _robots(app)
        | _publications(app)
        | _upkeep(app)
        | ({} if _has_many_writers(app) else _bulk())
    )


def make_bulk_tasks(app: Flask) -> dict[str, Task]:
    """Tasks on very many signatures at once, in a thread of their own.

    On SQLite they are among the others: of two threads that write, people who sign would wait for both.
    """
    return _bulk() if _has_many_writers(app) else {}


def make_slow_tasks(app: Flask) -> dict[str, Task]:
    """Tasks that take long or wait for other servers, in a thread of their own."""
    deliver = partial(deliver_anchors, settings=anchor_settings.of(app))
    return {
        "deliver_anchors": throttled(deliver, seconds=5),
        "draw_share_pictures": throttled(draw_share_pictures, seconds=5),
    }


def _bulk() -> dict[str, Task]:
    return {"erase_approved": erase_approved, "invalidate": run_jobs.continue_batches}


def _has_many_writers(app: Flask) -> bool:
    return not app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite:")


def _signatures(app: Flask) -> dict[str, Task]:
    """Counts, reminders and retention."""
    erase_after = timedelta(days=app.config["ERASE_PENDING_DAYS"])
    link_life = timedelta(days=app.config["CONFIRM_DAYS"])
    keep_months = app.config["KEEP_MONTHS_AFTER_CLOSING"]
    return {
        "fold": lambda _now: ledger.fold(),
        "fold_states": fold_states,
        "check_providers": check_providers,
        "number_changes": lambda _now: number_changes(),
        "follow_deletions": partial(follow_changes, keep_months=keep_months),
        "record_removals": partial(
            record_removals, folder=Path(app.instance_path) / FOLDER, keep_months=keep_months
        ),
        "remind": partial(reminders.remind, erase_after=erase_after, link_life=link_life),
        "expire": reminders.expire,
        "forget_closed": partial(retention.erase_closed, keep_months=keep_months),
        "forget_answers": throttled(delete_old_answers, seconds=600),
        "lift_suppressions": throttled(
            partial(
                suppress.lift_suppressions,
                suppress_months=app.config["SUPPRESS_MONTHS"],
                keep_months=keep_months,
            ),
            seconds=600,
        ),
        "empty_journal": lambda _now: withdraw.truncate_wal(),
    }


def _access(app: Flask) -> dict[str, Task]:
    """The list of revocations; sessions, requests, codes and challenges that have had their time."""
    return {
        "forget_sessions": throttled(
            lambda now: delete_expired_sessions(now, **authentication.session_limits(app.config)),
            seconds=600,
        ),
        "record_revocations": throttled(
            partial(record_revocations, folder=Path(app.instance_path) / FOLDER), seconds=10
        ),
        "expire_requests": throttled(expire_requests, seconds=60),
        "forget_wrong_codes": throttled(delete_old_wrong_codes, seconds=600),
        "forget_challenges": throttled(delete_old_challenges, seconds=600),
        "report_login_failures": throttled(report_login_failures, seconds=10),
        "forget_code_tries": throttled(delete_old_tries, seconds=10),
    }


def _emails_and_exports(app: Flask) -> dict[str, Task]:
    """Those that wait, and those that have ended."""
    keep_months = app.config["KEEP_MONTHS_AFTER_CLOSING"]
    return {
        "wake": throttled(wake_waiting_emails, seconds=60),
        "end_abandoned_exports": throttled(end_abandoned, seconds=600),
        "tell_holders": throttled(partial(notify_holders, keep_months=keep_months), seconds=600),
    }


def _robots(app: Flask) -> dict[str, Task]:
    """The robot check, and suspicious clusters."""
    thresholds = Thresholds.by(app.config)
    return {
        "robot_check": throttled(
            partial(follow_rate, rate=app.config["ROBOT_CHECK_RATE"]), seconds=10
        ),
        "find_clusters": throttled(partial(find_clusters, thresholds=thresholds), seconds=60),
        "tell_about_clusters": throttled(partial(tell_staff, thresholds=thresholds), seconds=10),
        "close_clusters": throttled(close_empty_clusters, seconds=600),
        "forget_clusters": throttled(delete_old_clusters, seconds=3600),
        "forget_fill_times": delete_fill_times,
        "forget_old_filters": throttled(forget_in_filters, seconds=60),
    }


def _publications(app: Flask) -> dict[str, Task]:
    """Openings, changes, updates and news for translators."""
    lifetimes = Lifetimes.by(app.config)
    return {
        "stop_openings": throttled(partial(stop_openings, lifetimes=lifetimes), seconds=10),
        "publish_scheduled": partial(publish_scheduled, lifetimes=lifetimes),
        "tell_publishers": throttled(tell_publishers, seconds=10),
        "start_updates": schedule.start_due,
        "send_updates": queue_batches.queue_next_batches,
        "forget_recipients": throttled(queue_batches.forget_recipients, seconds=600),
        "tell_translators": throttled(notifications.notify_translators, seconds=3600),
    }


def _upkeep(app: Flask) -> dict[str, Task]:
    """The audit log's signed copies, and data that is no longer needed."""
    return {
        "anchor_audit_log": throttled(
            partial(create_daily_anchor, settings=anchor_settings.of(app)), seconds=60
        ),
        "forget_quarters": throttled(delete_old_quarters, seconds=3600),
        "forget_state_quarters": throttled(delete_old_state_quarters, seconds=3600),
        "sweep": delete_old_emails,
    }
