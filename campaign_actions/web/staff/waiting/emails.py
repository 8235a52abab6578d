"""Emails that are not sent at all, whose links open for nobody, or that have failed for good."""

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
from campaign_actions.outbox.queries import count_failed_mails
from campaign_actions.web.staff.waiting.item import MAX_COUNTED, WaitingItem

LANE_NAMES = {
    "staff": _l("To staff"),
    "signer": _l("To people taking part"),
    "notice": _l("Receipts"),
    "bulk": _l("Updates"),
}


def emails_waiting(_now: datetime) -> Iterator[WaitingItem]:
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
    counts = count_failed_mails(limit=MAX_COUNTED + 1)
    count = sum(counts.values())
    if count:
        yield WaitingItem(
            count,
            ngettext("Email failed", "Emails failed", count),
            [label_value(LANE_NAMES[lane], number(found)) for lane, found in counts.items()],
            _("See failed emails"),
            url_for("staff_failed_emails.index"),
        )
