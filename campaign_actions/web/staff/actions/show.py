"""The dashboard of an action, for everyone who may see its campaign."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from campaign_actions.core.db.session import utc_now
from campaign_actions.web.staff.access.authorization import needs
from campaign_actions.web.staff.dashboards.pages import dashboard_page, panel_file
from campaign_actions.web.staff.dashboards.scope import scope_of_action

bp = Blueprint(
    "staff_actions_show",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>",
)


@bp.get("/")
@needs("campaigns.view")
def show(campaign_id: int, action_id: int) -> ResponseReturnValue:
    return dashboard_page(scope_of_action(campaign_id, action_id, utc_now()))


@bp.get("/files/<panel>.<any(csv,png):suffix>")
@needs("campaigns.view")
def file(campaign_id: int, action_id: int, panel: str, suffix: str) -> ResponseReturnValue:
    return panel_file(scope_of_action(campaign_id, action_id, utc_now()), panel, suffix)
