"""Editing the texts of a campaign or an action in two languages, and removing a language."""

from collections.abc import Callable

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import (
    CampaignOverview,
    get_action_and_campaign,
    get_campaign_overview,
)
from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.edit_forms import ActionForm, ActionTextForm, BilingualActionForm
from campaign_actions.actions.goals import counts_in
from campaign_actions.campaigns.bilingual_form import BilingualForm
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.forms import CampaignForm, CampaignTextForm, TextForm
from campaign_actions.campaigns.save_form import (
    OpenedForm,
    choose_locales,
    remove_language,
    save_messages,
    save_submitted,
)
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.list_format import join_with_semicolons
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.web.http.form_data import submitted_form
from campaign_actions.web.http.security_headers import allow_framing
from campaign_actions.web.staff.access.authorization import allows, current_staff, needs

bp = Blueprint("staff_campaigns_edit", __name__, url_prefix="/staff/campaigns/<int:campaign_id>")


@bp.route("/edit/", methods=["GET", "POST"])
@needs("campaigns.edit")
def edit_campaign(campaign_id: int) -> ResponseReturnValue:
    """Everything about a campaign except its actions."""
    overview = get_campaign_overview(campaign_id, now=utc_now())
    return _edit(CAMPAIGN, campaign_id, lambda content: _campaign_form(overview, content), overview)


@bp.route("/actions/<int:action_id>/edit/", methods=["GET", "POST"])
@needs("campaigns.edit")
def edit_action(campaign_id: int, action_id: int) -> ResponseReturnValue:
    owner, overview = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    return _edit(
        ACTION, action_id, lambda content: _action_form(owner, overview, content), owner, overview
    )


@bp.route("/languages/<text_locale>/remove/", methods=["GET", "POST"])
@needs("campaigns.edit")
def remove_campaign_language(campaign_id: int, text_locale: str) -> ResponseReturnValue:
    overview = get_campaign_overview(campaign_id, now=utc_now())
    there = url_for(".edit_campaign", campaign_id=campaign_id)
    if text_locale not in overview.removable:
        abort(404)
    return _remove(CAMPAIGN, campaign_id, text_locale, there, overview)


@bp.route("/actions/<int:action_id>/languages/<text_locale>/remove/", methods=["GET", "POST"])
@needs("campaigns.edit")
def remove_action_language(
    campaign_id: int, action_id: int, text_locale: str
) -> ResponseReturnValue:
    owner, overview = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    there = url_for(".edit_action", **overview.ids)
    if text_locale not in owner.removable_of(overview):
        abort(404)
    return _remove(ACTION, action_id, text_locale, there, owner, overview)


def _edit(
    subject: Versioned,
    subject_id: int,
    make_form: Callable[[Content], BilingualForm],
    campaign: CampaignOverview,
    action: ActionOverview | None = None,
) -> ResponseReturnValue:
    content, number = find_content(subject, subject_id)
    bilingual_form, by = make_form(content), current_staff()
    saved = (
        OpenedForm(number)
        if request.method == "GET"
        else save_submitted(subject, subject_id, bilingual_form, request.form, by=by, now=utc_now())
    )
    if isinstance(saved, OpenedForm):
        shown = {
            "campaign": campaign,
            "action": action,
            "bilingual_form": bilingual_form,
            "opened": saved,
        }
        page = render_template(f"staff/{subject.name}s/edit.html", **shown)
        return allow_framing(make_response(page, saved.status))
    for message in save_messages(saved):
        flash(message)
    if saved.kept:
        flash(
            _(
                "The action was published while you were editing, so its kind and closing"
                " time were not changed."
            ),
            "warning",
        )
    if action:
        _flash_reached_milestones(action, content, find_content(subject, subject_id)[0])
    tags = list(bilingual_form.texts)
    there = action.ids if action else {"campaign_id": campaign.id}
    return redirect(url_for(f".edit_{subject.name}", **there, left=tags[0], right=tags[-1]), 303)


def _flash_reached_milestones(action: ActionOverview, before: Content, after: Content) -> None:
    """Say so if a new number of people is not above the present count."""
    new = set(counts_in(after).values()) - set(counts_in(before).values())
    reached = sorted(count for count in new if count <= action.count)
    if reached:
        numbers = join_with_semicolons(map(number, reached))
        flash(
            _(
                "Milestones at or below the present count are shown as reached: %(numbers)s."
                " Check that their texts say what you did.",
                numbers=numbers,
            ),
            "warning",
        )


def _remove(
    subject: Versioned,
    subject_id: int,
    tag: str,
    there: str,
    campaign: CampaignOverview,
    action: ActionOverview | None = None,
) -> ResponseReturnValue:
    """GET asks for confirmation, POST removes the language. The history keeps its texts."""
    if request.method == "GET":
        shown = {"campaign": campaign, "action": action, "locale": tag, "back": there}
        return render_template("staff/campaigns/remove_language.html", **shown)
    remove_language(subject, subject_id, tag, by=current_staff(), now=utc_now())
    flash(_("Language removed. Its texts are kept in the history."))
    return redirect(there, 303)


def _campaign_form(campaign: CampaignOverview, content: Content) -> BilingualForm:
    """Needed texts are required in the public languages."""
    submitted = submitted_form()
    tags = choose_locales(
        campaign.locales or locales_current_first(), locales_current_first(), request.values
    )
    public = campaign.public_locales if campaign.published_at else ()
    texts = _texts(CampaignTextForm, tags, campaign.id, submitted)
    return BilingualForm(
        CampaignForm(submitted),
        texts,
        content,
        is_submitted=submitted is not None,
        public_locales=public,
    )


def _action_form(
    campaign: CampaignOverview, action: ActionOverview, content: Content
) -> BilingualForm:
    """Needed texts are required in the public languages of the campaign."""
    submitted = submitted_form()
    own = ActionForm(submitted)
    if ACTION.is_fixed(db.session.connection(), action.id):
        own.leave_out(*(name for name in ACTION.fixed if name not in request.form))
    written = action.locales or campaign.locales or locales_current_first()
    tags = choose_locales(written, (*campaign.locales, *locales_current_first()), request.values)
    texts = _texts(ActionTextForm, tags, campaign.id, submitted)
    public = campaign.public_locales if action.published_at and campaign.published_at else ()
    return BilingualActionForm(
        own, texts, content, is_submitted=submitted is not None, public_locales=public
    )


def _texts(
    kind: type[TextForm], tags: list[str], campaign_id: int, submitted: MultiDict[str, str] | None
) -> dict[str, TextForm]:
    """A form for each language. Only people who may publish write the result."""
    forms = {tag: kind(submitted, prefix=f"texts.{tag}.") for tag in tags}
    if not allows("campaigns.publish", campaign_id):
        for form in forms.values():
            form.leave_out("result")
    return forms
