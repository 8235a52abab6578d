"""Messages for the second of two people who open, close or archive the same thing."""

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.audit.queries import latest_entry
from campaign_actions.campaigns.texts import campaign_name
from campaign_actions.core.db.session import db
from campaign_actions.core.errors import Conflict
from campaign_actions.core.i18n.gettext import isolate
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.staff.queries import find_member

CHANGED = _l(
    "Someone else has changed something since you opened this page. Check it, then try again."
)
# Every event that can be the reason of a conflict: so the newest is not older than the page.
CHANGES = ("campaign-saved", "action-saved", "published", "closed", "reopened", "unpublished")


@dataclass(frozen=True)
class Decision:
    """That a member of staff saved, opened, closed or archived something."""

    by: str
    at: datetime


def requested_part() -> str:
    """The name of the view that was asked for: a blueprint has one answer to the conflicts of all."""
    return (request.endpoint or "").rpartition(".")[2]


def changed_since(campaign_id: int) -> str:
    return change_in_words(_latest_decision(campaign_id))


def change_in_words(last: Decision | None) -> str:
    """That something has changed, and who has changed it if that is known."""
    if last is None:
        return str(CHANGED)
    words: str = _(
        "%(name)s changed something on %(moment)s, after you had opened this page. Check it, then try"
        " again.",
        name=isolate(last.by),
        moment=datetime_here(last.at),
    )
    return words


def leave_page(error: Conflict, campaign_id: int) -> ResponseReturnValue:
    """Return to the publish page, which says why the request can no longer be carried out."""
    flash(f"{error.title}. {error.message}", "warning")
    return redirect(url_for("staff_publishing_publish.show", campaign_id=campaign_id), 303)


def _latest_decision(campaign_id: int) -> Decision | None:
    """None if the person is unknown: after a command, a departure or a change of the campaign’s address."""
    entry = latest_entry(campaign_name(db.session.connection(), campaign_id), CHANGES)
    member = find_member(entry.actor) if entry else None
    return Decision(member.name, entry.at) if entry and entry.at and member else None
