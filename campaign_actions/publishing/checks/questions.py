"""Checks of an action’s own questions: their texts in a language, and the consent text that covers them."""

from collections.abc import Iterator
from functools import partial

from flask_babel import gettext as _

from campaign_actions.actions.models import OWN_QUESTIONS, Action
from campaign_actions.actions.personal_data.later_uses import uses_covered_now
from campaign_actions.actions.questions.asked import AskedQuestion, is_complete, known_questions
from campaign_actions.publishing.findings import Finding, consent_url, questions_url
from campaign_actions.publishing.queries import Plan, text_of, title_of


def check_questions(plan: Plan, locale: str) -> Iterator[Finding]:
    for action in plan.actions:
        if action.questions and text_of(action, locale):
            yield from _check_action(plan, action, locale)


def _check_action(plan: Plan, action: Action, locale: str) -> Iterator[Finding]:
    title, tag = title_of(action, locale, plan.campaign.source_locale)
    finding = partial(Finding, subject=title, locale=tag, action_id=action.id)
    asked = {one.key: one for one in _questions(action, locale) if not one.is_off}
    if not asked:
        return
    in_source = {one.key: one for one in _questions(action, plan.campaign.source_locale)}
    missing = [key for key, one in asked.items() if not is_complete(one, in_source[key])]
    for key in missing:
        question = in_source[key].label or key
        yield finding(
            "blocker",
            _("This question is not complete in this language: %(question)s", question=question),
            _("Add the missing texts, or leave this language out."),
            questions_url(plan.campaign.id, action.id, key),
            can_leave_out=True,
        )
    if not missing:
        url = questions_url(plan.campaign.id, action.id)
        yield finding("ok", _("The action’s questions are complete."), url=url)
    if OWN_QUESTIONS not in uses_covered_now(action.kind, locale):
        yield finding(
            "blocker",
            _("The consent text does not say that forms may ask further questions."),
            _(
                "Publish a consent text that says so, and tick this use of data below it. Exports leave out"
                " the answers of people who agreed to an earlier text."
            ),
            consent_url(locale, action.kind),
        )


def _questions(action: Action, locale: str) -> list[AskedQuestion]:
    text = text_of(action, locale)
    return known_questions(action.questions, text.questions if text else {})
