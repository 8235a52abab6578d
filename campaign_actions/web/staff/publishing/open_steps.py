"""The checklist of a draft as the current member sees it: how far it is, and the way on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext as _

from campaign_actions.actions.campaign_overview import CampaignOverview, campaign_overviews
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.formatting import lower_first
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.publishing.checklist.checklist import make_checklist
from campaign_actions.publishing.checklist.steps import Checklist
from campaign_actions.publishing.findings import STATUS_URL
from campaign_actions.publishing.queries import Plan, get_plan
from campaign_actions.web.staff.access.authorization import allows, campaigns_of
from campaign_actions.web.staff.publishing.preflight_runs import quick_preflight
from campaign_actions.web.staff.waiting.store import (
    DraftProgress,
    StepsKey,
    keep_steps,
    keep_unopened,
)


def checklist_of(plan: Plan) -> Checklist:
    """Of a campaign that would open at its time, or now."""
    return make_checklist(plan, quick_preflight(plan), now=utc_now())


@dataclass(frozen=True)
class Link:
    words: str
    address: str


def link_to_checklist(campaign_id: int) -> Link:
    address = url_for("staff_publishing_checklist.show", campaign_id=campaign_id)
    return Link(_("Back to the checklist"), address)


def link_to_next_step(campaign_id: int) -> Link:
    """The next step of a draft. For someone who cannot take it, or is there already, the checklist."""
    if not allows("campaigns.edit", campaign_id):
        return link_to_checklist(campaign_id)
    step = checklist_of(get_plan(campaign_id)).next
    if step is None or step.is_pending or step.url.partition("?")[0] == request.path:
        return link_to_checklist(campaign_id)
    return Link(_("Next: %(step)s", step=lower_first(step.todo)), step.url)


def open_steps(campaign: CampaignOverview) -> int:
    """How many are left: worked out after each save, and otherwise once a minute."""
    return _progress(campaign).left


def progress_of(campaign_ids: Collection[int]) -> Mapping[int, DraftProgress]:
    """How far each of some drafts is, by campaign."""
    if not campaign_ids:
        return {}
    found = campaign_overviews(campaign_ids, locales=locales_current_first(), now=utc_now())
    return {campaign.id: _progress(campaign) for campaign in found}


def unopened_actions(campaign: CampaignOverview) -> Mapping[int, str]:
    """For each action of an open campaign that has not opened: the page of what it lacks; "" if nothing."""
    if not campaign.unopened:
        return {}

    def work_out() -> Mapping[int, str]:
        found = quick_preflight(get_plan(campaign.id)).blockers()
        to_fix = [finding for finding in found if finding.url != STATUS_URL]  # not by an editor
        return {
            action.id: next((one.url for one in to_fix if one.action_id == action.id), "")
            for action in campaign.unopened
        }

    return keep_unopened(_key(campaign), work_out)


def remember_open_steps(campaign: CampaignOverview, checklist: Checklist) -> DraftProgress:
    """So that a page with the checklist does not work it out twice."""
    return keep_steps(_key(campaign), lambda: _progress_in(campaign, checklist), is_new=True)


def _progress(campaign: CampaignOverview) -> DraftProgress:
    def work_out() -> DraftProgress:
        return _progress_in(campaign, checklist_of(get_plan(campaign.id)))

    return keep_steps(_key(campaign), work_out)


def _progress_in(campaign: CampaignOverview, checklist: Checklist) -> DraftProgress:
    following, later = checklist.next, _opening_later(campaign)
    problems = [
        finding
        for section in checklist.blocked
        for finding in section.findings
        if finding.action_id not in later
    ]
    return DraftProgress(
        checklist.done,
        checklist.count,
        following.name if following else "",
        len(problems),
        checklist.problem_url if problems else "",
        awaits_email=checklist.awaits_email,
    )


def _opening_later(campaign: CampaignOverview) -> set[int]:
    """The ids of the actions that do not open with a scheduled campaign. A draft opens with any of them."""
    opens_at = campaign.published_at or campaign.missed_at
    return {
        action.id
        for action in campaign.actions
        if opens_at and not (action.published_at and action.published_at <= opens_at)
    }


def _key(campaign: CampaignOverview) -> StepsKey:
    versions = tuple((action.id, action.version) for action in campaign.actions)
    visible = campaigns_of("campaigns.view")  # the checks of links depend on it
    left_out = campaign.left_out_steps
    return campaign.id, campaign.version, versions, campaign.published_at, visible, left_out
