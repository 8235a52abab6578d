"""Emails that are not sent at all or not now, whose links open for nobody, or that failed for good."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.list_format import label_value
from campaign_actions.core.mail.transports import reaches_people
from campaign_actions.core.urls import is_reachable
from campaign_actions.outbox.delivery import current_delivery
from campaign_actions.outbox.queries import count_failed_mails
from campaign_actions.web.staff.access.authorization import allows
from campaign_actions.web.staff.first_steps.situation import is_site_new
from campaign_actions.web.staff.waiting.item import MAX_COUNTED, WaitingItem

LANE_NAMES = {
    "staff": _l("To staff"),
    "signer": _l("To people taking part"),
    "notice": _l("Receipts"),
    "bulk": _l("Updates"),
}


def emails_waiting(now: datetime) -> Iterator[WaitingItem]:
    """On a new site, setting up email is one of the first steps."""
    if not is_site_new(now):
        yield from _missing_settings()
    if reaches_people() and (reason := current_delivery(now).words):
        yield WaitingItem(
            1,
            _("Emails cannot be sent"),
            [reason],
            _("See whom to ask"),
            url_for("staff_status.show", _anchor="not-sent"),
        )
    counts = count_failed_mails(limit=MAX_COUNTED + 1)
    if not allows("staff.manage"):
        counts.pop("staff", None)  # they can do nothing about these
    count = sum(counts.values())
    if count:
        yield WaitingItem(
            count,
            ngettext("Email failed", "Emails failed", count),
            [label_value(LANE_NAMES[lane], number(found)) for lane, found in counts.items()],
            _("See failed emails"),
            url_for("staff_failed_emails.index"),
        )


def _missing_settings() -> Iterator[WaitingItem]:
    if not reaches_people():
        yield WaitingItem(
            1,
            _("Setting missing: email"),
            [_("Emails are saved as files and never sent, so no one can confirm.")],
            _("How to set it up"),
            url_for("staff_status.show", _anchor="mail"),
        )
    elif not is_reachable():
        yield WaitingItem(
            1,
            _("Setting missing: public address"),
            [_("Links in emails open on the server alone, so no one can confirm.")],
            _("How to set it up"),
            url_for("staff_status.show", _anchor="mail"),
        )
