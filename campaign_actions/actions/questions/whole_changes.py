"""Questions that only one of two contents has: staff read each as one change, with all that it asks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from campaign_actions.actions.field_labels import LABELS, format_value
from campaign_actions.actions.questions.edit_forms import OF_TYPE
from campaign_actions.actions.questions.stored import (
    PREFIX,
    SETTINGS,
    TEXTS,
    Question,
    questions_in,
    texts_of,
)
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.i18n.list_format import label_in_languages

ALWAYS_SHOWN = ("type", "purpose", "keep_days")  # even with their usual values
FIRST = (*TEXTS, *ALWAYS_SHOWN)
NOT_SHOWN = {"position"}


@dataclass(frozen=True)
class QuestionFact:
    """A text or setting in words. `locale`: of a text."""

    label: str
    value: str
    locale: str = ""


@dataclass(frozen=True)
class WholeQuestion:
    """A new question, or one that is gone."""

    label: str
    facts: tuple[QuestionFact, ...]

    @property
    def locales(self) -> frozenset[str]:
        return frozenset(fact.locale for fact in self.facts if fact.locale)


def whole_questions(
    old: Content, new: Content, names: Mapping[str, str]
) -> dict[str, WholeQuestion]:
    """By `questions.<key>`. `names`: the texts of questions by key, as question_names() finds them."""
    before, after = questions_in(old), questions_in(new)
    found = {}
    for key in before.keys() ^ after.keys():
        question, text = (before | after)[key], names.get(key) or key
        label = _("New question “%(text)s”", text=text)
        if key in before:
            label = _("Removed question “%(text)s”", text=text)
        found[f"{PREFIX}.{key}"] = WholeQuestion(label, tuple(_facts(question)))
    return found


def names_with_whole(names: Iterable[str], whole: Mapping[str, WholeQuestion]) -> list[str]:
    """The names of fields, with one name for all of a question that is new or gone."""
    return list(dict.fromkeys(_owner(name, whole) for name in names))


def fields_of(name: str, *contents: Content) -> list[str]:
    """The fields that the name of a question stands for; any other name stands for itself."""
    if not name.startswith(f"{PREFIX}.") or name.count(".") > 1:
        return [name]
    return sorted({one for content in contents for one in content if one.startswith(f"{name}.")})


def _owner(name: str, whole: Mapping[str, WholeQuestion]) -> str:
    question = ".".join(name.split(".")[:2])
    return question if question in whole else name


def _facts(question: Question) -> Iterator[QuestionFact]:
    texts, labels = texts_of(question), LABELS["action"]
    for field in (*FIRST, *(name for name in SETTINGS if name not in FIRST)):
        label = labels[PREFIX, field]
        for locale in texts if field in TEXTS else ():
            if text := texts[locale].get(field):
                yield QuestionFact(label_in_languages(label, [locale]), text, locale)
        if field in SETTINGS and _is_shown(field, question):
            value = question.get(field) or SETTINGS[field]
            yield QuestionFact(str(label), format_value(f"{PREFIX}..{field}", value))


def _is_shown(setting: str, question: Question) -> bool:
    if setting in ALWAYS_SHOWN:
        return True
    is_usual = (question.get(setting) or SETTINGS[setting]) == SETTINGS[setting]
    is_of_type = OF_TYPE.get(setting, question["type"]) == question["type"]
    return setting not in NOT_SHOWN and is_of_type and not is_usual
