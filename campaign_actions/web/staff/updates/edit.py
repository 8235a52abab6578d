"""Updates in the staff workspace: the list, a draft and its texts, and how far one has got."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.overview import ActionOverview, find_action_overview
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.lists import join_with_commas
from campaign_actions.core.i18n.locale import (
    current_locale,
    language_name,
    locales,
    locales_current_first,
)
from campaign_actions.staff.queries import names_of
from campaign_actions.updates import draft
from campaign_actions.updates.emails import KEEP_STOPPED
from campaign_actions.updates.forms import LettersForm
from campaign_actions.updates.models import Update
from campaign_actions.updates.preflight import readers_of
from campaign_actions.updates.queries import (
    AT_ONCE,
    count_recipients,
    find_update,
    progress_of,
    subjects_of,
    texts_of,
    updates_of,
)
from campaign_actions.web.staff.access.authorization import current_staff, needs

URL = "/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/updates"
bp = Blueprint("staff_updates", __name__, url_prefix=URL)


@bp.get("/")
@needs("updates.send")
def index(campaign_id: int, action_id: int) -> ResponseReturnValue:
    action = _action_or_404(campaign_id, action_id)
    found = updates_of(action_id, before=request.args.get("before", type=_id))
    return render_template(
        "staff/updates/index.html",
        action=action,
        updates=found,
        titles=subjects_of([update.id for update in found], locales=locales_current_first()),
        progress={update.id: progress_of(update) for update in found if update.status != "draft"},
        names=names_of(update.staff_id for update in found),
        recipients=sum(count_recipients(action_id).values()),
        older=found[-1].id if len(found) == AT_ONCE else None,
    )


@bp.route("/new/", methods=["GET", "POST"])
@needs("updates.send")
def new(campaign_id: int, action_id: int) -> ResponseReturnValue:
    action = _action_or_404(campaign_id, action_id)
    form = LettersForm.of(_languages(action), {}, _sent())
    if request.method == "GET":
        return _form_page(action, form)
    if not form.validate():
        return _form_page(action, form, status=400)
    if form.is_empty:
        words = _("Write a subject or a text in at least one language.")
        return _form_page(action, form, trouble=words, status=400)
    staff = current_staff()
    update_id = draft.draft(
        action_id,
        form.texts(),
        name=action.name,
        staff_id=staff.id,
        actor=staff.email,
        now=utc_now(),
    )
    return _saved(action, update_id)


@bp.route("/<int:update_id>/", methods=["GET", "POST"])
@needs("updates.send")
def edit(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    """A draft is written here; one that was started shows how far it is."""
    action, update = _both_or_404(campaign_id, action_id, update_id)
    texts = texts_of(update_id)
    if update.status != "draft":
        return _progress_page(action, update) if request.method == "GET" else abort(409)
    form = LettersForm.of(_languages(action, *texts), texts, _sent())
    if request.method == "GET":
        form.seen.data = draft.fingerprint(texts.values())
        return _form_page(action, form, update)
    if not form.validate():
        return _form_page(action, form, update, status=400)
    seen, actor = form.seen.data or "", current_staff().email
    try:
        draft.save(update_id, form.texts(), seen=seen, name=action.name, actor=actor, now=utc_now())
    except draft.TextsChanged:
        texts = texts_of(update_id)
        form.seen.data = draft.fingerprint(texts.values())
        return _form_page(action, form, update, others=texts, status=409)
    return _saved(action, update_id)


@bp.route("/<int:update_id>/delete/", methods=["GET", "POST"])
@needs("updates.send")
def delete(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    """GET asks once more, POST deletes a draft."""
    action, update = _both_or_404(campaign_id, action_id, update_id)
    if update.status != "draft":
        raise draft.NoDraft
    if request.method == "GET":
        title = subjects_of([update_id], locales=locales_current_first()).get(update_id)
        return render_template(
            "staff/updates/delete.html", action=action, update=update, title=title
        )
    draft.discard(update_id, name=action.name, actor=current_staff().email, now=utc_now())
    flash(_("The draft is deleted."))
    return redirect(url_for(".index", **action.ids), 303)


def _form_page(
    action: ActionOverview,
    form: LettersForm,
    update: Update | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> ResponseReturnValue:
    written = list(texts_of(update.id)) if update else []
    page = render_template(
        "staff/updates/edit.html",
        action=action,
        form=form,
        update=update,
        written=written,
        kept=[tag for tag in written if tag not in form.tags],
        readers=readers_of(action.id, [tag for tag, text in form.texts().items() if any(text)]),
        **{"trouble": "", "others": {}} | more,
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
        names=names_of([update.staff_id]),
        can_go_on=update.ended_at and utc_now() - update.ended_at < KEEP_STOPPED,
        keep_days=KEEP_STOPPED.days,
    )


def _saved(action: ActionOverview, update_id: int) -> ResponseReturnValue:
    """Where the button says: to the preview, to the checks, or back to the text."""
    flash(_("Saved."))
    texts = list(texts_of(update_id))
    then = request.form.get("then")
    if then == "preview" and texts:
        tag = current_locale() if current_locale() in texts else texts[0]
        return redirect(
            url_for("staff_update_mails.preview", update_id=update_id, tag=tag, **action.ids), 303
        )
    there = "staff_update_sending.check" if then == "check" else ".edit"
    return redirect(url_for(there, update_id=update_id, **action.ids), 303)


@bp.app_context_processor
def languages() -> dict[str, Any]:
    return {"languages_in_order": lambda: join_with_commas(map(language_name, locales()))}


def _sent() -> Any:
    return request.form if request.method == "POST" else None


def _languages(action: ActionOverview, *written: str) -> list[str]:
    """Those of the action that are served, and those that have a text already, in their order."""
    return [tag for tag in locales() if tag in {*action.locales, *written}] or [locales()[0]]


def _action_or_404(campaign_id: int, action_id: int) -> ActionOverview:
    found = find_action_overview(
        campaign_id, action_id, locales=locales_current_first(), now=utc_now()
    )
    return found or abort(404)


def _both_or_404(campaign_id: int, action_id: int, update_id: int) -> tuple[ActionOverview, Update]:
    now = utc_now()
    action = find_action_overview(campaign_id, action_id, locales=locales_current_first(), now=now)
    update = find_update(action_id, update_id) if action else None
    return (action, update) if action and update else abort(404)


def _id(text: str) -> int:
    """A number that a database takes for an id; anything else is left out."""
    number = int(text)
    if not 0 < number < 2**31:
        raise ValueError
    return number
