"""Campaigns and actions that are not open yet: problems that keep them from opening, and what is left."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.actions.listing.unopened import with_unopened_actions
from campaign_actions.campaigns.queries import (
    missed_openings,
    scheduled_campaigns,
    unopened_campaigns,
)
from campaign_actions.campaigns.texts import campaign_titles
from campaign_actions.core.i18n.formatting import lower_first, number
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.publishing.checklist.steps import STEPS
from campaign_actions.web.staff.access.authorization import allows, campaigns_of
from campaign_actions.web.staff.publishing.open_steps import progress_of, unopened_actions
from campaign_actions.web.staff.waiting.item import SOON, WaitingItem
from campaign_actions.web.staff.waiting.store import DraftProgress

MAX_CAMPAIGNS = 10  # those that open next, then the newest; the table of campaigns has all


def openings_waiting(now: datetime) -> Iterator[WaitingItem]:
    """First campaigns that should have opened and did not, then those that will not because of problems."""
    found = scheduled_campaigns(campaigns_of("campaigns.publish"), now=now, limit=MAX_CAMPAIGNS)
    titles = campaign_titles(locales_current_first()) if found else {}
    progress, missed = progress_of(found.keys()), missed_openings(found.keys())
    for campaign_id, opens_at in found.items():
        title, its = titles.get(campaign_id, ""), progress[campaign_id]
        if opens_at is None:
            yield _missed(campaign_id, title, missed.get(campaign_id, now), its)
        elif its.problems:
            what = ngettext(
                "Problem keeps a campaign from opening",
                "Problems keep a campaign from opening",
                its.problems,
            )
            where = [title, _("opens on %(moment)s", moment=datetime_here(opens_at))]
            yield _problem_line(its.problems, what, where, campaign_id, its)


def drafts_waiting(now: datetime) -> Iterator[WaitingItem]:
    """First those that open soon, whatever is left to do there; none that waits for email alone."""
    mine = campaigns_of("campaigns.edit")
    found = unopened_campaigns(mine, now=now, until=now + SOON, limit=MAX_CAMPAIGNS)
    titles = campaign_titles(locales_current_first()) if found else {}
    progress, missed = progress_of(found.keys()), missed_openings(found.keys())
    for campaign_id, opens_at in found.items():
        its = progress[campaign_id]
        is_stopped = campaign_id in missed or (opens_at is not None and its.problems)
        has_line = is_stopped and allows("campaigns.publish", campaign_id)
        if its.left and not (has_line or its.awaits_email):
            yield _line(campaign_id, titles.get(campaign_id, ""), opens_at, its)


def actions_waiting(now: datetime) -> Iterator[WaitingItem]:
    """Public campaigns without an action, and actions of others that have no time to open."""
    mine = campaigns_of("campaigns.edit")
    for campaign in with_unopened_actions(mine, now=now, limit=MAX_CAMPAIGNS):
        if not campaign.actions:
            address = url_for("staff_actions_create.new", campaign_id=campaign.id)
            what, where = _("Public campaign without an action"), [campaign.title]
            yield WaitingItem(1, what, where, _("Add an action"), address, (campaign.id,))
        yield from (line for line in unopened_lines(campaign, [campaign.title]) if line.address)


def unopened_lines(campaign: CampaignOverview, where: Sequence[str] = ()) -> Iterator[WaitingItem]:
    """One for each such action; without an address for someone who has not the right.

    None in a closed campaign: opening what was left out would open it again.
    """
    if campaign.state == "closed":
        return
    lacking = unopened_actions(campaign)
    for action in campaign.unopened:
        if address := lacking[action.id]:
            what, button, right = _("Action to finish"), _("Finish action"), "campaigns.edit"
        else:
            what, button = _("Action is complete but not open"), _("Open action")
            right = "campaigns.publish"
            address = url_for("staff_publishing_open_action.ask_open", **action.ids)
        address = address if allows(right, campaign.id) else ""
        yield WaitingItem(1, what, [action.title, *where], button, address, (campaign.id,))


def _missed(campaign_id: int, title: str, at: datetime, progress: DraftProgress) -> WaitingItem:
    what, where = _("Campaign did not open at its time"), [title, datetime_here(at)]
    if problems := progress.problems:
        where.append(ngettext("%(num)d problem to fix", "%(num)d problems to fix", problems))
        return _problem_line(1, what, where, campaign_id, progress)
    address = url_for("staff_publishing_publish.show", campaign_id=campaign_id)
    return WaitingItem(1, what, where, _("Go to publishing"), address, (campaign_id,))


def _problem_line(
    count: int, what: str, where: list[str], campaign_id: int, progress: DraftProgress
) -> WaitingItem:
    """Leads to the first problem, or to all of them for someone who cannot change texts."""
    address = progress.problem_url
    if not allows("campaigns.edit", campaign_id):
        address = url_for("staff_publishing_publish.show", campaign_id=campaign_id)
    return WaitingItem(count, what, where, _("Fix the problems"), address, (campaign_id,))


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
