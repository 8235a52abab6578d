"""The page on which campaigners turn the robot check of an action on and off."""

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from campaign_actions.actions.campaign_overview import get_action_and_campaign
from campaign_actions.actions.signatures.restrictions import unproved
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.errors import DomainError
from campaign_actions.switches.forms import SwitchForm
from campaign_actions.switches.switch import switch_off, switch_on
from campaign_actions.switches.texts import SWITCH_TEXTS
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.responses import flash_and_redirect
from campaign_actions.web.staff.switches.off import off_items_of

TEXT = SWITCH_TEXTS["unproved"]
bp = Blueprint(
    "staff_switches_robot_check",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/robot-check",
)


@bp.get("/")
@needs("campaigns.publish")
def show(campaign_id: int, action_id: int) -> ResponseReturnValue:
    return _page(campaign_id, action_id, SwitchForm(None))


@bp.post("/<any(on,off):to>/")
@needs("campaigns.publish")
def switch(campaign_id: int, action_id: int, to: str) -> ResponseReturnValue:
    """Turn it on or off. An error is shown with the reason as typed."""
    _campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    form = SwitchForm()
    form.leave_out("switch", "panel")
    if not form.validate():
        return _page(campaign_id, action_id, form), 400
    turn = switch_off if to == "on" else switch_on  # what is off are forms without the check
    try:
        turn(
            unproved(action.id),
            reason=form.reason.data or "",
            actor=current_staff().email,
            now=utc_now(),
        )
    except DomainError as error:
        form.form_errors.append(str(error.message))
        return _page(campaign_id, action_id, form), error.status
    words = TEXT.is_off if to == "on" else TEXT.is_on
    return flash_and_redirect(
        str(words), url_for(".show", campaign_id=campaign_id, action_id=action_id)
    )


def _page(campaign_id: int, action_id: int, form: SwitchForm) -> str:
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    return render_template(
        "staff/switches/robot_check.html",
        campaign=campaign,
        action=action,
        form=form,
        text=TEXT,
        item=next(iter(off_items_of(unproved(action.id))), None),
        rate=current_app.config["ROBOT_CHECK_RATE"],
    )
