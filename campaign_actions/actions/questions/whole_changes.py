"""Questions that only one of two contents has: staff read each as one change, with all that it asks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from campaign_actions.actions.field_labels import LABELS, format_value
from campaign_actions.actions.questions.edit_forms import OF_TYPES
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
NOT_SHOWN = {"position"}


@dataclass(frozen=True)
class QuestionFact:
    """A text or setting in words. `locale`: of a text."""

    label: str
    value: str
    locale: str = ""


@dataclass(frozen=True)
class WholeQuestion:
    """A new question, or one that is gone.

    `facts`: its texts in one language, and its settings. `others`: its texts in other languages, by language.
    """

    label: str
    facts: tuple[QuestionFact, ...]
    others: Mapping[str, tuple[QuestionFact, ...]]

    @property
    def locales(self) -> frozenset[str]:
        return frozenset(fact.locale for fact in self.facts if fact.locale) | self.others.keys()


def whole_questions(
    old: Content, new: Content, names: Mapping[str, str], tags: Sequence[str]
) -> dict[str, WholeQuestion]:
    """By `questions.<key>`. `names`: the texts of questions by key, as question_names() finds them.

    `tags`: the languages in their order, the source language first.
    """
    before, after = questions_in(old), questions_in(new)
    found = {}
    for key in before.keys() ^ after.keys():
        question, text = (before | after)[key], names.get(key) or key
        label = _("New question “%(text)s”", text=text)
        if key in before:
            label = _("Removed question “%(text)s”", text=text)
        found[f"{PREFIX}.{key}"] = _whole(label, question, tags)
    return found


def question_order(*contents: Content) -> list[str]:
    """The keys of all questions in their order. The first content with a question decides."""
    return list(dict.fromkeys(key for content in contents for key in questions_in(content)))


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


def _whole(label: str, question: Question, tags: Sequence[str]) -> WholeQuestion:
    texts, labels = texts_of(question), LABELS["action"]
    by_language = {
        locale: tuple(
            QuestionFact(str(labels[PREFIX, field]), texts[locale][field], locale)
            for field in TEXTS
            if field in texts[locale]
        )
        for locale in dict.fromkeys((*tags, *texts))
        if locale in texts
    }
    first = next(iter(by_language), "")
    named = (
        replace(fact, label=label_in_languages(fact.label, [first]))
        for fact in by_language.pop(first, ())
    )
    return WholeQuestion(label, (*named, *_settings(question)), by_language)


def _settings(question: Question) -> Iterator[QuestionFact]:
    for field in (*ALWAYS_SHOWN, *(name for name in SETTINGS if name not in ALWAYS_SHOWN)):
        if _is_shown(field, question):
            value = question.get(field) or SETTINGS[field]
            label = str(LABELS["action"][PREFIX, field])
            yield QuestionFact(label, format_value(f"{PREFIX}..{field}", value))


def _is_shown(setting: str, question: Question) -> bool:
    if setting in ALWAYS_SHOWN:
        return True
    is_usual = (question.get(setting) or SETTINGS[setting]) == SETTINGS[setting]
    is_of_type = question["type"] in OF_TYPES.get(setting, (question["type"],))
    return setting not in NOT_SHOWN and is_of_type and not is_usual
