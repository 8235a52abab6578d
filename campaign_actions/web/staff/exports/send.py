"""Sending an export as a download, and the texts that its page shows until the end."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.timezones import organization_zone
from campaign_actions.core.templating.attributes import Attributes
from campaign_actions.disclosures.export import Export
from campaign_actions.disclosures.write import file_name_of, mimetype_of, write_export
from campaign_actions.staff.authentication.sessions import SessionWatch
from campaign_actions.staff.dual_control import Approval
from campaign_actions.web.http.streaming import stream_file
from campaign_actions.web.staff.access.authentication import current_session_id

SAME_ADDRESSEE = (
    "same_addressee"  # ticked if people signed for the same authority, under another name
)


def send_export(export: Export, approval: Approval) -> ResponseReturnValue:
    """The file. An error before its first chunk is raised, so that the page can show it."""
    name = file_name_today(export)
    chunks = write_export(
        export,
        file_name=name,
        actor=approval.actor,
        approved=dict(approval.details()),
        clock=utc_now,
    )
    watched = SessionWatch(current_session_id()).pass_on(chunks)
    return stream_file(watched, name=name, mimetype=mimetype_of(export))


def file_name_today(export: Export) -> str:
    """With today's date in the organisation's time zone."""
    return file_name_of(export, day=utc_now().astimezone(organization_zone()).date().isoformat())


def progress_attributes(file_name: str) -> Attributes:
    """Data attributes for `static/export.js`: the file name, and texts shown during the download."""
    making = _("Preparing the file. A spreadsheet with a million rows takes about a minute.")
    return Attributes(
        {
            "data-export": True,
            "data-name": file_name,
            "data-making": making,
            "data-received": _("%(size)s downloaded so far", size="{size}"),
            "data-done": _("Download complete: %(size)s", size="{size}"),
            "data-broken": _(
                "The download was interrupted. Nothing was saved. Reload this page and export again."
            ),
        }
    )
