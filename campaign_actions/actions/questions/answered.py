"""The answers of one person in words."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, RowMapping, select

from campaign_actions.actions.models import QUESTION_KEY, Action, ActionText
from campaign_actions.actions.questions.asked import AskedQuestion, known_questions


class HasAnswers(Protocol):
    """A signature, or a row of its columns."""

    action_id: Any
    answers: Any
    locale: Any


@dataclass(frozen=True)
class Answered:
    """`label`: the question as it is asked now, in the language of the reader if there is such a text.

    `purpose`: that of the question.
    """

    key: str
    label: str
    answer: str
    purpose: str = "team"


def is_of_question(name: str) -> bool:
    """Whether an answer is that to a question of the action, and not one of its kind."""
    return QUESTION_KEY.fullmatch(name) is not None


def answered_questions(
    connection: Connection, signature: HasAnswers | RowMapping, *, words_in: str = ""
) -> list[Answered]:
    """In the order of the questions. A question that no longer exists is named by its key.

    `words_in`: the language of the reader, if that is not the person who signed.
    """
    row = signature if isinstance(signature, RowMapping) else vars_of(signature)
    given = {key: value for key, value in row["answers"].items() if is_of_question(key)}
    if not given:
        return []
    action = select(Action.questions).where(Action.id == row["action_id"])
    texts = question_texts(connection, row["action_id"], (words_in, row["locale"]))
    known = known_questions(connection.scalar(action) or {}, texts)
    found = [
        Answered(one.key, one.label or one.key, one.in_words(given.pop(one.key)), one.purpose)
        for one in known
        if one.key in given
    ]
    return [*found, *(Answered(key, key, str(value)) for key, value in given.items())]


def former_answers(
    questions: Iterable[AskedQuestion], signature: HasAnswers, others: Container[str]
) -> list[Answered]:
    """Those to questions that are no longer asked. `others`: the answers that the form does not ask for."""
    given = {key: value for key, value in signature.answers.items() if key in others}
    return [
        Answered(one.key, one.label, one.in_words(given[one.key]), one.purpose)
        for one in questions
        if one.key in given and one.label
    ]


def vars_of(signature: HasAnswers) -> dict[str, Any]:
    return {name: getattr(signature, name) for name in ("action_id", "answers", "locale")}


def question_texts(
    connection: Connection, action_id: int, locales: Sequence[str]
) -> dict[str, dict[str, str]]:
    """The texts of each question in the first of these languages that has them, or else in any.

    A choice that is not translated keeps its words in the next one.
    """
    rows = select(ActionText.locale, ActionText.questions).filter_by(action_id=action_id)
    place = {locale: number for number, locale in enumerate(dict.fromkeys(locales))}
    texts = sorted(
        connection.execute(rows), key=lambda row: (place.get(row.locale, len(place)), row.locale)
    )
    found: dict[str, dict[str, str]] = {}
    for row in texts:
        for key, words in row.questions.items():
            if words.get("label"):
                found[key] = words | found.get(key, {})
    return found
