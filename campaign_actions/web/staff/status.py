"""The status page: the figures of the command `status`."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from campaign_actions.audit.anchors.health import anchor_health
from campaign_actions.audit.anchors.settings import anchor_settings
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.security.secrets import own_audit_public_key
from campaign_actions.monitoring.health import classify_delay
from campaign_actions.monitoring.queries import MAX_COUNTED, find_load, find_rates
from campaign_actions.web.staff.access.authorization import needs

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
        load=load,
        rates=find_rates(now),
        mail=classify_delay(load.mail_delay),
        counts=classify_delay(load.count_delay),
        anchors=anchor_health(now, settings=settings, public_key=own_audit_public_key()),
        places=DESTINATION_NAMES,
        most=MAX_COUNTED,
    )
