"""The texts of a campaign or an action, two languages side by side; and a language taken out."""

from collections.abc import Callable
from typing import Any

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

from campaign_actions.actions.campaign_overviews import (
    CampaignOverview,
    find_both_overviews,
    find_campaign_overview,
)
from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.edit_forms import ActionForm, ActionTextForm
from campaign_actions.actions.overview import ActionOverview
from campaign_actions.campaigns.bilingual_form import Sheet
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.forms import CampaignForm, CampaignTextForm, TextForm
from campaign_actions.campaigns.save_form import (
    Opened,
    save_sheet,
    side_by_side,
    take_out_language,
    words_for,
)
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Subject
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.web.http.security_headers import allow_framing
from campaign_actions.web.staff.access.authorization import allows, current_staff, needs

bp = Blueprint("staff_editing", __name__, url_prefix="/staff/campaigns/<int:campaign_id>")
Sent = Any  # the form that was sent, or nothing


@bp.route("/edit/", methods=["GET", "POST"])
@needs("campaigns.edit")
def campaign(campaign_id: int) -> ResponseReturnValue:
    """All that a campaign consists of besides actions."""
    found = find_campaign_overview(campaign_id, now=utc_now())
    return _edit(CAMPAIGN, campaign_id, lambda content: _campaign_sheet(found, content), found)


@bp.route("/actions/<int:action_id>/edit/", methods=["GET", "POST"])
@needs("campaigns.edit")
def action(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """All that an action consists of."""
    its, found = find_both_overviews(campaign_id, action_id, now=utc_now())
    return _edit(ACTION, action_id, lambda content: _action_sheet(its, found, content), its, found)


@bp.route("/languages/<text_locale>/remove/", methods=["GET", "POST"])
@needs("campaigns.edit")
def remove_of_campaign(campaign_id: int, text_locale: str) -> ResponseReturnValue:
    found = find_campaign_overview(campaign_id, now=utc_now())
    there = url_for(".campaign", campaign_id=campaign_id)
    if text_locale not in found.removable:
        abort(404)
    return _remove(CAMPAIGN, campaign_id, text_locale, there, found)


@bp.route("/actions/<int:action_id>/languages/<text_locale>/remove/", methods=["GET", "POST"])
@needs("campaigns.edit")
def remove_of_action(campaign_id: int, action_id: int, text_locale: str) -> ResponseReturnValue:
    its, found = find_both_overviews(campaign_id, action_id, now=utc_now())
    there = url_for(".action", **found.ids)
    if text_locale not in its.removable_of(found):
        abort(404)
    return _remove(ACTION, action_id, text_locale, there, its, found)


def _edit(
    subject: Subject,
    subject_id: int,
    make_sheet: Callable[[Content], Sheet],
    its: CampaignOverview,
    action: ActionOverview | None = None,
) -> ResponseReturnValue:
    content, number = find_content(subject, subject_id)
    sheet, by = make_sheet(content), current_staff()
    saved = (
        Opened(number)
        if request.method == "GET"
        else save_sheet(subject, subject_id, sheet, request.form, by=by, now=utc_now())
    )
    if isinstance(saved, Opened):
        shown = {"campaign": its, "action": action, "sheet": sheet, "opened": saved}
        page = render_template(f"staff/{subject.name}s/edit.html", **shown)
        return allow_framing(make_response(page, saved.status))
    for words in words_for(saved):
        flash(words)
    tags = list(sheet.texts)
    there = action.ids if action else {"campaign_id": its.id}
    return redirect(url_for(f".{subject.name}", **there, left=tags[0], right=tags[-1]), 303)


def _remove(
    subject: Subject,
    subject_id: int,
    tag: str,
    there: str,
    its: CampaignOverview,
    action: ActionOverview | None = None,
) -> ResponseReturnValue:
    """Of a language that the public does not see; the history keeps its texts."""
    if request.method == "GET":
        shown = {"campaign": its, "action": action, "tag": tag, "back": there}
        return render_template("staff/campaigns/remove_language.html", **shown)
    take_out_language(subject, subject_id, tag, by=current_staff(), now=utc_now())
    flash(_("The language is taken out. Its texts are in the history."))
    return redirect(there, 303)


def _campaign_sheet(its: CampaignOverview, content: Content) -> Sheet:
    """What the public sees must be whole."""
    sent = _sent()
    tags = side_by_side(
        its.locales or locales_current_first(), locales_current_first(), request.values
    )
    seen = its.public_locales if its.published_at else ()
    texts = _texts(CampaignTextForm, tags, its.id, sent)
    return Sheet(CampaignForm(sent), texts, content, is_sent=sent is not None, seen=seen)


def _action_sheet(its: CampaignOverview, action: ActionOverview, content: Content) -> Sheet:
    """What the public sees must be whole, also in a language that comes new to the action."""
    sent = _sent()
    own = ActionForm(sent)
    if ACTION.is_fixed(db.session.connection(), action.id):
        own.leave_out(*(name for name in ACTION.fixed if name not in request.form))
    written = action.locales or its.locales or locales_current_first()
    tags = side_by_side(written, (*its.locales, *locales_current_first()), request.values)
    texts = _texts(ActionTextForm, tags, its.id, sent)
    seen = its.public_locales if action.published_at and its.published_at else ()
    return Sheet(own, texts, content, is_sent=sent is not None, seen=seen)


def _texts(
    kind: type[TextForm], tags: list[str], campaign_id: int, sent: Sent
) -> dict[str, TextForm]:
    """A form for each language; what came of it is written by who may close."""
    forms = {tag: kind(sent, prefix=f"texts.{tag}.") for tag in tags}
    if not allows("campaigns.publish", campaign_id):
        for form in forms.values():
            form.leave_out("result")
    return forms


def _sent() -> Sent:
    return request.form if request.method == "POST" else None
