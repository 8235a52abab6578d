"""Pages that write, change and delete the draft of an update."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.approvals.request import cancel_outdated
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.list_format import join_with_commas
from campaign_actions.core.i18n.locale import (
    current_locale,
    language_here,
    locales,
    locales_current_first,
)
from campaign_actions.core.i18n.timezones import time_brief
from campaign_actions.updates import draft
from campaign_actions.updates.announcement import announcement
from campaign_actions.updates.audience import EVERYONE, Audience, audience_of, is_for_several
from campaign_actions.updates.models import Update
from campaign_actions.updates.queries import subjects_of, texts_of
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.campaigns.still_right import confirm_ticked
from campaign_actions.web.staff.lookups import action_or_404, update_or_404
from campaign_actions.web.staff.second_language import columns_of, is_switch, switch_language
from campaign_actions.web.staff.signatures.filters_in_address import find_filters
from campaign_actions.web.staff.updates.audience import all_actions_of
from campaign_actions.web.staff.updates.edit_page import EditPage, languages_of
from campaign_actions.web.staff.updates.heads import head_values, list_address, log_name
from campaign_actions.web.staff.updates.lists import parse_id
from campaign_actions.web.staff.updates.progress import progress_page

URL = "/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/updates"
COUNT = "count"  # the button that counts the recipients, without saving
IN_BAR = "saved"  # the category of a message that the bar to save shows
bp = Blueprint("staff_updates_edit", __name__, url_prefix=URL)


@bp.route("/new/", methods=["GET", "POST"])
@needs("updates.send")
def new(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """The form; `about` in the address is another action of the campaign that it begins with.

    Filters in the address choose among those who asked for updates. `to=campaign` begins with everyone.
    """
    action = action_or_404(campaign_id, action_id)
    about = request.args.get("about", type=parse_id)
    found = action_or_404(campaign_id, about) if about else None
    begun = announcement(found.id, languages_of(action), now=utc_now()) if found else {}
    filters = find_filters(action)
    is_wide = request.args.get("to") == "campaign"
    actions = all_actions_of(action) if is_wide else (action_id,)
    audience = Audience(actions, filters[1] if filters else EVERYONE)
    page = EditPage(action, begun, audience, scope="campaign" if is_wide else "actions")
    if request.method == "GET":
        return page.show(about=found if begun else None)
    if is_switch():
        return _other_language(page)
    if COUNT in request.form:
        return page.count()
    if not page.validate() or not page.form.require_text():
        return page.show(status=400)
    staff = current_staff()
    update_id = draft.create_draft(
        action_id,
        page.form.written(),
        name=page.log_name,
        staff_id=staff.id,
        actor=staff.email,
        now=utc_now(),
        audience=page.goes_to.wanted(),
        actions=page.goes_to.actions(),
    )
    return _saved(page, update_id)


@bp.route("/<int:update_id>/", methods=["GET", "POST"])
@needs("updates.send")
def edit(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    """The form of a draft, the time of a scheduled update, or the progress of sending."""
    action, update = update_or_404(campaign_id, action_id, update_id)
    if update.status != "draft":
        return progress_page(action, update) if request.method == "GET" else abort(409)
    page = EditPage(action, texts_of(update_id), audience_of(update), update)
    if request.method == "GET":
        page.note_stored(update)
        return page.show()
    page.take_theirs(update)
    if is_switch():
        return _other_language(page)
    if COUNT in request.form:
        return page.count()
    if not page.validate():
        return page.show(status=400)
    try:
        _save(page, update)
    except draft.TextsChanged:
        if met := page.merge(update):
            return page.show(met=met, status=409)
        _save(page, update)
        flash(_("Other fields were saved while you were editing. Those changes are kept."))
    return _saved(page, update_id)


@bp.route("/<int:update_id>/delete/", methods=["GET", "POST"])
@needs("updates.send")
def delete(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    """GET asks for confirmation, POST deletes a draft."""
    action, update = update_or_404(campaign_id, action_id, update_id)
    if update.status != "draft":
        raise draft.NotADraft
    is_of_campaign = is_for_several(update)
    if request.method == "GET":
        title = subjects_of([update_id], locales=locales_current_first()).get(update_id)
        head = head_values(action, is_of_campaign=is_of_campaign)
        return render_template("staff/updates/delete.html", **head, update=update, title=title)
    name = log_name(action, is_of_campaign=is_of_campaign)
    draft.delete_draft(update_id, name=name, actor=current_staff().email, now=utc_now())
    flash(_("Draft deleted"))
    return redirect(list_address(action, is_of_campaign=is_of_campaign), 303)


def _other_language(page: EditPage) -> ResponseReturnValue:
    """Show another second language, with everything that was typed."""
    switch_language(columns_of([*page.form.shown])[1])
    return page.show(is_unsaved=True)


def _save(page: EditPage, update: Update) -> None:
    """A pending request for approval ends with the text that it was about. Raises TextsChanged."""
    staff, now = current_staff(), utc_now()
    draft.save_draft(
        update.id,
        page.form.written(),
        seen=page.form.own["seen"].data or "",
        name=page.log_name,
        actor=staff.email,
        now=now,
        staff_id=staff.id,
        audience=page.goes_to.wanted(),
        actions=page.goes_to.actions(),
    )
    was_asked = cancel_outdated("send-update", f"update-{update.id}", actor=staff.email, now=now)
    confirm_ticked(page.action.campaign_id, request.form, by=staff, now=now)
    if was_asked:
        flash(
            _("The request for approval was cancelled, because the update has changed."), "warning"
        )


def _saved(page: EditPage, update_id: int) -> ResponseReturnValue:
    """Goes where the pressed button says: to the preview or back to the form."""
    action, texts = page.action, list(texts_of(update_id))
    if request.form.get("then") == "preview" and texts:
        flash(_("Saved"))
        tag = current_locale() if current_locale() in texts else texts[0]
        return redirect(
            url_for("staff_updates_preview.show", update_id=update_id, tag=tag, **action.ids), 303
        )
    flash(_("Saved at %(time)s.", time=time_brief(utc_now())), IN_BAR)
    return redirect(url_for(".edit", update_id=update_id, **action.ids), 303)


@bp.app_context_processor
def languages() -> dict[str, Callable[[], str]]:
    return {"languages_in_order": lambda: join_with_commas(map(language_here, locales()))}
