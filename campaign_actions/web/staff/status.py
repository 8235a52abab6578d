"""The status page: the figures of the command `status`, and a test email."""

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.audit.anchors.health import anchor_health
from campaign_actions.audit.anchors.settings import anchor_settings
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.mail.transports import reaches_people
from campaign_actions.core.security.audit_key import own_audit_public_key
from campaign_actions.core.switches.state import EMAIL, is_off
from campaign_actions.core.urls import is_reachable
from campaign_actions.monitoring.health import classify_delay
from campaign_actions.monitoring.queries import MAX_COUNTED, find_load, find_rates
from campaign_actions.outbox.delivery import find_delivery
from campaign_actions.staff.notifications import send_test_email
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.responses import flash_and_redirect
from campaign_actions.web.staff.switches.off import off_items

DESTINATION_NAMES = {  # of anchors of the audit log
    "local": _l("the file in the program’s folder"),
    "file": _l("the file outside the program’s folder"),
    "email": _l("the mailbox"),
    "tsa": _l("the time-stamping service"),
}
bp = Blueprint("staff_status", __name__, url_prefix="/staff/status")


@bp.get("/")
@needs("system.watch")
def show() -> ResponseReturnValue:
    now = utc_now()
    load = find_load(now)
    settings = anchor_settings()
    return render_template(
        "staff/status.html",
        now=now,
        off=off_items(),
        is_email_off=is_off(EMAIL),
        load=load,
        rates=find_rates(now),
        mail=classify_delay(load.mail_delay),
        delivery=find_delivery(now),
        counts=classify_delay(load.count_delay),
        anchors=anchor_health(now, settings=settings, public_key=own_audit_public_key()),
        places=DESTINATION_NAMES,
        most=MAX_COUNTED,
        reaches_people=reaches_people(),
        is_reachable=is_reachable(),
        sender=current_app.config["MAIL_SENDER"],
        public_url=current_app.config["PUBLIC_URL"],
    )


@bp.post("/test-email/")
@needs("system.watch")
def test_email() -> ResponseReturnValue:
    """Send one to the member, to see whether emails arrive."""
    if is_off(EMAIL):
        message = _("No test email was sent, because emails are switched off.")
        return flash_and_redirect(message, url_for(".show"), category="warning")
    member = current_staff()
    send_test_email(member, now=utc_now())
    message = _(
        "A test email to %(email)s is on its way. If it does not arrive within a few minutes, look into"
        " the spam folder, and then reload this page.",
        email=member.email,
    )
    return flash_and_redirect(message, url_for(".show", _anchor="mail"))
