"""Scenes of the questions of an action: their list, and writing one of them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.action_overview import State
from campaign_actions.actions.questions.answer_counts import MAX_READ, AnswerCount, AnswerCounts
from campaign_actions.actions.questions.asked import TYPES, AskedQuestion
from campaign_actions.actions.questions.edit_forms import (
    BilingualQuestionForm,
    QuestionForm,
    QuestionTextForm,
)
from campaign_actions.actions.questions.labels import (
    IDLE_MIN_AGE,
    RECIPIENT_LABELS,
    TYPE_HINTS,
    TYPE_LABELS,
)
from campaign_actions.actions.questions.stored import MAX_QUESTIONS, Question
from campaign_actions.campaigns.save_form import OpenedForm
from campaign_actions.catalogs.preview.sample_campaign import NAME, SampleCampaign
from campaign_actions.catalogs.preview.sample_questions import SAMPLE_QUESTIONS
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.web.staff.questions.listed import ListedQuestion, facts_of
from campaign_actions.web.staff.questions.preview import rendered_fields
from campaign_actions.web.staff.translations.scenes.samples import (
    OTHER_LOCALE,
    make_action,
    make_campaign,
    staff_scene,
)

QUESTIONS = _l("Questions")
TAGS = (SOURCE, OTHER_LOCALE)
KEY = SAMPLE_QUESTIONS[0].key
ANSWERED: Question = {f"{SOURCE}.label": NAME, f"{SOURCE}.choice_1": NAME, "keep_days": 30}


def question_scenes() -> Iterator[Scene]:
    for state in ("some", "none", "signed", "closed", "archived"):
        values = partial(_list, state=state)
        yield staff_scene(f"questions-{state}", QUESTIONS, "questions/index", values)
    for question_type in TYPES:
        values = partial(_edit, state="new", question_type=question_type)
        yield staff_scene(f"question-{question_type}", QUESTIONS, "questions/edit", values)
    for state in ("answered", "wrong"):
        values = partial(_edit, state=state, question_type="choice")
        yield staff_scene(f"question-{state}", QUESTIONS, "questions/edit", values)
    values = partial(_edit, state="wrong", question_type="postcode")
    yield staff_scene("question-wrong-postcode", QUESTIONS, "questions/edit", values)
    values = partial(_edit, state="wrong", question_type="birth_year")
    yield staff_scene("question-wrong-year", QUESTIONS, "questions/edit", values)
    for can_go in (True, False):
        name = "question-remove" if can_go else "question-switch-off"
        yield staff_scene(name, QUESTIONS, "questions/remove", partial(_remove, can_go=can_go))


def _listed(*, can_go: bool) -> list[ListedQuestion]:
    return [
        ListedQuestion(
            question=one,
            locale=SOURCE,
            incomplete=[OTHER_LOCALE] if place else [],
            facts=facts_of(one),
            can_go=can_go,
        )
        for place, one in enumerate(_with_idle_min_age())
    ]


def _with_idle_min_age() -> list[AskedQuestion]:
    return [replace(one, is_required=not one.min_age) for one in SAMPLE_QUESTIONS]


def _list(sample: SampleCampaign, *, state: str) -> Values:
    over: Mapping[str, State] = {"closed": "closed", "archived": "archived"}
    action = make_action(sample, locales=TAGS, state=over.get(state, "open"))
    return {
        "campaign": make_campaign(sample),
        "action": action,
        "questions": [] if state == "none" else _listed(can_go=state == "some"),
        "preview": rendered_fields(action.kind, () if state == "none" else SAMPLE_QUESTIONS),
        "preview_locale": SOURCE,
        "types": TYPE_LABELS,
        "type_hints": TYPE_HINTS,
        "is_full": state == "signed",
        "asked": len(SAMPLE_QUESTIONS),
        "most": MAX_QUESTIONS,
        "is_signed": state == "signed",
        "counts": _counts() if state == "signed" else AnswerCounts(0, False, ()),
        "most_read": MAX_READ,
        "idle_min_age": IDLE_MIN_AGE,
    }


def _counts() -> AnswerCounts:
    found = (
        AnswerCount(one, 30, tuple((choice, 10) for choice in one.choices))
        for one in SAMPLE_QUESTIONS
    )
    return AnswerCounts(40, True, tuple(found))


def _edit(sample: SampleCampaign, *, state: str, question_type: str) -> Values:
    question: Question = {"type": question_type}
    sent = MultiDict({"type": "", "country": "ZZ", "min_age": "…"}) if state == "wrong" else None
    tags = TAGS[:1] if state == "new" else TAGS
    texts = {tag: QuestionTextForm(sent, prefix=f"{tag}.") for tag in tags}
    form = BilingualQuestionForm(QuestionForm(sent), texts, {}, is_submitted=sent is not None)
    form.is_full = state == "wrong"
    answered = ANSWERED if state == "answered" else None
    form.set_up(question, recipients=RECIPIENT_LABELS, answered=answered)
    if state == "wrong":
        form.answered = ANSWERED if question_type == "choice" else None
        form.validate()
    if state == "answered":
        texts[SOURCE].choice_1.data = texts[SOURCE].choice_2.data = NAME
    if state == "new":
        form.own.leave_out("type")
    return {
        "campaign": make_campaign(sample),
        "action": make_action(sample, locales=TAGS),
        "form": form,
        "question": question,
        "key": KEY,
        "types": TYPE_LABELS,
        "idle_min_age": IDLE_MIN_AGE,
        "opened": OpenedForm(1),
        "is_new": state == "new",
        "moved": "",
        "moved_to": "",
    }


def _remove(sample: SampleCampaign, *, can_go: bool) -> Values:
    question = _listed(can_go=can_go)[0]
    return {
        "campaign": make_campaign(sample),
        "action": make_action(sample, locales=TAGS),
        "question": question,
    }
