"""The list of campaigns, and the overview of each."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from campaign_actions.actions.campaign_overview import get_campaign_overview
from campaign_actions.actions.counts.states.figures import read_all_by_action
from campaign_actions.campaigns.tags.queries import tags_of
from campaign_actions.core.db.session import utc_now
from campaign_actions.web.staff.access.authorization import campaigns_of, needs
from campaign_actions.web.staff.campaign_table import campaign_table, visible_campaigns
from campaign_actions.web.staff.campaigns.tasks import campaign_tasks
from campaign_actions.web.staff.figures import figures_of

bp = Blueprint("staff_campaigns_index", __name__, url_prefix="/staff/campaigns")


@bp.get("/")
@needs("campaigns.view")
def index() -> ResponseReturnValue:
    now = utc_now()
    campaigns = visible_campaigns(now)
    today = figures_of(campaigns, now).today_by_action
    return render_template(
        "staff/campaigns/index.html",
        table=campaign_table(campaigns, today, endpoint="staff_campaigns_index.index", now=now),
        may_write=campaigns_of("campaigns.edit") is None,
    )


@bp.get("/<int:campaign_id>/")
@needs("campaigns.view")
def show(campaign_id: int) -> ResponseReturnValue:
    """The overview of a campaign: its actions, and what is left to do."""
    now = utc_now()
    campaign = get_campaign_overview(campaign_id, now=now)
    return render_template(
        "staff/campaigns/show.html",
        campaign=campaign,
        tasks=campaign_tasks(campaign, now=now),
        not_counted=read_all_by_action([action.id for action in campaign.actions]),
        tags=tags_of(campaign_id),
        may_write=campaigns_of("campaigns.edit") is None,
    )
