"""Pages of updates: the list, drafts, and the progress of sending."""

from collections.abc import Callable, Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.counts.states.around import confirmed_around
from campaign_actions.approvals.queries import requests_of_updates
from campaign_actions.approvals.request import cancel_outdated
from campaign_actions.core.db.session import db, utc_now
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
from campaign_actions.updates.audience import EVERYONE, Audience, audience_of, count_people
from campaign_actions.updates.emails import RESUME_WITHIN
from campaign_actions.updates.forms import AudienceForm, UpdateForm
from campaign_actions.updates.models import NOT_STARTED, Update, UpdateText
from campaign_actions.updates.queries import (
    PAGE_SIZE,
    progress_of,
    subjects_of,
    texts_of,
    updates_of,
)
from campaign_actions.updates.schedule import RETURNED
from campaign_actions.web.http.form_data import submitted_form
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.dashboards.events import around_words
from campaign_actions.web.staff.lookups import action_or_404, update_or_404
from campaign_actions.web.staff.signatures.filters_in_address import find_filters
from campaign_actions.web.staff.updates.audience import (
    all_actions_of,
    audience_facts,
    audience_form,
    audience_values,
)
from campaign_actions.web.staff.updates.scheduled import pending_request, scheduled_page

URL = "/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/updates"
bp = Blueprint("staff_updates_edit", __name__, url_prefix=URL)


@bp.get("/")
@needs("updates.send")
def index(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """All updates written at an action, and those that its people get with others."""
    action = action_or_404(campaign_id, action_id)
    found = updates_of(action_id, before=request.args.get("before", type=parse_id))
    started = [update for update in found if update.status not in NOT_STARTED]
    return render_template(
        "staff/updates/index.html",
        action=action,
        updates=found,
        titles=subjects_of([update.id for update in found], locales=locales_current_first()),
        progress={update.id: progress_of(update) for update in started},
        requests=requests_of_updates((update.id for update in found), utc_now()),
        names=member_names(update.staff_id for update in found),
        recipients=count_people(Audience((action_id,))),
        older=found[-1].id if len(found) == PAGE_SIZE else None,
    )


@bp.route("/new/", methods=["GET", "POST"])
@needs("updates.send")
def new(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """The form; `about` in the address is another action of the campaign that it begins with.

    Filters in the address choose among those who asked for updates. `to=campaign` begins with everyone.
    """
    action = action_or_404(campaign_id, action_id)
    tags = _languages(action)
    about = request.args.get("about", type=parse_id)
    found = action_or_404(campaign_id, about) if about else None
    begun = announcement(found.id, tags, now=utc_now()) if found else {}
    filters = find_filters(action)
    is_wide = request.args.get("to") == "campaign"
    actions = all_actions_of(action) if is_wide else (action_id,)
    audience = Audience(actions, filters[1] if filters else EVERYONE)
    form = UpdateForm.for_locales(tags, begun, submitted_form())
    page = _Form(action, form, audience, scope="campaign" if is_wide else "actions")
    if request.method == "GET":
        return page.show(about=found if begun else None)
    if not page.validate():
        return page.show(status=400)
    if page.form.is_empty:
        message = _("Enter a subject or a text in at least one language.")
        return page.show(problem=message, status=400)
    staff = current_staff()
    update_id = draft.create_draft(
        action_id,
        page.form.texts(),
        name=action.name,
        staff_id=staff.id,
        actor=staff.email,
        now=utc_now(),
        audience=page.goes_to.wanted(),
        actions=page.goes_to.actions(),
    )
    return _saved(action, update_id)


@bp.route("/<int:update_id>/", methods=["GET", "POST"])
@needs("updates.send")
def edit(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    """The form of a draft, the time of a scheduled update, or the progress of sending."""
    action, update = update_or_404(campaign_id, action_id, update_id)
    if update.status != "draft":
        return _progress_page(action, update) if request.method == "GET" else abort(409)
    texts = texts_of(update_id)
    form = UpdateForm.for_locales(_languages(action, *texts), texts, submitted_form())
    page = _Form(action, form, audience_of(update), update)
    if request.method == "GET":
        form.seen.data = _fingerprint(update_id)
        return page.show()
    if not page.validate():
        return page.show(status=400)
    try:
        _save(page, update)
    except draft.TextsChanged:
        form.seen.data = _fingerprint(update_id)
        return page.show(others=texts_of(update_id), status=409)
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


class _Form:
    """The two forms of the page: the texts, and who gets them."""

    def __init__(
        self,
        action: ActionOverview,
        form: UpdateForm,
        audience: Audience,
        update: Update | None = None,
        *,
        scope: str = "actions",
    ) -> None:
        self.action, self.form, self.update, self.audience = action, form, update, audience
        scope = update.scope if update else scope
        self.goes_to: AudienceForm = audience_form(action, audience, scope)

    def validate(self) -> bool:
        return all([self.form.validate(), self.goes_to.validate()])

    def show(
        self,
        *,
        status: int = 200,
        problem: str = "",
        others: Mapping[str, UpdateText] | None = None,
        about: ActionOverview | None = None,
    ) -> ResponseReturnValue:
        form, update = self.form, self.update
        written = list(texts_of(update.id)) if update else []
        filled = [tag for tag, text in form.texts().items() if any(text)]
        page = render_template(
            "staff/updates/edit.html",
            action=self.action,
            form=form,
            update=update,
            written=written,
            kept=[tag for tag in written if tag not in form.locales],
            problem=problem,
            others=others or {},
            about=about,
            asked_for=pending_request(update) if update else None,
            returned=RETURNED.get(update.returned_why or "") if update else None,
            **audience_values(self.action, self.goes_to, self.audience, filled),
        )
        return page, status


def _save(page: _Form, update: Update) -> None:
    """A pending request for approval ends with the text that it was about. Raises TextsChanged."""
    staff, now = current_staff(), utc_now()
    draft.save_draft(
        update.id,
        page.form.texts(),
        seen=page.form.seen.data or "",
        name=page.action.name,
        actor=staff.email,
        now=now,
        staff_id=staff.id,
        audience=page.goes_to.wanted(),
        actions=page.goes_to.actions(),
    )
    if cancel_outdated("send-update", f"update-{update.id}", actor=staff.email, now=now):
        flash(
            _("The request for approval was cancelled, because the update has changed."), "warning"
        )


def _progress_page(action: ActionOverview, update: Update) -> ResponseReturnValue:
    if update.status == "scheduled":
        return scheduled_page(action, update)
    texts = texts_of(update.id)
    return render_template(
        "staff/updates/progress.html",
        action=action,
        update=update,
        tags=list(texts),
        title=subjects_of([update.id], locales=locales_current_first()).get(update.id),
        progress=progress_of(update),
        is_email_off=is_off(EMAIL),
        audience=audience_facts(action, update),
        names=member_names([update.staff_id]),
        can_resume=update.ended_at and utc_now() - update.ended_at < RESUME_WITHIN,
        keep_days=RESUME_WITHIN.days,
        around=_around(action, update),
    )


def _around(action: ActionOverview, update: Update) -> str:
    """How many confirmed before and after the update in its campaign, in words."""
    moments = [update.started_at] if update.started_at else []
    found = confirmed_around(all_actions_of(action), moments, utc_now())
    return around_words(found[0]) if found else ""


def _fingerprint(update_id: int) -> str:
    return draft.fingerprint(db.session.connection(), update_id)


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


def parse_id(text: str) -> int:
    """Raises ValueError for a number that cannot be an id."""
    number = int(text)
    if not 0 < number < 2**31:
        raise ValueError
    return number
