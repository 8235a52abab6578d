"""The public page with the unsaved text of a form, for the frame beside it."""

from dataclasses import replace
from datetime import datetime

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    make_response,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_babel import refresh

from campaign_actions.actions.campaign_overview import (
    get_action_and_campaign,
    get_campaign_overview,
)
from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import QUESTION_KEY
from campaign_actions.actions.newest.closed import newest_others, newest_outcome
from campaign_actions.actions.newest.pages import NewestPages, find_newest_pages
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.questions.asked import (
    TYPES,
    AskedQuestion,
    can_be_asked,
    known_questions,
)
from campaign_actions.actions.questions.stored import (
    PREFIX,
    questions_in,
    settings_in,
    texts_in_locale,
)
from campaign_actions.actions.signatures.sample_emails import WRITTEN_MAILS, sample_mail
from campaign_actions.actions.view_models import (
    Context,
    action_page_context,
    campaign_page_context,
    sign_form,
)
from campaign_actions.campaigns.queries import PublicCampaign
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.previews.draft_overlay import action_with_draft, campaign_with_draft
from campaign_actions.web.http.security_headers import allow_being_framed, framed_mail
from campaign_actions.web.staff.access.authorization import needs
from campaign_actions.web.staff.questions.sent_form import question_form

bp = Blueprint("staff_previews_live", __name__, url_prefix="/staff/campaigns/<int:campaign_id>")


@bp.post("/preview/<text_locale>/")
@needs("campaigns.view")
def preview_campaign(campaign_id: int, text_locale: str) -> ResponseReturnValue:
    now = utc_now()
    known = get_campaign_overview(campaign_id, now=now).locales
    _switch_to(text_locale)
    newest = find_newest_pages(campaign_id, locale=text_locale, now=now)
    shown = campaign_with_draft(campaign_id, newest, request.form, known=known, now=now)
    return _framed_campaign(shown or abort(404), newest)


@bp.post("/archive/preview/<text_locale>/")
@needs("campaigns.publish")
def preview_archived(campaign_id: int, text_locale: str) -> ResponseReturnValue:
    """A page as archiving would leave it: with this result, the actions closed, and no draft published.

    `preview_of` in the form: the id of an action; empty: that of the campaign.
    """
    now = utc_now()
    public = {
        one.id for one in get_campaign_overview(campaign_id, now=now).actions if one.is_public
    }
    _switch_to(text_locale)
    pages = find_newest_pages(campaign_id, locale=text_locale, now=now, with_drafts=False)
    closed = [
        replace(one, is_open=False, closes_at=now) if one.is_open else one
        for one in pages.actions
        if one.id in public
    ]
    pages = replace(pages, actions=closed, campaign=_archived(pages.campaign or abort(404), now))
    if action := pages.find_action(request.form.get("preview_of", 0, int)):
        return _framed_action(action, pages)
    return _framed_campaign(pages.campaign or abort(404), pages)


def _archived(campaign: PublicCampaign, now: datetime) -> PublicCampaign:
    """With the results that are in the form, in its language and in others."""
    is_known = "no_result" not in request.form
    written = [name for name, text in request.form.items() if name.startswith("result_") and text]
    own = f"result_{g.locale}"
    return replace(
        campaign,
        archived_at=now,
        result=request.form.get(own, "") if is_known else "",
        has_result_elsewhere=is_known and any(name != own for name in written),
    )


@bp.post("/actions/<int:action_id>/preview/<text_locale>/")
@needs("campaigns.view")
def preview_action(campaign_id: int, action_id: int, text_locale: str) -> ResponseReturnValue:
    typed, newest = _typed_action(campaign_id, action_id, text_locale)
    return _framed_action(typed, newest)


@bp.post("/actions/<int:action_id>/questions/<question_key>/preview/<text_locale>/")
@needs("campaigns.edit")
def preview_question(
    campaign_id: int, action_id: int, question_key: str, text_locale: str
) -> ResponseReturnValue:
    """The form with the unsaved question in it. `type` in the address: that of a new one."""
    typed, newest = _typed_action(campaign_id, action_id, text_locale)
    content = _typed_questions(campaign_id, action_id, question_key)
    known = known_questions(settings_in(content), texts_in_locale(content, text_locale))
    questions = (one for one in known if can_be_asked(one) or _is_begun(one, question_key))
    typed = replace(typed, questions=tuple(questions))
    return _framed_action(typed, newest)


@bp.post("/actions/<int:action_id>/preview/<text_locale>/emails/<name>/")
@needs("campaigns.view")
def preview_email(
    campaign_id: int, action_id: int, text_locale: str, name: str
) -> ResponseReturnValue:
    """An email with the unsaved paragraph in it."""
    if name not in WRITTEN_MAILS:
        abort(404)
    typed, _newest = _typed_action(campaign_id, action_id, text_locale)
    return framed_mail(sample_mail(typed, name, days=current_app.config["CONFIRM_DAYS"]).html)


def _typed_action(
    campaign_id: int, action_id: int, text_locale: str
) -> tuple[PublicAction, NewestPages]:
    """An action with its unsaved text, and the pages that it belongs to."""
    now = utc_now()
    _campaign, found = get_action_and_campaign(campaign_id, action_id, now=now)
    _switch_to(text_locale)
    newest = find_newest_pages(campaign_id, locale=text_locale, now=now)
    typed = action_with_draft(found.ids, newest, request.form, known=found.locales, now=now)
    return typed or abort(404), newest


def _typed_questions(campaign_id: int, action_id: int, key: str) -> Content:
    """The content of an action with what was typed into the form of one question."""
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    content, _number = find_content(ACTION, action_id)
    known = questions_in(content)
    question = known.get(key) or {"type": request.args.get("type", ""), "position": len(known)}
    if question["type"] not in TYPES or not QUESTION_KEY.fullmatch(key):
        abort(404)
    form = question_form(campaign, action, key, question, content)
    form.require_age()
    own = {f"{PREFIX}.{key}.{name}": value for name, value in question.items()}
    return {**content, **own, **form.changes(content)}


def _is_begun(question: AskedQuestion, key: str) -> bool:
    """Whether this is the question that is being written, with a text but perhaps without answers."""
    return question.key == key and bool(question.label) and not question.is_off


def _switch_to(text_locale: str) -> None:
    """Show the rest of the page, too, in the language that is being written."""
    if text_locale not in known_locales():
        abort(404)
    g.locale = text_locale
    refresh()


def _picture_folder(campaign_id: int) -> str:
    return f"/staff/campaigns/{campaign_id}/appearance/"


def _framed_campaign(campaign: PublicCampaign, newest: NewestPages) -> Response:
    values = campaign_page_context(
        campaign,
        newest.actions,
        locale=newest.locale,
        now=utc_now(),
        pictures=_picture_folder(campaign.id),
        appearance=newest.appearance,
        partners=newest.partners,
    )
    return _framed("campaigns/show.html", values)


def _framed_action(action: PublicAction, newest: NewestPages) -> Response:
    values = action_page_context(
        action,
        sign_form(action),
        others=newest_others(newest, action.campaign_id, now=utc_now()),
        pictures=_picture_folder(action.campaign_id),
        appearance=newest.appearance_of(action.id),
    )
    values["elsewhere"] = newest_outcome(newest, action, now=utc_now())
    return _framed("actions/show.html", values)


def _framed(template: str, values: Context) -> Response:
    page = render_template("layout/framed.html", page=template, alternates={}, **values)
    return allow_being_framed(make_response(page))
