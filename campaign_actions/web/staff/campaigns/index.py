"""The list of campaigns, and the overview of each."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from campaign_actions.actions.campaign_overview import (
    campaign_overviews,
    count_campaigns,
    get_campaign_overview,
)
from campaign_actions.actions.counts.queries import MAX_COUNTED, count_uncounted_signatures
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authorization import campaigns_of, needs

bp = Blueprint("staff_campaigns_index", __name__, url_prefix="/staff/campaigns")
PAGE_SIZE = 20


@bp.get("/")
@needs("campaigns.view")
def index() -> ResponseReturnValue:
    ids = campaigns_of("campaigns.view")
    page = paginate(count_campaigns(ids), size=PAGE_SIZE)
    found = campaign_overviews(ids, locales=locales_current_first(), now=utc_now(), **page.part)
    return render_template(
        "staff/campaigns/index.html",
        campaigns=found,
        page=page,
        may_write=campaigns_of("campaigns.edit") is None,
    )


@bp.get("/<int:campaign_id>/")
@needs("campaigns.view")
def show(campaign_id: int) -> ResponseReturnValue:
    """The overview of a campaign: its actions, and what is left to do."""
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    return render_template(
        "staff/campaigns/show.html",
        campaign=campaign,
        not_counted={
            action.id: count_uncounted_signatures(action.id) for action in campaign.actions
        },
        most=MAX_COUNTED,
        may_write=campaigns_of("campaigns.edit") is None,
    )
