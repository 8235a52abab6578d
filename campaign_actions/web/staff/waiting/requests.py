"""Requests that wait for a decision, and a member's own files that were approved."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.approvals.labels import request_title
from campaign_actions.approvals.queries import files_to_download, requests_to_approve
from campaign_actions.web.staff.access.authorization import current_rights, current_staff
from campaign_actions.web.staff.waiting.item import WaitingItem, first_few


def requests_waiting(now: datetime) -> Iterator[WaitingItem]:
    found = requests_to_approve(current_staff(), current_rights(), now)
    if found:
        yield WaitingItem(
            len(found),
            ngettext("Request to decide", "Requests to decide", len(found)),
            first_few(request_title(one) for one in found),
            _("Review request"),
            _address(found[0].id if len(found) == 1 else None),
        )
    if files := files_to_download(current_staff(), now):
        yield WaitingItem(
            len(files),
            ngettext("Approved file to download", "Approved files to download", len(files)),
            first_few(request_title(one) for one in files),
            _("Download file"),
            _address(files[0].id if len(files) == 1 else None),
        )


def _address(request_id: int | None) -> str:
    if request_id is None:
        return url_for("staff_approvals_requests.index")
    return url_for("staff_approvals_requests.show", request_id=request_id)
