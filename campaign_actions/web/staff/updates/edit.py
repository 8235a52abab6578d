"""Pages of updates: the list, drafts, and the progress of sending."""

from collections.abc import Callable, Mapping
from functools import partial

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.filters.words import filter_facts
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.list_format import join_with_commas
from campaign_actions.core.i18n.locale import (
    current_locale,
    language_here,
    locales,
    locales_current_first,
)
from campaign_actions.core.switches.state import EMAIL, is_off
from campaign_actions.staff.queries import member_names
from campaign_actions.updates import draft
from campaign_actions.updates.announcement import announcement
from campaign_actions.updates.emails import RESUME_WITHIN
from campaign_actions.updates.forms import UpdateForm
from campaign_actions.updates.models import Update, UpdateText
from campaign_actions.updates.preflight import readers_by_locale
from campaign_actions.updates.queries import (
    EVERYONE,
    PAGE_SIZE,
    audience_of,
    count_recipients,
    progress_of,
    subjects_of,
    texts_of,
    updates_of,
)
from campaign_actions.web.http.form_data import submitted_form
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.lookups import action_or_404, update_or_404
from campaign_actions.web.staff.signatures.filters_in_address import find_filters

URL = "/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/updates"
bp = Blueprint("staff_updates_edit", __name__, url_prefix=URL)


@bp.get("/")
@needs("updates.send")
def index(campaign_id: int, action_id: int) -> ResponseReturnValue:
    action = action_or_404(campaign_id, action_id)
    found = updates_of(action_id, before=request.args.get("before", type=_id))
    return render_template(
        "staff/updates/index.html",
        action=action,
        updates=found,
        titles=subjects_of([update.id for update in found], locales=locales_current_first()),
        progress={update.id: progress_of(update) for update in found if update.status != "draft"},
        names=member_names(update.staff_id for update in found),
        recipients=sum(count_recipients(action_id).values()),
        older=found[-1].id if len(found) == PAGE_SIZE else None,
    )


@bp.route("/new/", methods=["GET", "POST"])
@needs("updates.send")
def new(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """The form; `about` in the address is another action of the campaign that it begins with.

    Filters in the address choose among those who asked for updates.
    """
    action = action_or_404(campaign_id, action_id)
    tags = _languages(action)
    about = request.args.get("about", type=_id)
    found = action_or_404(campaign_id, about) if about else None
    begun = announcement(found.id, tags, now=utc_now()) if found else {}
    filters = find_filters(action)
    audience = filters[1] if filters else EVERYONE
    form = UpdateForm.for_locales(tags, begun, submitted_form())
    show = partial(_form_page, action, form, audience=audience)
    if request.method == "GET":
        return show(about=found if begun else None)
    if not form.validate():
        return show(status=400)
    if form.is_empty:
        message = _("Enter a subject or a text in at least one language.")
        return show(problem=message, status=400)
    staff = current_staff()
    update_id = draft.create_draft(
        action_id,
        form.texts(),
        name=action.name,
        staff_id=staff.id,
        actor=staff.email,
        now=utc_now(),
        audience=audience,
    )
    return _saved(action, update_id)


@bp.route("/<int:update_id>/", methods=["GET", "POST"])
@needs("updates.send")
def edit(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    """The form of a draft, or the progress of an update that has been started."""
    action, update = update_or_404(campaign_id, action_id, update_id)
    texts = texts_of(update_id)
    if update.status != "draft":
        return _progress_page(action, update) if request.method == "GET" else abort(409)
    form = UpdateForm.for_locales(_languages(action, *texts), texts, submitted_form())
    if request.method == "GET":
        form.seen.data = draft.fingerprint(texts.values())
        return _form_page(action, form, update)
    if not form.validate():
        return _form_page(action, form, update, status=400)
    seen, actor = form.seen.data or "", current_staff().email
    try:
        draft.save_draft(
            update_id, form.texts(), seen=seen, name=action.name, actor=actor, now=utc_now()
        )
    except draft.TextsChanged:
        texts = texts_of(update_id)
        form.seen.data = draft.fingerprint(texts.values())
        return _form_page(action, form, update, others=texts, status=409)
    return _saved(action, update_id)


@bp.route("/<int:update_id>/delete/", methods=["GET", "POST"])
@needs("updates.send")
def delete(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    """GET asks for confirmation, POST deletes a draft."""
    action, update = update_or_404(campaign_id, action_id, update_id)
    if update.status != "draft":
        raise draft.NotADraft
    if request.method == "GET":
        title = subjects_of([update_id], locales=locales_current_first()).get(update_id)
        return render_template(
            "staff/updates/delete.html", action=action, update=update, title=title
        )
    draft.delete_draft(update_id, name=action.name, actor=current_staff().email, now=utc_now())
    flash(_("Draft deleted"))
    return redirect(url_for(".index", **action.ids), 303)


def _form_page(
    action: ActionOverview,
    form: UpdateForm,
    update: Update | None = None,
    *,
    status: int = 200,
    problem: str = "",
    others: Mapping[str, UpdateText] | None = None,
    about: ActionOverview | None = None,
    audience: SignatureFilter = EVERYONE,
) -> ResponseReturnValue:
    written = list(texts_of(update.id)) if update else []
    audience = audience_of(update) if update else audience
    page = render_template(
        "staff/updates/edit.html",
        action=action,
        form=form,
        update=update,
        written=written,
        kept=[tag for tag in written if tag not in form.locales],
        readers=readers_by_locale(
            action.id, [tag for tag, text in form.texts().items() if any(text)], audience
        ),
        audience=list(filter_facts(audience)),
        problem=problem,
        others=others or {},
        about=about,
    )
    return page, status


def _progress_page(action: ActionOverview, update: Update) -> ResponseReturnValue:
    texts = texts_of(update.id)
    return render_template(
        "staff/updates/progress.html",
        action=action,
        update=update,
        tags=list(texts),
        title=subjects_of([update.id], locales=locales_current_first()).get(update.id),
        progress=progress_of(update),
        is_email_off=is_off(EMAIL),
        audience=list(filter_facts(audience_of(update))),
        names=member_names([update.staff_id]),
        can_resume=update.ended_at and utc_now() - update.ended_at < RESUME_WITHIN,
        keep_days=RESUME_WITHIN.days,
    )


def _saved(action: ActionOverview, update_id: int) -> ResponseReturnValue:
    """Goes where the pressed button says: to the preview, the checks or back to the form."""
    flash(_("Saved"))
    texts = list(texts_of(update_id))
    then = request.form.get("then")
    if then == "preview" and texts:
        tag = current_locale() if current_locale() in texts else texts[0]
        return redirect(
            url_for("staff_updates_preview.show", update_id=update_id, tag=tag, **action.ids), 303
        )
    there = "staff_updates_send.check" if then == "check" else ".edit"
    return redirect(url_for(there, update_id=update_id, **action.ids), 303)


@bp.app_context_processor
def languages() -> dict[str, Callable[[], str]]:
    return {"languages_in_order": lambda: join_with_commas(map(language_here, locales()))}


def _languages(action: ActionOverview, *written: str) -> list[str]:
    """The served languages of the action, and those that already have a text."""
    return [tag for tag in locales() if tag in {*action.locales, *written}] or [locales()[0]]


def _id(text: str) -> int:
    """Raises ValueError for a number that cannot be an id."""
    number = int(text)
    if not 0 < number < 2**31:
        raise ValueError
    return number
