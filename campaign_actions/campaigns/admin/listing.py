"""All campaigns that one may see, and the first page of each."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from campaign_actions.actions.workspace import (
    campaign_at_work,
    campaigns_at_work,
    count_campaigns,
)
from campaign_actions.core.database import utc_now
from campaign_actions.core.i18n import own_locales
from campaign_actions.staff.guards import campaigns_of, needs

bp = Blueprint("staff_campaigns", __name__, url_prefix="/staff/campaigns")
ON_A_PAGE = 20


@bp.get("/")
@needs("campaigns.view")
def index() -> ResponseReturnValue:
    ids = campaigns_of("campaigns.view")
    page = max(1, min(request.args.get("page", 1, int), 10_000))
    count = count_campaigns(ids)
    if page > 1 and (page - 1) * ON_A_PAGE >= count:
        abort(404)
    found = campaigns_at_work(
        ids, locales=own_locales(), now=utc_now(), skip=(page - 1) * ON_A_PAGE, most=ON_A_PAGE
    )
    pages = -(-count // ON_A_PAGE)
    return render_template(
        "staff/campaigns/index.html",
        campaigns=found,
        count=count,
        page=page,
        pages=pages,
        may_write=campaigns_of("campaigns.edit") is None,
    )


@bp.get("/<int:campaign_id>/")
@needs("campaigns.view")
def show(campaign_id: int) -> ResponseReturnValue:
    """A campaign: how its actions do, and what is still to be done."""
    campaign = campaign_at_work(campaign_id, now=utc_now())
    may_write = campaigns_of("campaigns.edit") is None
    return render_template("staff/campaigns/show.html", campaign=campaign, may_write=may_write)
