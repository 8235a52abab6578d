"""Editing the texts of a campaign or an action in two languages, and removing a language."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

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

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import (
    CampaignOverview,
    get_action_and_campaign,
    get_campaign_overview,
)
from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.goals import counts_in
from campaign_actions.campaigns.bilingual_form import BilingualForm
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.save_form import (
    OpenedForm,
    remove_language,
    save_messages,
    save_submitted,
)
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.save import Saved
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.catalogs.store.repository import campaign_catalog
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.list_format import join_with_semicolons
from campaign_actions.core.i18n.timezones import time_brief
from campaign_actions.publishing.checks.needed_texts import is_needed
from campaign_actions.web.http.security_headers import allow_framing
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.campaigns.sent_forms import action_form, campaign_form
from campaign_actions.web.staff.campaigns.still_right import confirm_ticked, ticked_fields
from campaign_actions.web.staff.campaigns.texts_to_fix import texts_to_fix
from campaign_actions.web.staff.campaigns.translation_state import translation_state
from campaign_actions.web.staff.publishing.checklist import NextPage, page_after_saving
from campaign_actions.web.staff.second_language import columns_of, is_switch, switch_language

IN_BAR = "saved"  # the category of a message that the bar to save shows

bp = Blueprint("staff_campaigns_edit", __name__, url_prefix="/staff/campaigns/<int:campaign_id>")


@bp.route("/edit/", methods=["GET", "POST"])
@needs("campaigns.edit")
def edit_campaign(campaign_id: int) -> ResponseReturnValue:
    """Everything about a campaign except its actions."""
    overview = get_campaign_overview(campaign_id, now=utc_now())
    return _edit(CAMPAIGN, campaign_id, lambda content: campaign_form(overview, content), overview)


@bp.route("/actions/<int:action_id>/edit/", methods=["GET", "POST"])
@needs("campaigns.edit")
def edit_action(campaign_id: int, action_id: int) -> ResponseReturnValue:
    owner, overview = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    return _edit(
        ACTION, action_id, lambda content: action_form(owner, overview, content), owner, overview
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
    if request.method == "GET":
        saved: Saved | OpenedForm = OpenedForm(number)
    elif is_switch():
        saved = switch_language(columns_of([*bilingual_form.shown])[1])
    else:
        saved = save_submitted(
            subject, subject_id, bilingual_form, request.form, by=by, now=utc_now()
        )
    if isinstance(saved, OpenedForm):
        return _page(subject, content, bilingual_form, saved, campaign, action)
    if confirm_ticked(campaign.id, request.form, by=by, now=utc_now()):
        saved = replace(saved, is_new=True)
    there = _next_page(bilingual_form, campaign, action)
    _say_what_was_saved(saved, is_in_bar="/edit/" in there.address)
    there.say()
    if action:
        _flash_reached_milestones(action, content, find_content(subject, subject_id)[0])
    return redirect(there.address, 303)


def _page(
    subject: Versioned,
    content: Content,
    bilingual_form: BilingualForm,
    opened: OpenedForm,
    campaign: CampaignOverview,
    action: ActionOverview | None,
) -> ResponseReturnValue:
    part = f"action {content['slug']}" if action else "campaign"
    translation = translation_state(campaign_catalog(campaign.id), part, bilingual_form, content)
    translation.confirmed = ticked_fields(request.form)
    shown = {
        "campaign": campaign,
        "action": action,
        "bilingual_form": bilingual_form,
        "opened": opened,
        "is_needed": partial(
            is_needed,
            subject=subject.name,
            content=content,
            source=campaign.source_locale,
            public_locales=action.public_locales if action else (),
        ),
        "translation": translation,
        "blocked_fields": texts_to_fix(bilingual_form, content, campaign, action),
    }
    page = render_template(f"staff/{subject.name}s/edit.html", **shown)
    return allow_framing(make_response(page, opened.status))


def _say_what_was_saved(saved: Saved, *, is_in_bar: bool) -> None:
    """`is_in_bar`: an edit page follows, whose bar to save says so, because one writes on below the top."""
    first, *others = save_messages(saved)
    if is_in_bar:
        flash(_message_in_bar(saved), IN_BAR)
    elif saved.is_new:
        flash(first)
    for message in others:
        flash(message, IN_BAR if is_in_bar else "message")
    if saved.kept:
        flash(
            _(
                "The action was published while you were editing, so its kind and closing"
                " time were not changed."
            ),
            "warning",
        )


def _message_in_bar(saved: Saved) -> str:
    time = time_brief(utc_now())
    if not saved.is_new:
        words: str = _("No changes to save.")
    elif saved.is_draft:
        words = _("Draft saved at %(time)s.", time=time)
    else:
        words = _("Saved at %(time)s.", time=time)
    return words


def _next_page(
    bilingual_form: BilingualForm, campaign: CampaignOverview, action: ActionOverview | None
) -> NextPage:
    """Where the button that was pressed leads after saving; for most, the same page."""
    if there := page_after_saving(campaign.id, action.id if action else None):
        return there
    left, right = columns_of([*bilingual_form.shown])
    if action:
        return NextPage(url_for(".edit_action", **action.ids, left=left, right=right))
    return NextPage(url_for(".edit_campaign", campaign_id=campaign.id, left=left, right=right))


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
