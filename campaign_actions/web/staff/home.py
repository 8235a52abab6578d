"""The overview of the workspace: what waits for the member, what is new, and the campaigns."""

from collections.abc import Sequence

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign_actions.actions.listing.campaigns import ListedCampaign
from campaign_actions.core.db.session import utc_now
from campaign_actions.web.staff.access.authorization import campaigns_of, needs
from campaign_actions.web.staff.access.whom_to_ask import missing_rights, role_sentences
from campaign_actions.web.staff.campaign_table import campaign_table, visible_campaigns
from campaign_actions.web.staff.dashboards.ranges import dashboard_zone
from campaign_actions.web.staff.figures import DAY, figures_of
from campaign_actions.web.staff.first_steps.first_step import next_step
from campaign_actions.web.staff.first_steps.situation import current_situation, leave_out
from campaign_actions.web.staff.first_steps.steps import first_steps
from campaign_actions.web.staff.switches.off import off_items
from campaign_actions.web.staff.waiting.all_waiting import waiting_items
from campaign_actions.web.staff.waiting.campaigns import named_dates
from campaign_actions.web.staff.waiting.item import WaitingItem

bp = Blueprint("staff_home", __name__, url_prefix="/staff")


@bp.get("/")
@needs(None)
def show() -> ResponseReturnValue:
    """Each member sees what their roles let them do."""
    now = utc_now()
    campaigns = visible_campaigns(now)
    items = waiting_items(now)
    chosen = request.args.get("campaign", type=int)
    figures = figures_of(campaigns, now)
    today = now.astimezone(dashboard_zone(now)).date()
    steps = first_steps(current_situation(campaigns))
    return render_template(
        "staff/home.html",
        now=now,
        off=off_items(),
        items=items,
        shown=[item for item in items if chosen is None or chosen in item.campaign_ids],
        chosen_campaign=chosen,
        chips=_chips(items, campaigns),
        steps=steps,
        next_step=next_step(steps),
        figures=figures,
        days=(today.isoformat(), (today - DAY).isoformat()),
        confirmed=sum(one.confirmed for one in campaigns),
        open_actions=sum(one.open_actions for one in campaigns),
        dates=named_dates(now),
        missing=missing_rights(),
        role_sentences=role_sentences(),
        table=campaign_table(
            campaigns, figures.today_by_action, endpoint="staff_home.show", now=now
        ),
        may_write=campaigns_of("campaigns.edit") is None,
    )


@bp.post("/first-steps/put-off/")
@needs(None)
def put_off_step() -> ResponseReturnValue:
    """Leave out an optional one of the first steps, and go on to the next."""
    steps = first_steps(current_situation(visible_campaigns(utc_now())))
    name = request.form.get("step", "")
    if not any(step.is_optional and step.address and step.name == name for step in steps):
        abort(400)
    leave_out(name)
    return redirect(url_for(".show"), 303)


@bp.get("/logged-in/")
@needs(None)
def logged_in() -> ResponseReturnValue:
    """Shown after logging in in another tab, while the first tab keeps a form."""
    return render_template("staff/logged_in.html")


def _chips(
    items: Sequence[WaitingItem], campaigns: Sequence[ListedCampaign]
) -> list[ListedCampaign]:
    """The campaigns that lines are about, if there are several to choose from."""
    ids = {one for item in items for one in item.campaign_ids}
    found = [one for one in campaigns if one.id in ids]
    return found if len(found) > 1 else []
