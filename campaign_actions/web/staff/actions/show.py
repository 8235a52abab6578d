"""The statistics of an action, for everyone who may see its campaign."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from campaign_actions.actions.campaign_overview import get_action_and_campaign
from campaign_actions.actions.counts.queries import MAX_COUNTED, count_uncounted_signatures
from campaign_actions.actions.counts.statistics import action_statistics
from campaign_actions.core.content.drawings.bar_chart import Chart
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import direction
from campaign_actions.web.staff.access.authorization import needs

bp = Blueprint(
    "staff_actions_show", __name__, url_prefix="/staff/campaigns/<int:campaign_id>/actions"
)


@bp.get("/<int:action_id>/")
@needs("campaigns.view")
def show(campaign_id: int, action_id: int) -> ResponseReturnValue:
    now = utc_now()
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=now)
    figures = action_statistics(action_id, today=now.date())
    return render_template(
        "staff/actions/show.html",
        campaign=campaign,
        action=action,
        figures=figures,
        chart=Chart(tuple(n for _day, n in figures.days), is_mirrored=direction() == "rtl"),
        not_counted=count_uncounted_signatures(action_id),
        most=MAX_COUNTED,
        as_of=now,
    )
