"""The dashboard of all campaigns that the member may see."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from campaign_actions.core.db.session import utc_now
from campaign_actions.web.staff.access.authorization import needs
from campaign_actions.web.staff.dashboards.pages import by_action_page, dashboard_page, panel_file
from campaign_actions.web.staff.dashboards.scope import scope_of_all

bp = Blueprint("staff_dashboards_all_campaigns", __name__, url_prefix="/staff/dashboard")


@bp.get("/")
@needs("campaigns.view")
def show() -> ResponseReturnValue:
    return dashboard_page(scope_of_all(utc_now()))


@bp.get("/actions/")
@needs("campaigns.view")
def by_action() -> ResponseReturnValue:
    return by_action_page(scope_of_all(utc_now()))


@bp.get("/files/<panel>.<any(csv,png):suffix>")
@needs("campaigns.view")
def file(panel: str, suffix: str) -> ResponseReturnValue:
    return panel_file(scope_of_all(utc_now()), panel, suffix)
