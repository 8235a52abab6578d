"""Creating, moving and copying campaigns."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.campaign_overview import get_campaign_overview
from campaign_actions.actions.duplicate import copy_campaign
from campaign_actions.campaigns.edit import CAMPAIGN, move_campaign, new_campaign
from campaign_actions.campaigns.forms import CopyForm, NewCampaignForm, make_copy_form
from campaign_actions.campaigns.texts import topics_in
from campaign_actions.campaigns.versioning.errors import SlugTaken
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.core.content.slugs import suggest_slug
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import current_locale, known_locales
from campaign_actions.web.staff.access.authorization import current_staff, needs

bp = Blueprint("staff_campaigns_create", __name__, url_prefix="/staff/campaigns")


@bp.route("/new/", methods=["GET", "POST"])
@needs("campaigns.edit", everywhere=True)
def new() -> ResponseReturnValue:
    """Needs the right for all campaigns: nobody is limited to one that does not exist yet.

    It may begin in a language that the public does not see yet: the checklist says what that needs.
    """
    form = NewCampaignForm()
    locale = request.form.get("locale", current_locale())
    if form.is_submitted():
        if locale not in known_locales():
            abort(400)
        if form.validate() and (created := _create(form, locale)):
            flash(_("Draft created. It is not public until you publish the campaign."))
            return redirect(
                url_for("staff_campaigns_edit.edit_campaign", campaign_id=created, left=locale), 303
            )
    status = 400 if form.errors or form.form_errors else 200
    return render_template("staff/campaigns/new.html", form=form, locale=locale), status


@bp.post("/<int:campaign_id>/move/")
@needs("campaigns.edit", everywhere=True)
def move(campaign_id: int) -> ResponseReturnValue:
    step = {"up": -1, "down": 1}.get(request.form.get("to", "")) or abort(400)
    move_campaign(campaign_id, step, by=current_staff(), now=utc_now())
    return redirect(
        url_for("staff_campaigns_index.index", page=request.args.get("page", type=int)), 303
    )


@bp.route("/<int:campaign_id>/copy/", methods=["GET", "POST"])
@needs("campaigns.edit", everywhere=True)
def copy(campaign_id: int) -> ResponseReturnValue:
    """Create a draft with the same texts, actions and partners, and a name of its own."""
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    content, _number = find_content(CAMPAIGN, campaign_id)
    topics = topics_in(content, campaign.source_locale)
    form = make_copy_form(topics or {campaign.locale: campaign.title})()
    if form.validate_on_submit() and (copied := _copy(campaign_id, form)):
        flash(_("Copy created as a draft."))
        return redirect(url_for("staff_campaigns_edit.edit_campaign", campaign_id=copied), 303)
    status = 400 if form.errors or form.form_errors else 200
    return render_template("staff/campaigns/copy.html", campaign=campaign, form=form), status


def _copy(campaign_id: int, form: CopyForm) -> int | None:
    titles = form.titles()
    try:
        return copy_campaign(
            campaign_id,
            slug=form.slug.data or None,
            proposed=suggest_slug(next(iter(titles.values())), "campaign"),
            titles=titles,
            by=current_staff(),
            now=utc_now(),
        )
    except SlugTaken as error:
        form.slug.errors = [error.message]
        return None


def _create(form: NewCampaignForm, locale: str) -> int | None:
    texts = {locale: {"title": form.title.data, "headline": form.headline.data or ""}}
    proposed = suggest_slug(form.title.data, "campaign")
    by, now = current_staff(), utc_now()
    try:
        return new_campaign(form.slug.data or None, texts, proposed=proposed, by=by, now=now)
    except SlugTaken as error:
        form.slug.errors = [error.message]
        return None
