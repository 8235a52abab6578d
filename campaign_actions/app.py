"""The application factory. Read it as the table of contents of the package."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from flask_compress import Compress

from campaign_actions.actions.counts import ledger
from campaign_actions.actions.field_labels import find_field_label
from campaign_actions.actions.signatures import reminders, retention, withdraw
from campaign_actions.actions.signatures.emails import signature_mails
from campaign_actions.actions.signatures.invalidation import suppress
from campaign_actions.approvals.emails import approval_mails
from campaign_actions.approvals.expire import expire_requests as expire_requests
from campaign_actions.approvals.use import erase_approved
from campaign_actions.audit.anchors.create import create_daily_anchor
from campaign_actions.audit.anchors.deliver import deliver_anchors
from campaign_actions.audit.anchors.emails import anchor_mails
from campaign_actions.audit.anchors.settings import read_anchor_settings
from campaign_actions.catalogs.campaign_copy.edit_sync import record_staff_translations
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
from campaign_actions.core import hooks, ttl_cache, urls
from campaign_actions.core.app_base import create_bare_app
from campaign_actions.core.content import cover_art, markdown
from campaign_actions.core.forms import field_attributes
from campaign_actions.core.i18n import formatting, gettext, lists, locale, registry, timezones
from campaign_actions.core.security import rate_limit
from campaign_actions.core.templating import environment
from campaign_actions.outbox.cleanup import delete_old_emails
from campaign_actions.outbox.waking import wake_waiting_emails
from campaign_actions.outbox.worker_loop import seldom
from campaign_actions.staff.authentication.code_limit import delete_old_wrong_codes
from campaign_actions.staff.authentication.login_failures import report_login_failures
from campaign_actions.staff.authentication.sessions import delete_expired_sessions
from campaign_actions.staff.authentication.used_challenges import delete_old_challenges
from campaign_actions.staff.emails import staff_mails
from campaign_actions.updates import send
from campaign_actions.updates.emails import update_mails
from campaign_actions.web.blueprints import BLUEPRINTS
from campaign_actions.web.http import (
    concurrency_limit,
    error_pages,
    page_cache,
    request_buffer,
    security_headers,
    static_files,
)
from campaign_actions.web.staff.access import (
    authentication,
    authorization,
    device_cookie,
    request_guard,
)
from campaign_actions.web.staff.access import error_pages as staff_error_pages
from campaign_actions.web.staff.approvals import ask

COMMANDS = (  # besides those that come without this app: cli.py
    outbox_commands.outbox,
    audit_commands.audit,
    staff_commands.staff,
    monitoring_commands.status,
    demo_commands.demo,
    catalog_commands.translations,
)
for command in (*exchange_commands.COMMANDS, *approval_commands.COMMANDS):  # of the same group
    catalog_commands.translations.add_command(command)

for command in dual_control_commands.COMMANDS:
    staff_commands.staff.add_command(command)


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Build the app: the bare one (settings, secrets, database) and all that shows pages or mails."""
    app = create_bare_app(settings)
    app.request_class = request_buffer.PublicRequest
    environment.init_app(app)

    link_life = timedelta(days=app.config["CONFIRM_DAYS"])
    app.extensions["mails"] = (
        signature_mails(link_life)
        | staff_mails()
        | approval_mails()
        | update_mails()
        | translation_mails()
        | anchor_mails()
    )
    app.extensions["anchor_settings"] = read_anchor_settings(app.config, Path(app.instance_path))
    app.extensions["field_words"] = find_field_label
    app.extensions["scheduled_tasks"] = _scheduled_tasks(app)
    app.extensions["slow_tasks"] = _slow_tasks(app)
    registry.init_app(app, LanguageLoader(app.config))
    hooks.init_app(app, record_staff_translations)

    for part in (
        static_files,
        security_headers,
        locale,
        gettext,
        urls,
        formatting,
        field_attributes,
        lists,
        timezones,
        markdown,
        cover_art,
        ttl_cache,
        rate_limit,
        error_pages,
        authorization,
        request_guard,
        authentication,
        staff_error_pages,
        ask,
    ):
        part.init_app(app)
    Compress(app)
    concurrency_limit.init_app(app)
    page_cache.init_app(app)
    request_buffer.init_app(
        app, is_known=device_cookie.is_known_device
    )  # last: it stands in front of all
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    return app


def _scheduled_tasks(app: Flask) -> dict[str, Callable[[datetime], Any]]:
    """What the worker does besides delivering mail, in this order; each is told the time."""
    erase_after = timedelta(days=app.config["ERASE_PENDING_DAYS"])
    link_life = timedelta(days=app.config["CONFIRM_DAYS"])
    keep_months = app.config["KEEP_MONTHS_AFTER_CLOSING"]
    return {
        "fold": lambda _now: ledger.fold(),
        "remind": partial(reminders.remind, erase_after=erase_after, link_life=link_life),
        "expire": reminders.expire,
        "forget_closed": partial(retention.erase_closed, keep_months=keep_months),
        "erase_approved": erase_approved,
        "lift_suppressions": seldom(
            partial(
                suppress.lift_suppressions,
                suppress_months=app.config["SUPPRESS_MONTHS"],
                keep_months=keep_months,
            ),
            seconds=600,
        ),
        "empty_journal": lambda _now: withdraw.truncate_wal(),
        "forget_sessions": seldom(
            lambda now: delete_expired_sessions(now, **authentication.session_limits(app.config)),
            seconds=600,
        ),
        "expire_requests": seldom(expire_requests, seconds=60),
        "forget_wrong_codes": seldom(delete_old_wrong_codes, seconds=600),
        "forget_challenges": seldom(delete_old_challenges, seconds=600),
        "report_login_failures": seldom(report_login_failures, seconds=10),
        "wake": seldom(wake_waiting_emails, seconds=60),
        "send_updates": send.queue_next_batches,
        "tell_translators": seldom(notifications.notify_translators, seconds=3600),
        "anchor_audit_log": seldom(
            partial(create_daily_anchor, settings=app.extensions["anchor_settings"]), seconds=60
        ),
        "sweep": delete_old_emails,
    }


def _slow_tasks(app: Flask) -> dict[str, Callable[[datetime], Any]]:
    """What asks others and may have to wait for them: beside the rest, which it never holds up."""
    settings = app.extensions["anchor_settings"]
    return {"deliver_anchors": seldom(partial(deliver_anchors, settings=settings), seconds=5)}
