"""The dashboard of a campaign."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from campaign_actions.core.db.session import utc_now
from campaign_actions.web.staff.access.authorization import needs
from campaign_actions.web.staff.dashboards.pages import by_action_page, dashboard_page, panel_file
from campaign_actions.web.staff.dashboards.scope import scope_of_campaign

bp = Blueprint(
    "staff_dashboards_campaign", __name__, url_prefix="/staff/campaigns/<int:campaign_id>/dashboard"
)


@bp.get("/")
@needs("campaigns.view")
def show(campaign_id: int) -> ResponseReturnValue:
    return dashboard_page(scope_of_campaign(campaign_id, utc_now()))


@bp.get("/actions/")
@needs("campaigns.view")
def by_action(campaign_id: int) -> ResponseReturnValue:
    return by_action_page(scope_of_campaign(campaign_id, utc_now()))


@bp.get("/files/<panel>.<any(csv,png):suffix>")
@needs("campaigns.view")
def file(campaign_id: int, panel: str, suffix: str) -> ResponseReturnValue:
    return panel_file(scope_of_campaign(campaign_id, utc_now()), panel, suffix)
