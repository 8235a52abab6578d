"""Checks of an action’s own questions: their texts in a language, and the consent text that covers them."""

from collections.abc import Iterator
from functools import partial

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.models import OWN_QUESTIONS, Action
from campaign_actions.actions.personal_data.later_uses import uses_covered_now
from campaign_actions.actions.questions.answer_counts import count_answers
from campaign_actions.actions.questions.asked import (
    CHOICE,
    AskedQuestion,
    is_complete,
    known_questions,
    missing_texts,
)
from campaign_actions.actions.questions.contact_data import contact_questions
from campaign_actions.actions.questions.labels import CONTACT_DATA, IDLE_MIN_AGE
from campaign_actions.actions.questions.stored import (
    MAX_QUESTIONS,
    read_questions,
    texts_in_locale,
)
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale import current_locale, language_here
from campaign_actions.publishing.findings import (
    Finding,
    consent_url,
    question_text_url,
    questions_url,
)
from campaign_actions.publishing.queries import Plan, text_of, title_of


def check_questions(plan: Plan, locale: str) -> Iterator[Finding]:
    for action in plan.actions:
        if action.questions and text_of(action, locale):
            yield from _check_action(plan, action, locale)


def check_required(plan: Plan, action: Action, finding: partial[Finding]) -> Iterator[Finding]:
    """Of an open action, in any language: the questions that people could leave empty until now."""
    public = plan.rows.actions.get(action.id) if plan.rows else None
    if not action.questions or public is None:
        return
    before = {one.key for one in known_questions(public.questions, {}) if _needs_answer(one)}
    texts = (text_of(action, tag) for tag in (current_locale(), plan.campaign.source_locale))
    words = next((text.questions for text in texts if text), {})
    for question in known_questions(action.questions, words):
        if _needs_answer(question) and question.key not in before:
            name = question.label or question.key
            yield finding(
                "warning",
                _("This question will need an answer: %(question)s", question=name),
                _(
                    "People who have the form open now will be asked for it. Nothing they wrote will be lost."
                ),
                questions_url(plan.campaign.id, action.id, question.key),
            )


def _needs_answer(question: AskedQuestion) -> bool:
    return question.is_required and not question.is_off


def _check_action(plan: Plan, action: Action, locale: str) -> Iterator[Finding]:
    title, tag = title_of(action, locale, plan.campaign.source_locale)
    finding = partial(Finding, subject=title, locale=tag, action_id=action.id)
    asked = {one.key: one for one in _questions(action, locale) if not one.is_off}
    if not asked:
        return
    if len(asked) > MAX_QUESTIONS:  # of two drafts, or of a change that was undone
        message = _("An action can ask eight questions at most. Switch off another one first.")
        yield finding("blocker", message, url=questions_url(plan.campaign.id, action.id))
    in_source = {one.key: one for one in _questions(action, plan.campaign.source_locale)}
    missing = [key for key, one in asked.items() if not is_complete(one, in_source[key])]
    for key in missing:
        yield _incomplete(plan, action, locale, asked[key], in_source[key])
    contact = contact_questions(action)
    for key, question in asked.items():
        url = questions_url(plan.campaign.id, action.id, key)
        is_in_source = locale == plan.campaign.source_locale  # said once, not in every language
        if is_in_source and key in contact and question.purpose == "handover":
            message = _(
                "The addressee will not get these answers: %(question)s", question=question.label
            )
            yield finding("blocker", message, str(CONTACT_DATA), url)
        if question.has_idle_min_age and is_in_source:
            message = _("The minimum age has no effect: %(question)s", question=question.label)
            yield finding("warning", message, str(IDLE_MIN_AGE), url)
        for message, remedy in _renamed_choices(action, question, locale):
            yield finding("warning", message, remedy, url)
    if not missing:
        url = questions_url(plan.campaign.id, action.id)
        yield finding("ok", _("The action’s questions are complete."), url=url)
    has_consent = (action.kind, locale) in plan.consents  # that there is none is another finding
    if has_consent and OWN_QUESTIONS not in uses_covered_now(action.kind, locale):
        yield finding(
            "blocker",
            _("The consent text does not say that forms may ask further questions."),
            _(
                "Publish a consent text that says so, and tick this use of data below it. Exports leave out"
                " the answers of people who agreed to an earlier text."
            ),
            consent_url(locale, action.kind, plan.campaign.id),
            permission="translations.view",
        )


def _incomplete(
    plan: Plan, action: Action, locale: str, question: AskedQuestion, source: AskedQuestion
) -> Finding:
    """The same in every language but for its place, so that a list has it once with all languages."""
    title, tag = title_of(action, current_locale(), plan.campaign.source_locale)
    name = source.label or question.key
    return Finding(
        "blocker",
        _("This question is not complete: %(question)s", question=name),
        _("Add the missing texts, or leave this language out."),
        question_text_url(
            plan.campaign.id, action.id, question.key, locale, next(missing_texts(question, source))
        ),
        subject=title,
        locale=tag,
        action_id=action.id,
        field=language_here(locale),
        can_leave_out=True,
    )


def _renamed_choices(
    action: Action, question: AskedQuestion, locale: str
) -> Iterator[tuple[str, str]]:
    """A message and a remedy for each that has other words than the public form, and was chosen there."""
    if question.type != CHOICE:
        return
    connection = db.session.connection()
    public = texts_in_locale(read_questions(connection, action.id), locale).get(question.key, {})
    renamed = {one.key for one in question.choices if public.get(one.key, one.label) != one.label}
    counts = count_answers(connection, action.id, [question]).questions if renamed else ()
    for choice, people in (pair for count in counts for pair in count.choices):
        if choice.key in renamed and people:
            old, new = public[choice.key], choice.label
            message = _("The answer “%(old)s” is now “%(new)s”.", old=old, new=new)
            yield message, _what_becomes_of_answers(people)


def _what_becomes_of_answers(people: int) -> str:
    chosen = ngettext(
        "%(num)d person has chosen it: their answer takes the new words.",
        "%(num)d people have chosen it: their answers take the new words.",
        people,
    )
    remedy = _("For another meaning, switch this answer off and add a new one.")
    return f"{chosen} {remedy}"


def _questions(action: Action, locale: str) -> list[AskedQuestion]:
    text = text_of(action, locale)
    return known_questions(action.questions, text.questions if text else {})
