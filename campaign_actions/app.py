"""The application factory: the table of contents of the package."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_compress import Compress

from campaign_actions.actions.signatures.clusters.emails import cluster_mails
from campaign_actions.actions.signatures.emails import signature_mails
from campaign_actions.actions.signatures.try_emails import trial_mails
from campaign_actions.approvals.emails import approval_mails
from campaign_actions.approvals.queries import updates_to_approve
from campaign_actions.audit.anchors.emails import anchor_mails
from campaign_actions.audit.anchors.settings import anchor_settings, read_anchor_settings
from campaign_actions.campaigns.versioning.versioned import change_hook, completion_hook, copy_hook
from campaign_actions.catalogs.campaign_texts.complete import complete_texts
from campaign_actions.catalogs.campaign_texts.duplicate import copy_translations
from campaign_actions.catalogs.campaign_texts.edit_sync import record_staff_translations
from campaign_actions.catalogs.campaign_texts.other_texts import other_texts
from campaign_actions.catalogs.store.loader import LanguageLoader
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
from campaign_actions.core.mail.render import MailMakers, mail_makers
from campaign_actions.core.security import rate_limit
from campaign_actions.core.sharing import links, qr_code
from campaign_actions.core.switches import state as switches
from campaign_actions.core.templating import environment
from campaign_actions.disclosures.notify import deletion_mails
from campaign_actions.organization.load import OrganizationLoader
from campaign_actions.outbox.worker_loop import bulk_tasks, scheduled_tasks, slow_tasks
from campaign_actions.publishing.scheduled.emails import schedule_mails
from campaign_actions.staff.emails import staff_mails
from campaign_actions.switches.load import SwitchLoader
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
from campaign_actions.worker_tasks import make_bulk_tasks, make_scheduled_tasks, make_slow_tasks

PARTS = (
    *(static_files, security_headers, gettext, urls, formatting, field_attributes, list_format),
    *(timezones, markdown, cover_art, crowd_meter, links, qr_code, ttl_cache, rate_limit),
    *(authorization, request_guard, authentication, whom_to_ask, ask, all_waiting, tab_counts),
    *(menu, off),
)
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
    _provide_services(app)
    locale_registry.init_app(app, LanguageLoader(app.config))
    locale.init_app(app, staff_prefix=ROOT)
    organization.init_app(app, OrganizationLoader())
    switches.init_app(app, SwitchLoader())
    error_pages.init_app(app, staff_error_page)
    for part in PARTS:
        part.init_app(app)
    _wrap(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    return app


def _provide_services(app: Flask) -> None:
    """Provide lower features with emails, tasks and reactions to their changes."""
    mail_makers.provide(app, _mail_makers(app))
    anchor_settings.provide(app, read_anchor_settings(app.config, Path(app.instance_path)))
    scheduled_tasks.provide(app, make_scheduled_tasks(app))
    bulk_tasks.provide(app, make_bulk_tasks(app))
    slow_tasks.provide(app, make_slow_tasks(app))
    change_hook.provide(app, record_staff_translations)
    completion_hook.provide(app, complete_texts)
    copy_hook.provide(app, copy_translations)
    other_texts.provide(app, UpdateTexts(updates_to_approve))


def _mail_makers(app: Flask) -> MailMakers:
    link_life = timedelta(days=app.config["CONFIRM_DAYS"])
    return (
        signature_mails(link_life)
        | trial_mails(link_life)
        | cluster_mails()
        | staff_mails()
        | approval_mails()
        | update_mails()
        | schedule_mails()
        | translation_mails()
        | anchor_mails()
        | deletion_mails(keep_months=app.config["KEEP_MONTHS_AFTER_CLOSING"])
    )


def _wrap(app: Flask) -> None:
    """Put the parts in front of every request around the app, the outermost last."""
    Compress(app)
    concurrency_limit.init_app(app)
    page_cache.init_app(
        app, staff_prefix=ROOT, generation=switches.switch_store.of(app).count_loads
    )
    request_buffer.init_app(
        app, prefix=ROOT, uploads=UPLOADS, is_known=authentication.may_send_more
    )
