"""The form of an action with the fields of its questions."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any, Self

from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.fields.core import UnboundField

from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.kinds.base import ActionKind
from campaign_actions.actions.models import Signature
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.questions.asked import (
    BIRTH_YEAR,
    CHOICE,
    ORGANISATION,
    PHONE,
    POSTCODE,
    TEXT,
    AskedQuestion,
)
from campaign_actions.core.forms.answer_fields import (
    ChoiceAnswer,
    LongAnswer,
    OrganisationAnswer,
    PhoneAnswer,
    PostcodeAnswer,
    YearAnswer,
    min_age_in_words,
)
from campaign_actions.core.forms.postcodes import example_postcode

MOST_FORMS = 200  # of actions in their languages
SAMPLE_YEAR = "1930"  # of someone old enough for every action
# The recipient of the answer, as the form names it below the help.
RECIPIENTS: Mapping[str, LazyString] = {
    "team": _l("Only our team sees your answer."),
    "handover": _l("We pass your answer on to the addressee with your name."),
    "crm": _l("Our team sees your answer, and so does the program that sends our updates."),
}

NO_POSTCODES = _l("Leave it empty if your country has no postcodes.")


class QuestionsForm(SignForm):
    """A form with questions."""

    @classmethod
    def to_confirm(cls, signature: Signature, sent: MultiDict[str, str] | None) -> Self:
        """Answers of the person pass unchanged; questions that they were not asked are optional."""
        form = super().to_confirm(signature, sent)
        for name in form.question_fields:
            form[name].accept(signature.answers.get(name))
        return form


def form_class(action: PublicAction) -> type[SignForm]:
    """The form of its kind, with the questions of the action if it has any."""
    if not action.questions:
        return action.kind.form
    return _with_questions(action.kind, action.questions)


def fields_to_show(
    kind: ActionKind, questions: tuple[AskedQuestion, ...], *, prefix: str
) -> SignForm:
    """The form of which a page shows only `question_fields`. `prefix`: of their ids."""
    return _with_questions(kind, questions)(None, prefix=prefix, meta={"csrf": False})


def who_gets(question: AskedQuestion) -> str:
    """The recipient of the answer, and when it is deleted if that is earlier than the rest."""
    recipient = str(RECIPIENTS[question.purpose])
    if not question.keep_days:
        return recipient
    if question.purpose == "handover":
        deleted = ngettext(
            "We delete our copies %(num)d day after you take part. The addressee may keep theirs.",
            "We delete our copies %(num)d days after you take part. The addressee may keep theirs.",
            question.keep_days,
        )
        return f"{recipient} {deleted}"
    deleted = ngettext(
        "We delete it %(num)d day after you take part.",
        "We delete it %(num)d days after you take part.",
        question.keep_days,
    )
    return f"{recipient} {deleted}"


def others_who_get(purpose: str) -> str:
    """The recipients of an answer, if it is not only for our team; else empty."""
    return "" if purpose == "team" else str(RECIPIENTS[purpose])


def sample_answer(question: AskedQuestion, country: str) -> str:
    """An answer that the form accepts, for a test signature of someone in this country."""
    if question.type == CHOICE:
        return next(choice.key for choice in question.choices if not choice.is_off)
    samples = {
        POSTCODE: example_postcode(question.country or country) or "12345",
        PHONE: "+44 20 7946 0018",
        BIRTH_YEAR: SAMPLE_YEAR,
    }
    return samples.get(question.type, "Test")


@lru_cache(MOST_FORMS)
def _with_questions(kind: ActionKind, questions: tuple[AskedQuestion, ...]) -> type[SignForm]:
    fields: dict[str, Any] = {one.key: _field(one) for one in questions}
    names = tuple(fields)
    return type(kind.form.__name__, (QuestionsForm, kind.form), fields | {"question_fields": names})


def _field(question: AskedQuestion) -> UnboundField:
    make = FIELDS[question.type]
    hint = LazyString(_hint, question)
    return make(question)(question.label, is_needed=question.is_required, hint=hint)


def _hint(question: AskedQuestion) -> str:
    """Each text is a line, since the help may have no full stop."""
    is_of_any_country = question.type == POSTCODE and not question.country
    no_postcodes = str(NO_POSTCODES) if question.is_required and is_of_any_country else ""
    has_age = question.type == BIRTH_YEAR and question.min_age
    min_age = min_age_in_words(question.min_age) if has_age else ""
    texts = (question.help, no_postcodes, min_age, who_gets(question))
    return "\n".join(text for text in texts if text)


def _choice(question: AskedQuestion) -> Callable[..., ChoiceAnswer]:
    labels = [(choice.key, choice.label, choice.is_off) for choice in question.choices]
    return partial(
        ChoiceAnswer,
        options=[(key, label) for key, label, is_off in labels if not is_off],
        former=[(key, label) for key, label, is_off in labels if is_off],
    )


FIELDS: Mapping[str, Callable[[AskedQuestion], Callable[..., Any]]] = {
    TEXT: lambda _question: LongAnswer,
    CHOICE: _choice,
    POSTCODE: lambda question: partial(PostcodeAnswer, country=question.country),
    PHONE: lambda _question: PhoneAnswer,
    BIRTH_YEAR: lambda question: partial(YearAnswer, min_age=question.min_age),
    ORGANISATION: lambda _question: OrganisationAnswer,
}
