"""Creating an action, and moving it within its campaign."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.campaign_overview import (
    CampaignOverview,
    get_action_and_campaign,
    get_campaign_overview,
)
from campaign_actions.actions.edit import create_action, move_action
from campaign_actions.actions.edit_forms import NewActionForm
from campaign_actions.actions.kinds import KINDS
from campaign_actions.campaigns.versioning.errors import SlugTaken
from campaign_actions.core.content.slugs import suggest_slug
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.publishing.conflicts import CampaignArchived
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.campaigns.sent_forms import first_texts

bp = Blueprint("staff_actions_create", __name__, url_prefix="/staff/campaigns/<int:campaign_id>")


@bp.route("/actions/new/", methods=["GET", "POST"])
@needs("campaigns.edit")
def new(campaign_id: int) -> ResponseReturnValue:
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    form = NewActionForm()
    locale = (campaign.locales or locales_current_first())[0]
    is_archived = campaign.state == "archived"
    if is_archived:
        flash(f"{CampaignArchived.title}. {CampaignArchived.message}", "warning")
        if request.method == "GET":
            there = url_for("staff_campaigns_index.show", campaign_id=campaign_id)
            return redirect(there, 303)
    elif form.validate_on_submit() and (made := _create(campaign, form, locale)):
        flash(_("Draft created. The action is not public until it is published."))
        return redirect(
            url_for("staff_campaigns_edit.edit_action", campaign_id=campaign_id, action_id=made),
            303,
        )
    status = 409 if is_archived else 400 if form.errors or form.form_errors else 200
    page = render_template(
        "staff/actions/new.html", campaign=campaign, form=form, locale=locale, kinds=KINDS
    )
    return page, status


@bp.post("/actions/<int:action_id>/move/")
@needs("campaigns.edit")
def move(campaign_id: int, action_id: int) -> ResponseReturnValue:
    campaign, _action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    step = {"up": -1, "down": 1}.get(request.form.get("to", "")) or abort(400)
    if move_action(action_id, step, by=current_staff(), now=utc_now()):
        is_shown = campaign.is_public and campaign.public_locales
        flash(_("Order saved. The public page shows it now.") if is_shown else _("Order saved"))
    return redirect(url_for("staff_campaigns_index.show", campaign_id=campaign_id), 303)


def _create(campaign: CampaignOverview, form: NewActionForm, locale: str) -> int | None:
    try:
        return create_action(
            campaign.id,
            form.slug.data or None,
            {locale: {"title": form.title.data, **first_texts(form.kind.data, locale)}},
            proposed=suggest_slug(form.title.data, form.kind.data),
            by=current_staff(),
            now=utc_now(),
            kind=form.kind.data,
            goal=form.goal.data,
        )
    except SlugTaken as error:
        form.slug.errors = [error.message]
        return None
