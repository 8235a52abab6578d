"""The application factory: the table of contents of the package."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path

from flask import Flask
from flask_compress import Compress

from campaign_actions.actions.changes.number import number_changes
from campaign_actions.actions.counts import ledger
from campaign_actions.actions.counts.quarters import delete_old_quarters
from campaign_actions.actions.counts.states.check_providers import check_providers
from campaign_actions.actions.counts.states.fold import delete_old_state_quarters, fold_states
from campaign_actions.actions.questions.retention import delete_old_answers
from campaign_actions.actions.share_pictures.draw import draw_share_pictures
from campaign_actions.actions.signatures import reminders, retention, withdraw
from campaign_actions.actions.signatures.clusters.emails import cluster_mails, tell_staff
from campaign_actions.actions.signatures.clusters.fill_time import delete_fill_times
from campaign_actions.actions.signatures.clusters.find import find_clusters
from campaign_actions.actions.signatures.clusters.record import delete_old_clusters
from campaign_actions.actions.signatures.clusters.rules import Thresholds
from campaign_actions.actions.signatures.codes.tries import delete_old_tries
from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.actions.signatures.emails import signature_mails
from campaign_actions.actions.signatures.invalidation import run_jobs, suppress
from campaign_actions.actions.signatures.try_emails import trial_mails
from campaign_actions.approvals.carry_out import erase_approved
from campaign_actions.approvals.emails import approval_mails
from campaign_actions.approvals.expire import expire_requests
from campaign_actions.approvals.queries import updates_to_approve
from campaign_actions.audit.anchors.create import create_daily_anchor
from campaign_actions.audit.anchors.deliver import deliver_anchors
from campaign_actions.audit.anchors.emails import anchor_mails
from campaign_actions.audit.anchors.settings import anchor_settings, read_anchor_settings
from campaign_actions.campaigns.versioning.versioned import change_hook
from campaign_actions.catalogs.campaign_texts.edit_sync import record_staff_translations
from campaign_actions.catalogs.campaign_texts.other_texts import other_texts
from campaign_actions.catalogs.store.loader import LanguageLoader
from campaign_actions.catalogs.workflow import notifications
from campaign_actions.catalogs.workflow.notifications import translation_mails
from campaign_actions.commands import audit as audit_commands
from campaign_actions.commands import catalog_approvals as approval_commands
from campaign_actions.commands import catalog_exchange as exchange_commands
from campaign_actions.commands import catalog_files as catalog_commands
from campaign_actions.commands import demo as demo_commands
from campaign_actions.commands import outbox as outbox_commands
from campaign_actions.commands import staff as staff_commands
from campaign_actions.commands import staff_approvals as dual_control_commands
from campaign_actions.commands import status as monitoring_commands
from campaign_actions.commands import switch as switch_commands
from campaign_actions.core import organization, ttl_cache, urls
from campaign_actions.core.app_base import create_bare_app
from campaign_actions.core.content import markdown
from campaign_actions.core.content.drawings import cover_art, crowd_meter
from campaign_actions.core.forms import field_attributes
from campaign_actions.core.i18n import (
    formatting,
    gettext,
    list_format,
    locale,
    locale_registry,
    timezones,
)
from campaign_actions.core.mail.render import mail_makers
from campaign_actions.core.security import rate_limit
from campaign_actions.core.security.used_challenges import delete_old_challenges
from campaign_actions.core.sharing import links, qr_code
from campaign_actions.core.switches import state as switches
from campaign_actions.core.templating import environment
from campaign_actions.disclosures.deletions import follow_changes
from campaign_actions.disclosures.notify import deletion_mails, notify_holders
from campaign_actions.disclosures.records import end_abandoned
from campaign_actions.organization.load import OrganizationLoader
from campaign_actions.outbox.cleanup import delete_old_emails
from campaign_actions.outbox.waking import wake_waiting_emails
from campaign_actions.outbox.worker_loop import Task, scheduled_tasks, slow_tasks, throttled
from campaign_actions.publishing.publish_scheduled import publish_scheduled
from campaign_actions.staff.authentication.login_failures import report_login_failures
from campaign_actions.staff.authentication.sessions import delete_expired_sessions
from campaign_actions.staff.authentication.wrong_code_limit import delete_old_wrong_codes
from campaign_actions.staff.emails import staff_mails
from campaign_actions.switches.load import SwitchLoader
from campaign_actions.switches.robot_check import follow_rate
from campaign_actions.updates import queue_batches, schedule
from campaign_actions.updates.emails import update_mails
from campaign_actions.updates.translations import UpdateTexts
from campaign_actions.web.blueprints import BLUEPRINTS
from campaign_actions.web.http import (
    concurrency_limit,
    error_pages,
    page_cache,
    request_buffer,
    security_headers,
    static_files,
)
from campaign_actions.web.http.form_parser import Utf8Request
from campaign_actions.web.staff import menu, tab_counts
from campaign_actions.web.staff.access import (
    authentication,
    authorization,
    request_guard,
    whom_to_ask,
)
from campaign_actions.web.staff.access.authorization import ROOT, UPLOADS
from campaign_actions.web.staff.access.error_pages import staff_error_page
from campaign_actions.web.staff.approvals import ask
from campaign_actions.web.staff.switches import off
from campaign_actions.web.staff.waiting import all_waiting

COMMANDS = (  # cli.py has those that are loaded on demand
    outbox_commands.outbox,
    audit_commands.audit,
    staff_commands.staff,
    monitoring_commands.status,
    switch_commands.switch,
    demo_commands.demo,
    catalog_commands.translations,
)
for command in (*exchange_commands.COMMANDS, *approval_commands.COMMANDS):
    catalog_commands.translations.add_command(command)

for command in dual_control_commands.COMMANDS:
    staff_commands.staff.add_command(command)


def create_app(settings: Mapping[str, object] | None = None) -> Flask:
    """The complete app: the bare one (settings, secrets, database) plus pages, emails and tasks."""
    app = create_bare_app(settings)
    app.request_class = Utf8Request
    environment.init_app(app)

    link_life = timedelta(days=app.config["CONFIRM_DAYS"])
    mail_makers.provide(
        app,
        signature_mails(link_life)
        | trial_mails(link_life)
        | cluster_mails()
        | staff_mails()
        | approval_mails()
        | update_mails()
        | translation_mails()
        | anchor_mails()
        | deletion_mails(keep_months=app.config["KEEP_MONTHS_AFTER_CLOSING"]),
    )
    anchor_settings.provide(app, read_anchor_settings(app.config, Path(app.instance_path)))
    scheduled_tasks.provide(app, _scheduled_tasks(app))
    slow_tasks.provide(app, _slow_tasks(app))
    change_hook.provide(app, record_staff_translations)
    other_texts.provide(app, UpdateTexts(updates_to_approve))
    locale_registry.init_app(app, LanguageLoader(app.config))
    locale.init_app(app, staff_prefix=ROOT)
    organization.init_app(app, OrganizationLoader())
    switches.init_app(app, SwitchLoader())
    error_pages.init_app(app, staff_error_page)

    for part in (
        static_files,
        security_headers,
        gettext,
        urls,
        formatting,
        field_attributes,
        list_format,
        timezones,
        markdown,
        cover_art,
        crowd_meter,
        links,
        qr_code,
        ttl_cache,
        rate_limit,
        authorization,
        request_guard,
        authentication,
        whom_to_ask,
        ask,
        all_waiting,
        tab_counts,
        menu,
        off,
    ):
        part.init_app(app)
    Compress(app)
    concurrency_limit.init_app(app)
    page_cache.init_app(
        app, staff_prefix=ROOT, generation=switches.switch_store.of(app).count_loads
    )
    request_buffer.init_app(
        app, prefix=ROOT, uploads=UPLOADS, is_known=authentication.may_send_more
    )  # outermost
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    return app


def _scheduled_tasks(app: Flask) -> dict[str, Task]:
    """The tasks of the worker besides sending emails, in this order. docs/metrics.md names them."""
    erase_after = timedelta(days=app.config["ERASE_PENDING_DAYS"])
    link_life = timedelta(days=app.config["CONFIRM_DAYS"])
    keep_months = app.config["KEEP_MONTHS_AFTER_CLOSING"]
    return {
        "fold": lambda _now: ledger.fold(),
        "fold_states": fold_states,
        "check_providers": check_providers,
        "number_changes": lambda _now: number_changes(),
        "follow_deletions": partial(follow_changes, keep_months=keep_months),
        "remind": partial(reminders.remind, erase_after=erase_after, link_life=link_life),
        "expire": reminders.expire,
        "forget_closed": partial(retention.erase_closed, keep_months=keep_months),
        "forget_answers": throttled(delete_old_answers, seconds=600),
        "erase_approved": erase_approved,
        "invalidate": run_jobs.continue_batches,
        "lift_suppressions": throttled(
            partial(
                suppress.lift_suppressions,
                suppress_months=app.config["SUPPRESS_MONTHS"],
                keep_months=keep_months,
            ),
            seconds=600,
        ),
        "empty_journal": lambda _now: withdraw.truncate_wal(),
        "forget_sessions": throttled(
            lambda now: delete_expired_sessions(now, **authentication.session_limits(app.config)),
            seconds=600,
        ),
        "expire_requests": throttled(expire_requests, seconds=60),
        "forget_wrong_codes": throttled(delete_old_wrong_codes, seconds=600),
        "forget_challenges": throttled(delete_old_challenges, seconds=600),
        "report_login_failures": throttled(report_login_failures, seconds=10),
        "forget_code_tries": throttled(delete_old_tries, seconds=10),
        "wake": throttled(wake_waiting_emails, seconds=60),
        "end_abandoned_exports": throttled(end_abandoned, seconds=600),
        "tell_holders": throttled(partial(notify_holders, keep_months=keep_months), seconds=600),
        "robot_check": throttled(
            partial(follow_rate, rate=app.config["ROBOT_CHECK_RATE"]), seconds=10
        ),
        "find_clusters": throttled(
            partial(find_clusters, thresholds=Thresholds.by(app.config)), seconds=60
        ),
        "tell_about_clusters": throttled(tell_staff, seconds=10),
        "forget_clusters": throttled(delete_old_clusters, seconds=3600),
        "forget_fill_times": delete_fill_times,
        "publish_scheduled": partial(publish_scheduled, lifetimes=Lifetimes.by(app.config)),
        "start_updates": schedule.start_due,
        "send_updates": queue_batches.queue_next_batches,
        "forget_recipients": throttled(queue_batches.forget_recipients, seconds=600),
        "tell_translators": throttled(notifications.notify_translators, seconds=3600),
        "anchor_audit_log": throttled(
            partial(create_daily_anchor, settings=anchor_settings.of(app)), seconds=60
        ),
        "forget_quarters": throttled(delete_old_quarters, seconds=3600),
        "forget_state_quarters": throttled(delete_old_state_quarters, seconds=3600),
        "sweep": delete_old_emails,
    }


def _slow_tasks(app: Flask) -> dict[str, Task]:
    """Tasks that take long or wait for other servers, in a thread of their own."""
    deliver = partial(deliver_anchors, settings=anchor_settings.of(app))
    return {
        "deliver_anchors": throttled(deliver, seconds=5),
        "draw_share_pictures": throttled(draw_share_pictures, seconds=5),
    }
