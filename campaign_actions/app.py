"""The application factory. Read it as the table of contents of the package."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from flask_compress import Compress

from campaign_actions.actions import reminding, retaining, suppressing, tallying, withdrawing
from campaign_actions.actions.field_labels import label_of_any
from campaign_actions.actions.mailing import signature_mails
from campaign_actions.approvals import ask_page
from campaign_actions.approvals import cli as dual_control_commands
from campaign_actions.approvals.emails import approval_mails
from campaign_actions.approvals.expire import expire as expire_requests
from campaign_actions.approvals.use import erase_approved
from campaign_actions.audit import cli as audit_commands
from campaign_actions.audit.anchors.create import create_daily_anchor
from campaign_actions.audit.anchors.deliver import deliver_anchors
from campaign_actions.audit.anchors.emails import anchor_mails
from campaign_actions.audit.anchors.settings import read_settings
from campaign_actions.blueprints import BLUEPRINTS
from campaign_actions.catalogs import telling
from campaign_actions.catalogs.cli import approvals as approval_commands
from campaign_actions.catalogs.cli import exchange as exchange_commands
from campaign_actions.catalogs.cli import files as catalog_commands
from campaign_actions.catalogs.loading import Installed
from campaign_actions.catalogs.mailing import translation_mails
from campaign_actions.catalogs.remembering import remember_changes
from campaign_actions.core import (
    assets,
    caching,
    copy,
    crowd,
    errors,
    field_attributes,
    formatting,
    i18n,
    languages,
    links,
    page_cache,
    requests,
    saying,
    security,
    sentences,
    templates,
    throttling,
    turnstile,
    witnesses,
    zones,
)
from campaign_actions.core.bare_app import create_bare_app
from campaign_actions.demo import cli as demo_commands
from campaign_actions.monitoring import cli as monitoring_commands
from campaign_actions.outbox import cli as outbox_commands
from campaign_actions.outbox.sweeping import sweep
from campaign_actions.outbox.waking import wake
from campaign_actions.outbox.watching import seldom
from campaign_actions.staff import cli as staff_commands
from campaign_actions.staff import failing, guards, logging_in, receiving, recognizing
from campaign_actions.staff.code_limit import forget_wrong_codes
from campaign_actions.staff.login_failures import report_login_failures
from campaign_actions.staff.mailing import staff_mails
from campaign_actions.staff.sessions import forget_sessions
from campaign_actions.staff.used_challenges import forget_challenges
from campaign_actions.updates import sending
from campaign_actions.updates.mailing import update_mails

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
    app.request_class = requests.PublicRequest
    templates.init_app(app)

    link_life = timedelta(days=app.config["CONFIRM_DAYS"])
    app.extensions["mails"] = (
        signature_mails(link_life)
        | staff_mails()
        | approval_mails()
        | update_mails()
        | translation_mails()
        | anchor_mails()
    )
    app.extensions["anchor_settings"] = read_settings(app.config, Path(app.instance_path))
    app.extensions["field_words"] = label_of_any
    app.extensions["chores"] = _chores(app)
    app.extensions["slow_chores"] = _slow_chores(app)
    languages.init_app(app, Installed(app.config))
    witnesses.init_app(app, remember_changes)

    for part in (
        assets,
        security,
        i18n,
        saying,
        links,
        formatting,
        field_attributes,
        sentences,
        zones,
        copy,
        crowd,
        caching,
        throttling,
        errors,
        guards,
        receiving,
        logging_in,
        failing,
        ask_page,
    ):
        part.init_app(app)
    Compress(app)
    turnstile.init_app(app)
    page_cache.init_app(app)
    requests.init_app(app, is_known=recognizing.is_known)  # last: it stands in front of all
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    return app


def _chores(app: Flask) -> dict[str, Callable[[datetime], Any]]:
    """What the worker does besides delivering mail, in this order; each is told the time."""
    erase_after = timedelta(days=app.config["ERASE_PENDING_DAYS"])
    link_life = timedelta(days=app.config["CONFIRM_DAYS"])
    keep_months = app.config["KEEP_MONTHS_AFTER_CLOSING"]
    return {
        "fold": lambda _now: tallying.fold(),
        "remind": partial(reminding.remind, erase_after=erase_after, link_life=link_life),
        "expire": reminding.expire,
        "forget_closed": partial(retaining.forget_closed, keep_months=keep_months),
        "erase_approved": erase_approved,
        "lift_suppressions": seldom(
            partial(
                suppressing.lift_suppressions,
                suppress_months=app.config["SUPPRESS_MONTHS"],
                keep_months=keep_months,
            ),
            seconds=600,
        ),
        "empty_journal": lambda _now: withdrawing.empty_journal(),
        "forget_sessions": seldom(
            lambda now: forget_sessions(now, **logging_in.session_limits(app.config)), seconds=600
        ),
        "expire_requests": seldom(expire_requests, seconds=60),
        "forget_wrong_codes": seldom(forget_wrong_codes, seconds=600),
        "forget_challenges": seldom(forget_challenges, seconds=600),
        "report_login_failures": seldom(report_login_failures, seconds=10),
        "wake": seldom(wake, seconds=60),
        "send_updates": sending.send_on,
        "tell_translators": seldom(telling.tell_translators, seconds=3600),
        "anchor_audit_log": seldom(
            partial(create_daily_anchor, settings=app.extensions["anchor_settings"]), seconds=60
        ),
        "sweep": sweep,
    }


def _slow_chores(app: Flask) -> dict[str, Callable[[datetime], Any]]:
    """What asks others and may have to wait for them: beside the rest, which it never holds up."""
    settings = app.extensions["anchor_settings"]
    return {"deliver_anchors": seldom(partial(deliver_anchors, settings=settings), seconds=5)}
