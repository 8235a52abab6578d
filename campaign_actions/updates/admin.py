"""Updates in the staff workspace: write, look at, try, check, send, stop."""

from typing import Any

from flask import (
    Blueprint,
    Response,
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
from flask_babel import ngettext

from campaign_actions.core.database import utc_now
from campaign_actions.core.i18n import current_locale, language_name, locales
from campaign_actions.core.security import MAIL_POLICY, in_our_frames, with_our_frames
from campaign_actions.core.throttling import seconds_to_wait
from campaign_actions.staff.guards import current_staff, needs
from campaign_actions.staff.queries import names_of
from campaign_actions.updates import sending, writing
from campaign_actions.updates.checking import is_clear, pre_flight, readers_of, render
from campaign_actions.updates.forms import LettersForm
from campaign_actions.updates.mailing import KEEP_STOPPED
from campaign_actions.updates.models import Update
from campaign_actions.updates.queries import (
    AT_ONCE,
    Subject,
    count_recipients,
    find_subject,
    find_update,
    progress_of,
    subjects_of,
    texts_of,
    updates_of,
)
from campaign_actions.updates.trying import try_out

URL = "/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/updates"
TESTS = "10 per hour"  # test mails of one staff member
# A mail brings its style with it: inside its frame that is allowed, and nothing else is.
bp = Blueprint("staff_updates", __name__, url_prefix=URL)


@bp.get("/")
@needs("updates.send")
def index(campaign_id: int, action_id: int) -> ResponseReturnValue:
    subject = _subject_or_404(campaign_id, action_id)
    found = updates_of(action_id, before=request.args.get("before", type=_id))
    return render_template(
        "staff/updates/index.html",
        subject=subject,
        updates=found,
        titles=subjects_of([update.id for update in found], locales=_own_locales()),
        progress={update.id: progress_of(update) for update in found if update.status != "draft"},
        names=names_of(update.staff_id for update in found),
        recipients=sum(count_recipients(action_id).values()),
        older=found[-1].id if len(found) == AT_ONCE else None,
    )


@bp.route("/new/", methods=["GET", "POST"])
@needs("updates.send")
def new(campaign_id: int, action_id: int) -> ResponseReturnValue:
    subject = _subject_or_404(campaign_id, action_id)
    form = LettersForm.of(_languages(subject), {}, _sent())
    if request.method == "GET":
        return _form_page(subject, form)
    if not form.validate():
        return _form_page(subject, form, status=400)
    if form.is_empty:
        words = _("Write a subject or a text in at least one language.")
        return _form_page(subject, form, trouble=words, status=400)
    staff = current_staff()
    update_id = writing.draft(
        action_id,
        form.texts(),
        name=subject.name,
        staff_id=staff.id,
        actor=staff.email,
        now=utc_now(),
    )
    return _saved(subject, update_id)


@bp.route("/<int:update_id>/", methods=["GET", "POST"])
@needs("updates.send")
def edit(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    """A draft is written here; one that was started shows how far it is."""
    subject, update = _both_or_404(campaign_id, action_id, update_id)
    texts = texts_of(update_id)
    if update.status != "draft":
        return _progress_page(subject, update) if request.method == "GET" else abort(409)
    form = LettersForm.of(_languages(subject, *texts), texts, _sent())
    if request.method == "GET":
        form.seen.data = writing.fingerprint(texts.values())
        return _form_page(subject, form, update)
    if not form.validate():
        return _form_page(subject, form, update, status=400)
    seen, actor = form.seen.data or "", current_staff().email
    try:
        writing.save(
            update_id, form.texts(), seen=seen, name=subject.name, actor=actor, now=utc_now()
        )
    except writing.TextsChanged:
        texts = texts_of(update_id)
        form.seen.data = writing.fingerprint(texts.values())
        return _form_page(subject, form, update, others=texts, status=409)
    return _saved(subject, update_id)


@bp.get("/<int:update_id>/preview/<tag>/")
@needs("updates.send")
def preview(campaign_id: int, action_id: int, update_id: int, tag: str) -> ResponseReturnValue:
    """The mail in one language, as HTML in a frame and as plain text."""
    subject, update = _both_or_404(campaign_id, action_id, update_id)
    texts = texts_of(update_id)
    if tag not in texts:
        abort(404)
    page = render_template(
        "staff/updates/preview.html",
        subject=subject,
        update=update,
        tag=tag,
        tags=list(texts),
        mail=render(update_id, tag),
        email=current_staff().email,
    )
    return with_our_frames(make_response(page))


@bp.get("/<int:update_id>/preview/<tag>/mail/")
@needs("updates.send")
def preview_mail(campaign_id: int, action_id: int, update_id: int, tag: str) -> ResponseReturnValue:
    """What stands in the frame: the mail's own HTML, with no script, no form and no way out."""
    _both_or_404(campaign_id, action_id, update_id)
    mail = render(update_id, tag) or abort(404)
    response = Response(mail.html, mimetype="text/html")
    return in_our_frames(response, f"{MAIL_POLICY}; sandbox")


@bp.post("/<int:update_id>/preview/<tag>/test/")
@needs("updates.send")
def test(campaign_id: int, action_id: int, update_id: int, tag: str) -> ResponseReturnValue:
    """Queue the mail to oneself; so often an hour."""
    subject, update = _both_or_404(campaign_id, action_id, update_id)
    if tag not in texts_of(update_id):
        abort(404)
    staff = current_staff()
    wait = seconds_to_wait(TESTS, "update-test", str(staff.id))
    if wait:
        minutes = -(-wait // 60)
        flash(
            ngettext(
                "You have sent many tests. Please try again in %(num)d minute.",
                "You have sent many tests. Please try again in %(num)d minutes.",
                minutes,
            )
        )
    else:
        try_out(update, locale=tag, name=subject.name, actor=staff.email, now=utc_now())
        language = language_name(tag)
        flash(
            _(
                "A test (%(language)s) is on its way to %(email)s.",
                language=language,
                email=staff.email,
            )
        )
    return _to("preview", subject, update_id=update_id, tag=tag)


@bp.get("/<int:update_id>/check/")
@needs("updates.send")
def check(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    """All that must be right before it goes out."""
    subject, update = _draft_or_404(campaign_id, action_id, update_id)
    checks = pre_flight(update)
    return render_template(
        "staff/updates/check.html",
        subject=subject,
        update=update,
        tags=list(texts_of(update_id)),
        checks=checks,
        is_clear=is_clear(checks),
    )


@bp.route("/<int:update_id>/send/", methods=["GET", "POST"])
@needs("updates.send")
def send(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    """GET asks once more, with the number of people; POST starts."""
    subject, update = _draft_or_404(campaign_id, action_id, update_id)
    if request.method == "POST":
        seen, actor = request.form.get("seen", ""), current_staff().email
        number = sending.start(update_id, seen=seen, name=subject.name, actor=actor, now=utc_now())
        flash(ngettext("It goes out to %(num)d person.", "It goes out to %(num)d people.", number))
        return _to("edit", subject, update_id=update_id)
    if not is_clear(pre_flight(update)):
        return _to("check", subject, update_id=update_id)
    texts = texts_of(update_id)
    return render_template(
        "staff/updates/send.html",
        subject=subject,
        update=update,
        texts=texts,
        readers=readers_of(action_id, texts),
        seen=writing.fingerprint(texts.values()),
    )


@bp.post("/<int:update_id>/stop/")
@needs("updates.send")
def stop(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    subject, _update = _both_or_404(campaign_id, action_id, update_id)
    if sending.stop(update_id, name=subject.name, actor=current_staff().email, now=utc_now()):
        flash(_("It is stopped. What had not gone out stays here."))
    return _to("edit", subject, update_id=update_id)


@bp.post("/<int:update_id>/continue/")
@needs("updates.send")
def go_on(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    subject, _update = _both_or_404(campaign_id, action_id, update_id)
    sending.go_on(update_id, name=subject.name, actor=current_staff().email, now=utc_now())
    flash(_("It goes on from where it was stopped."))
    return _to("edit", subject, update_id=update_id)


@bp.route("/<int:update_id>/delete/", methods=["GET", "POST"])
@needs("updates.send")
def delete(campaign_id: int, action_id: int, update_id: int) -> ResponseReturnValue:
    """GET asks once more, POST deletes a draft."""
    subject, update = _draft_or_404(campaign_id, action_id, update_id)
    if request.method == "GET":
        title = subjects_of([update_id], locales=_own_locales()).get(update_id)
        return render_template(
            "staff/updates/delete.html", subject=subject, update=update, title=title
        )
    writing.discard(update_id, name=subject.name, actor=current_staff().email, now=utc_now())
    flash(_("The draft is deleted."))
    return _to("index", subject)


def _form_page(
    subject: Subject,
    form: LettersForm,
    update: Update | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> ResponseReturnValue:
    page = render_template(
        "staff/updates/edit.html",
        subject=subject,
        form=form,
        update=update,
        written=list(texts_of(update.id)) if update else [],
        readers=readers_of(subject.id, [tag for tag, text in form.texts().items() if any(text)]),
        **{"trouble": "", "others": {}} | more,
    )
    return page, status


def _progress_page(subject: Subject, update: Update) -> ResponseReturnValue:
    texts = texts_of(update.id)
    return render_template(
        "staff/updates/progress.html",
        subject=subject,
        update=update,
        tags=list(texts),
        title=subjects_of([update.id], locales=_own_locales()).get(update.id),
        progress=progress_of(update),
        names=names_of([update.staff_id]),
        can_go_on=update.ended_at and utc_now() - update.ended_at < KEEP_STOPPED,
        keep_days=KEEP_STOPPED.days,
    )


def _saved(subject: Subject, update_id: int) -> ResponseReturnValue:
    """Where the button says: to the preview, to the checks, or back to the text."""
    flash(_("Saved."))
    texts = list(texts_of(update_id))
    then = request.form.get("then")
    if then == "preview" and texts:
        tag = current_locale() if current_locale() in texts else texts[0]
        return _to("preview", subject, update_id=update_id, tag=tag)
    return _to("check" if then == "check" else "edit", subject, update_id=update_id)


def _to(endpoint: str, subject: Subject, **values: Any) -> ResponseReturnValue:
    values |= {"campaign_id": subject.campaign_id, "action_id": subject.id}
    return redirect(url_for(f".{endpoint}", **values), 303)


@bp.app_context_processor
def languages() -> dict[str, Any]:
    return {"languages_in_order": lambda: ", ".join(map(language_name, locales()))}


def _sent() -> Any:
    return request.form if request.method == "POST" else None


def _own_locales() -> tuple[str, ...]:
    return (current_locale(), *locales())


def _languages(subject: Subject, *written: str) -> list[str]:
    """Those of the action that are served, and those that have a text already, in their order."""
    return [tag for tag in locales() if tag in {*subject.written, *written}] or [locales()[0]]


def _subject_or_404(campaign_id: int, action_id: int) -> Subject:
    return find_subject(campaign_id, action_id, locales=_own_locales()) or abort(404)


def _both_or_404(campaign_id: int, action_id: int, update_id: int) -> tuple[Subject, Update]:
    subject = _subject_or_404(campaign_id, action_id)
    return subject, find_update(action_id, update_id) or abort(404)


def _draft_or_404(campaign_id: int, action_id: int, update_id: int) -> tuple[Subject, Update]:
    subject, update = _both_or_404(campaign_id, action_id, update_id)
    if update.status != "draft":
        raise writing.NoDraft
    return subject, update


def _id(text: str) -> int:
    """A number that a database takes for an id; anything else is left out."""
    number = int(text)
    if not 0 < number < 2**31:
        raise ValueError
    return number
