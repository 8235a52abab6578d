"""How many people gave which answer, among the newest signatures of an action.

The limit keeps the page as fast with a million signatures; an export has all answers.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from campaign_actions.actions.models import Signature
from campaign_actions.actions.questions.asked import AskedQuestion, Choice

MAX_READ = 2000  # signatures


@dataclass(frozen=True)
class AnswerCount:
    """`choices`: with a number for each, in their order; empty for other types."""

    question: AskedQuestion
    people: int
    choices: tuple[tuple[Choice, int], ...]


@dataclass(frozen=True)
class AnswerCounts:
    """`people`: all who have confirmed. `is_part`: there are older signatures, which were not read."""

    people: int
    is_part: bool
    questions: tuple[AnswerCount, ...]


def count_answers(
    connection: Connection, action_id: int, questions: Iterable[AskedQuestion]
) -> AnswerCounts:
    newest = select(Signature.status, Signature.answers).where(Signature.action_id == action_id)
    newest = newest.order_by(Signature.signed_at.desc(), Signature.id.desc()).limit(MAX_READ + 1)
    rows = connection.execute(newest).all()
    confirmed = [row.answers for row in rows[:MAX_READ] if row.status == "confirmed"]
    given = Counter(pair for answers in confirmed for pair in answers.items())
    answered = Counter(key for answers in confirmed for key in answers)
    found = tuple(
        AnswerCount(
            one, answered[one.key], tuple((each, given[one.key, each.key]) for each in one.choices)
        )
        for one in questions
        if answered[one.key]
    )
    return AnswerCounts(len(confirmed), len(rows) > MAX_READ, found)
