"""The home page of the workspace."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from campaign_actions.actions.campaign_overview import campaign_overviews, count_campaigns
from campaign_actions.approvals.queries import count_to_approve
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.web.staff.access.authorization import campaigns_of, current_staff, needs

bp = Blueprint("staff_home", __name__, url_prefix="/staff")
MAX_CAMPAIGNS = 10  # the list of campaigns has all


@bp.get("/")
@needs(None)
def show() -> ResponseReturnValue:
    """Campaigns the member may see, and how many requests they may approve."""
    ids = campaigns_of("campaigns.view")
    found = campaign_overviews(
        ids, locales=locales_current_first(), now=utc_now(), offset=0, limit=MAX_CAMPAIGNS
    )
    count = count_campaigns(ids)
    return render_template(
        "staff/home.html",
        campaigns=found,
        count=count,
        to_approve=count_to_approve(current_staff(), utc_now()),
        may_write=campaigns_of("campaigns.edit") is None,
    )


@bp.get("/logged-in/")
@needs(None)
def logged_in() -> ResponseReturnValue:
    """Shown after logging in in another tab, while the first tab keeps a form."""
    return render_template("staff/logged_in.html")
