"""Questions as people see them in one language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from campaign_actions.actions.questions.choice_order import in_order
from campaign_actions.actions.questions.stored import CHOICES, OFF_CHOICES, SETTINGS

TEXT, CHOICE, POSTCODE, PHONE, BIRTH_YEAR, ORGANISATION = TYPES = (
    "text",
    "choice",
    "postcode",
    "phone",
    "birth_year",
    "organisation",
)


@dataclass(frozen=True)
class Choice:
    """`key`: what is stored, the same whatever the choice is called. `is_off`: not offered any longer."""

    key: str
    label: str
    is_off: bool = False


@dataclass(frozen=True)
class AskedQuestion:
    """A question in one language. Its settings are those of stored.py."""

    key: str
    type: str
    label: str
    help: str
    is_required: bool
    purpose: str
    keep_days: int
    country: str
    min_age: int
    is_off: bool
    choices: tuple[Choice, ...]

    @property
    def has_idle_min_age(self) -> bool:
        """Whether people get round its minimum age by leaving it empty: older questions can be so."""
        return self.type == BIRTH_YEAR and bool(self.min_age) and not self.is_required

    def with_texts(self, texts: Mapping[str, str]) -> "AskedQuestion":
        """The same with other texts, as far as there are any."""
        choices = tuple(replace(one, label=texts.get(one.key) or one.label) for one in self.choices)
        label, help_text = texts.get("label") or self.label, texts.get("help") or self.help
        return replace(self, label=label, help=help_text, choices=choices)

    def in_words(self, answer: object) -> str:
        """An answer as people read it: for a choice, what it is called now."""
        names = {choice.key: choice.label for choice in self.choices}
        return names.get(str(answer), str(answer))


def asked_and_former(
    settings: Mapping[str, Any] | None, texts: Mapping[str, Mapping[str, str]] | None
) -> tuple[tuple[AskedQuestion, ...], tuple[AskedQuestion, ...]]:
    """The questions of an action that a form asks, and the others.

    One that is switched off, or has no text in the language, is not asked.
    """
    known = known_questions(settings, texts or {}) if settings else []
    return (
        tuple(one for one in known if can_be_asked(one)),
        tuple(one for one in known if not can_be_asked(one)),
    )


def known_questions(
    settings: Mapping[str, Mapping[str, Any]], texts: Mapping[str, Mapping[str, str]]
) -> list[AskedQuestion]:
    """All questions of an action, also those that people answered before they were switched off."""
    found = [_question(key, one, texts.get(key) or {}) for key, one in settings.items()]
    places = {key: (one.get("position") or 0, key) for key, one in settings.items()}
    return sorted(found, key=lambda one: places[one.key])


def can_be_asked(question: AskedQuestion) -> bool:
    has_choices = any(not choice.is_off for choice in question.choices)
    return bool(
        question.label
        and not question.is_off
        and question.type in TYPES
        and (has_choices or question.type != CHOICE)
    )


def is_complete(question: AskedQuestion, source: AskedQuestion) -> bool:
    """Whether a question has a text in its language wherever it has one in the source language."""
    return next(missing_texts(question, source), None) is None


def missing_texts(question: AskedQuestion, source: AskedQuestion) -> Iterator[str]:
    """The names of the texts that it needs and has not, in the order of its form."""
    if not question.label:
        yield "label"
    if source.help and not question.help:
        yield "help"
    wanted = {one.key for one in source.choices if not one.is_off}
    missing = wanted - {one.key for one in question.choices}
    yield from (choice for choice in CHOICES if choice in missing)


def _question(key: str, stored: Mapping[str, Any], texts: Mapping[str, str]) -> AskedQuestion:
    settings: dict[str, Any] = {**SETTINGS, **stored}
    return AskedQuestion(
        key=key,
        type=settings["type"],
        label=texts.get("label", ""),
        help=texts.get("help", ""),
        is_required=settings["is_required"],
        purpose=settings["purpose"],
        keep_days=settings["keep_days"],
        country=settings["country"],
        min_age=settings["min_age"],
        is_off=settings["is_off"],
        choices=tuple(
            Choice(choice, texts[choice], bool(settings[OFF_CHOICES[choice]]))
            for choice in in_order(CHOICES, settings["choice_order"])
            if texts.get(choice)
        ),
    )
