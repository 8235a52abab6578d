"""The updates of all actions of a campaign."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from campaign_actions.actions.campaign_overview import get_campaign_overview
from campaign_actions.approvals.queries import requests_of_updates
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.staff.queries import member_names
from campaign_actions.updates.audience import Audience, count_people
from campaign_actions.updates.models import NOT_STARTED
from campaign_actions.updates.queries import (
    PAGE_SIZE,
    progress_of,
    subjects_of,
    updates_of_campaign,
)
from campaign_actions.web.staff.access.authorization import needs
from campaign_actions.web.staff.updates.edit import parse_id

bp = Blueprint("staff_updates_campaign", __name__, url_prefix="/staff/campaigns/<int:campaign_id>")


@bp.get("/updates/")
@needs("updates.send")
def show(campaign_id: int) -> ResponseReturnValue:
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    before = request.args.get("before", type=parse_id)
    found = updates_of_campaign(campaign_id, before=before)
    started = [update for update in found if update.status not in NOT_STARTED]
    everyone = Audience(tuple(sorted(action.id for action in campaign.actions)))
    return render_template(
        "staff/updates/campaign.html",
        campaign=campaign,
        updates=found,
        titles=subjects_of([update.id for update in found], locales=locales_current_first()),
        progress={update.id: progress_of(update) for update in started},
        requests=requests_of_updates((update.id for update in found), utc_now()),
        names=member_names(update.staff_id for update in found),
        recipients=count_people(everyone) if everyone.actions else 0,
        older=found[-1].id if len(found) == PAGE_SIZE else None,
    )
