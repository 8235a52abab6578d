"""Files in which a member has to delete something, or which have to be deleted."""

from collections.abc import Iterator
from datetime import datetime

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.disclosures.notify import files_needing_deletion
from campaign_actions.web.staff.access.authorization import current_staff
from campaign_actions.web.staff.waiting.item import WaitingItem, first_few


def files_waiting(now: datetime) -> Iterator[WaitingItem]:
    months = current_app.config["KEEP_MONTHS_AFTER_CLOSING"]
    files = files_needing_deletion(current_staff(), now, keep_months=months)
    if files:
        is_one = len(files) == 1
        yield WaitingItem(
            len(files),
            ngettext("File to tick off", "Files to tick off", len(files)),
            first_few(file.file_name for file in files),
            _("Tick off"),
            url_for("staff_exports.show", export_id=files[0].id)
            if is_one
            else url_for("staff_exports.index"),
            {file.campaign_id for file in files},
        )
