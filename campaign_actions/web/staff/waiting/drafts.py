"""Campaigns that are not open yet and not complete, one line for each: how far its checklist is."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.campaigns.queries import unopened_campaigns
from campaign_actions.campaigns.texts import campaign_titles
from campaign_actions.core.i18n.formatting import lower_first, number
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.publishing.steps import STEPS
from campaign_actions.web.staff.access.authorization import campaigns_of
from campaign_actions.web.staff.publishing.open_steps import progress_of
from campaign_actions.web.staff.waiting.item import SOON, WaitingItem
from campaign_actions.web.staff.waiting.store import DraftProgress

MAX_CAMPAIGNS = 10  # those that open next, then the newest; the table of campaigns has all


def drafts_waiting(now: datetime) -> Iterator[WaitingItem]:
    """First those that open soon, whatever is left to do there."""
    mine = campaigns_of("campaigns.edit")
    found = unopened_campaigns(mine, now=now, until=now + SOON, limit=MAX_CAMPAIGNS)
    titles = campaign_titles(locales_current_first()) if found else {}
    progress = progress_of(found.keys())
    for campaign_id, opens_at in found.items():
        if progress[campaign_id].left:
            yield _line(campaign_id, titles.get(campaign_id, ""), opens_at, progress[campaign_id])


def _line(
    campaign_id: int, title: str, opens_at: datetime | None, progress: DraftProgress
) -> WaitingItem:
    if opens_at is None:
        # Translators: below the number of steps of its checklist: “5 / Steps left in a draft”
        what = ngettext("Step left in a draft", "Steps left in a draft", progress.left)
        where = [title, *_where(progress)]
    else:
        # Translators: below the number of steps of its checklist: “2 / Steps left before it opens”
        what = ngettext("Step left before it opens", "Steps left before it opens", progress.left)
        where = [title, datetime_here(opens_at), *_where(progress)]
    address = url_for("staff_publishing_checklist.show", campaign_id=campaign_id)
    return WaitingItem(progress.left, what, where, _("Open checklist"), address, (campaign_id,))


def _where(progress: DraftProgress) -> Iterator[str]:
    done, steps = number(progress.done), number(progress.steps)
    yield _("%(done)s of %(all)s steps done", done=done, all=steps)
    if progress.next_step:
        # Translators: the next step of a checklist: “next: Picture”
        yield _("next: %(step)s", step=lower_first(STEPS[progress.next_step]))
