"""The questions of an action as their page lists them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import pgettext

from campaign_actions.actions.questions.asked import (
    BIRTH_YEAR,
    POSTCODE,
    AskedQuestion,
    is_complete,
    known_questions,
)
from campaign_actions.actions.questions.labels import RECIPIENT_LABELS, TYPE_LABELS, kept_in_words
from campaign_actions.actions.questions.stored import (
    questions_in,
    settings_in,
    texts_of,
)
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.i18n.countries import country_name
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.locale import current_locale


@dataclass(frozen=True)
class ListedQuestion:
    """With its text in the reader’s language, or else in any."""

    question: AskedQuestion
    locale: str  # of the text
    incomplete: list[str]  # the languages of the action in which it cannot be published yet
    facts: list[str]  # its settings in words
    can_go: bool  # nobody can have answered it

    @property
    def label(self) -> str:
        return self.question.label or self.question.key


def listed_questions(
    content: Content, locales: Sequence[str], answered: Iterable[str], *, source: str
) -> list[ListedQuestion]:
    """`answered`: the keys of those that people can have answered. `source`: the language of the source."""
    settings, kept = settings_in(content), set(answered)
    found = []
    for key, question in questions_in(content).items():
        written = texts_of(question)
        in_each = {
            tag: known_questions({key: settings[key]}, {key: written.get(tag, {})})[0]
            for tag in {*locales, source}
        }
        reader_first = sorted(locales, key=lambda tag: tag != current_locale())
        locale = next((tag for tag in reader_first if in_each[tag].label), source)
        texts = written.get(source, {}) | written.get(locale, {})
        known = known_questions({key: settings[key]}, {key: texts})[0]
        found.append(
            ListedQuestion(
                question=known,
                locale=locale if known.label else "en",
                incomplete=[
                    one for one in locales if not is_complete(in_each[one], in_each[source])
                ],
                facts=facts_of(known),
                can_go=key not in kept,
            )
        )
    return found


def facts_of(question: AskedQuestion) -> list[str]:
    """Its type, the minimum age, whether it is required, who gets the answers and how long they are kept."""
    has_age = question.type == BIRTH_YEAR and question.min_age
    return [
        _type_in_words(question),
        *([_("minimum age %(age)s", age=number(question.min_age))] if has_age else ()),
        pgettext("question", "required")
        if question.is_required
        else pgettext("question", "optional"),
        str(RECIPIENT_LABELS.get(question.purpose, question.purpose)),
        kept_in_words(question.keep_days),
    ]


def _type_in_words(question: AskedQuestion) -> str:
    label = str(TYPE_LABELS[question.type])
    if question.type == POSTCODE and question.country:
        return f"{label} ({country_name(question.country, current_locale())})"
    return label
