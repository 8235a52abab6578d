"""The columns of answers to the questions of actions, for one purpose.

A file has those whose question names its purpose; files of our team have all. They come last.
"""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Text, cast, null

from campaign_actions.actions.models import QUESTION_KEY, Action, Signature
from campaign_actions.actions.personal_data.purposes import ANSWERS, Purpose
from campaign_actions.actions.questions.asked import (
    BIRTH_YEAR,
    CHOICE,
    AskedQuestion,
    known_questions,
)
from campaign_actions.actions.questions.contact_data import purposes_of_questions
from campaign_actions.exports import Column

WRITTEN_BY_US = {CHOICE, BIRTH_YEAR}  # the other answers are as people typed them


def question_names(actions: Iterable[Action], purpose: Purpose) -> tuple[str, ...]:
    """Their names: `answers.` and the key of the question."""
    return tuple(f"{ANSWERS}{one.key}" for _action, one in _questions(actions, purpose))


def question_labels(actions: Iterable[Action], purpose: Purpose, words_in: str) -> dict[str, str]:
    """The texts of the questions by the name of their column, in this language or else in another."""
    found = _questions(actions, purpose, words_in)
    return {f"{ANSWERS}{one.key}": one.label for _action, one in found if one.label}


def question_columns(
    action: Action, actions: Sequence[Action], purpose: Purpose, *, words_in: str = ""
) -> tuple[Column, ...]:
    """Those of a file with several actions, for the rows of one of them.

    `words_in`: the language of headings and choices, if the file is for people to read. A question without
    a text in it keeps that of another language.
    """
    return tuple(
        Column(
            f"{ANSWERS}{question.key}",
            Signature.answers[question.key].as_string()
            if owner.id == action.id
            else cast(null(), Text),
            "plain" if question.type in WRITTEN_BY_US else "text",
            heading=question.label if words_in else "",
            words={one.key: one.label for one in question.choices} if words_in else None,
        )
        for owner, question in _questions(actions, purpose, words_in)
    )


def recipients_in(actions: Iterable[Action]) -> frozenset[str]:
    """The purposes for which at least one question of these actions is."""
    return frozenset(one for action in actions for one in purposes_of_questions(action).values())


def is_answer(name: str) -> bool:
    """Whether a column has the answers to a question of an action."""
    return bool(QUESTION_KEY.fullmatch(name.removeprefix(ANSWERS)))


def _questions(
    actions: Iterable[Action], purpose: Purpose, words_in: str = ""
) -> Iterator[tuple[Action, AskedQuestion]]:
    for action in actions:
        purposes = purposes_of_questions(action)
        for question in known_questions(action.questions, _texts(action, words_in)):
            if purpose.has_answer(purposes[question.key]):
                yield action, question


def _texts(action: Action, words_in: str) -> dict[str, dict[str, str]]:
    """The texts of each question in the language, or else in the source language, or in any."""
    if not words_in or not action.questions:
        return {}
    first = (words_in, action.campaign.source_locale)
    texts = sorted(action.texts, key=lambda one: (one.locale not in first, one.locale != words_in))
    found: dict[str, dict[str, str]] = {}
    for text in texts:
        for key, words in text.questions.items():
            if words.get("label"):
                found.setdefault(key, words)
    return found
