"""Pages of the questions that an action asks on its form."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import CampaignOverview, get_action_and_campaign
from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import QUESTION_KEY
from campaign_actions.actions.questions.answer_counts import MAX_READ, count_answers
from campaign_actions.actions.questions.asked import TYPES
from campaign_actions.actions.questions.labels import IDLE_MIN_AGE, TYPE_HINTS, TYPE_LABELS
from campaign_actions.actions.questions.stored import (
    MAX_QUESTIONS,
    PREFIX,
    Question,
    asked_in,
    is_signed,
    new_key,
    order_changes,
    questions_in,
    removal_changes,
)
from campaign_actions.campaigns.positions import swap_with_neighbour
from campaign_actions.campaigns.save_form import (
    OpenedForm,
    opened_version,
    save_messages,
    save_submitted,
)
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.publishing.checklist import page_after_saving
from campaign_actions.web.staff.questions.listed import ListedQuestion, listed_questions
from campaign_actions.web.staff.questions.preview import preview_locale, preview_of
from campaign_actions.web.staff.questions.sent_form import (
    answered_in,
    languages_of,
    question_form,
)
from campaign_actions.web.staff.second_language import columns_of, is_switch, switch_language

bp = Blueprint(
    "staff_questions",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/questions",
)


@bp.get("/")
@needs("campaigns.edit")
def index(campaign_id: int, action_id: int) -> ResponseReturnValue:
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    content, _number = find_content(ACTION, action_id)
    tag = preview_locale(request.args.get("in", ""), action)
    listed = _listed(campaign, action, content)
    return render_template(
        "staff/questions/index.html",
        campaign=campaign,
        action=action,
        questions=listed,
        counts=count_answers(db.session.connection(), action_id, [one.question for one in listed]),
        types=TYPE_LABELS,
        type_hints=TYPE_HINTS,
        preview=preview_of(content, action, tag),
        preview_locale=tag,
        is_full=len(asked_in(content)) >= MAX_QUESTIONS,
        asked=len(asked_in(content)),
        most=MAX_QUESTIONS,
        most_read=MAX_READ,
        idle_min_age=IDLE_MIN_AGE,
        is_signed=is_signed(db.session.connection(), action_id),
    )


@bp.route("/new/<question_type>/", methods=["GET", "POST"])
@needs("campaigns.edit")
def new(campaign_id: int, action_id: int, question_type: str) -> ResponseReturnValue:
    """The key of the question is made with the page, so that sending it twice adds one."""
    if question_type not in TYPES:
        abort(404)
    _campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    if action.state == "archived":  # its page says why
        return redirect(url_for(".index", **action.ids), 303)
    content, _number = find_content(ACTION, action_id)
    key = request.form.get("key", "") if request.method == "POST" else new_key()
    if not QUESTION_KEY.fullmatch(key):
        abort(400)
    if key in questions_in(content):
        return redirect(url_for(".index", campaign_id=campaign_id, action_id=action_id), 303)
    return _edit(campaign_id, action_id, key, {"type": question_type}, is_new=True)


@bp.route("/<question_key>/", methods=["GET", "POST"])
@needs("campaigns.edit")
def edit(campaign_id: int, action_id: int, question_key: str) -> ResponseReturnValue:
    question = _question(campaign_id, action_id, question_key)
    return _edit(campaign_id, action_id, question_key, question)


@bp.post("/<question_key>/move/")
@needs("campaigns.edit")
def move(campaign_id: int, action_id: int, question_key: str) -> ResponseReturnValue:
    _question(campaign_id, action_id, question_key)
    content, number = find_content(ACTION, action_id)
    keys = list(questions_in(content))
    step = {"up": -1, "down": 1}.get(request.form.get("to", "")) or abort(400)
    if swap_with_neighbour(keys, question_key, step):
        _save(action_id, order_changes(keys), number)
    return redirect(url_for(".index", campaign_id=campaign_id, action_id=action_id), 303)


@bp.route("/<question_key>/remove/", methods=["GET", "POST"])
@needs("campaigns.edit")
def remove(campaign_id: int, action_id: int, question_key: str) -> ResponseReturnValue:
    """A question that people can have answered is switched off instead."""
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    _question(campaign_id, action_id, question_key)
    content, number = find_content(ACTION, action_id)
    listed = _listed(campaign, action, content)
    question = next(one for one in listed if one.question.key == question_key)
    if request.method == "GET":
        page = "staff/questions/remove.html"
        return render_template(page, campaign=campaign, action=action, question=question)
    off = {f"{PREFIX}.{question_key}.is_off": True}
    _save(action_id, removal_changes(content, question_key) if question.can_go else off, number)
    flash(_("Question removed") if question.can_go else _("Question switched off"))
    return redirect(url_for(".index", campaign_id=campaign_id, action_id=action_id), 303)


def _edit(
    campaign_id: int, action_id: int, key: str, question: Question, *, is_new: bool = False
) -> ResponseReturnValue:
    """Settings, and texts in all languages of the action."""
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    content, number = find_content(ACTION, action_id)
    form = question_form(campaign, action, key, question, content)
    shown = {"campaign": campaign, "action": action, "form": form, "question": question, "key": key}
    shown |= {"types": TYPE_LABELS, "idle_min_age": IDLE_MIN_AGE}
    also: Content = {}
    if is_new:
        form.own.leave_out("type")
        place = len(questions_in(content))
        also = {f"{PREFIX}.{key}.type": question["type"], f"{PREFIX}.{key}.position": place}
    saved = OpenedForm(number)
    moved, _dot, to = request.form.get("move", "").partition(".")
    if is_switch():
        saved = switch_language(columns_of([*form.shown])[1])
    elif moved:
        form.move_choice(moved, to) or abort(400)
        saved = OpenedForm(opened_version(request.form), is_unsaved=True)
    elif request.method == "POST":
        made = save_submitted(
            ACTION, action_id, form, request.form, by=current_staff(), now=utc_now(), also=also
        )
        if not isinstance(made, OpenedForm):
            for message in save_messages(made):
                flash(message)
            there = page_after_saving(campaign_id, action_id)
            return redirect(there.address if there else url_for(".index", **action.ids), 303)
        saved = made
    page = "staff/questions/edit.html"
    html = render_template(page, **shown, opened=saved, is_new=is_new, moved=moved, moved_to=to)
    return html, saved.status


def _listed(
    campaign: CampaignOverview, action: ActionOverview, content: Content
) -> list[ListedQuestion]:
    languages, answered = languages_of(campaign, action), answered_in(action.id)
    return listed_questions(content, languages, answered, source=campaign.source_locale)


def _question(campaign_id: int, action_id: int, key: str) -> Question:
    get_action_and_campaign(campaign_id, action_id, now=utc_now())
    return questions_in(find_content(ACTION, action_id)[0]).get(key) or abort(404)


def _save(action_id: int, changes: Content, opened_at: int) -> None:
    save_changes(ACTION, action_id, changes, opened_at=opened_at, by=current_staff(), now=utc_now())
