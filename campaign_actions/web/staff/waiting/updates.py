"""Updates that were stopped, and a member's own drafts."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.campaigns.texts import campaign_titles
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.updates.queries import UnfinishedUpdate, subjects_of, unfinished_updates
from campaign_actions.web.staff.access.authorization import campaigns_of, current_staff
from campaign_actions.web.staff.waiting.item import WaitingItem, first_few


def updates_waiting(_now: datetime) -> Iterator[WaitingItem]:
    ids = campaigns_of("updates.send")
    found = unfinished_updates(ids, staff_id=current_staff().id)
    stopped = [one for one in found if one.status == "stopped"]
    drafts = [one for one in found if one.status == "draft"]
    if stopped:
        what = ngettext(
            "Update was stopped before everyone got it",
            "Updates were stopped before everyone got them",
            len(stopped),
        )
        yield _line(stopped, what, _("See update"))
    if drafts:
        what = ngettext("Update you have not sent", "Updates you have not sent", len(drafts))
        yield _line(drafts, what, _("Go on writing"))


def _line(found: list[UnfinishedUpdate], what: str, button: str) -> WaitingItem:
    """The button leads to the newest."""
    newest = found[0]
    subjects = subjects_of([one.id for one in found], locales=locales_current_first())
    return WaitingItem(
        len(found),
        what,
        first_few(subjects.get(one.id) or _("Without a subject") for one in found),
        button,
        url_for(
            "staff_updates_edit.edit",
            campaign_id=newest.campaign_id,
            action_id=newest.action_id,
            update_id=newest.id,
        ),
        {one.campaign_id for one in found},
        place=campaign_titles(locales_current_first()).get(newest.campaign_id, ""),
    )
