"""Answers in exported files that have to be deleted before the files, because their form said so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from pyroaring import BitMap64
from sqlalchemy import Connection, select

from campaign_actions.actions.models import Action, Signature
from campaign_actions.actions.personal_data.purposes import ANSWERS, Purpose
from campaign_actions.actions.questions.contact_data import purposes_of_questions

DAY = timedelta(days=1)
ASKED_AHEAD = timedelta(days=7)  # otherwise the next answers of a running action are due at once
ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class ExpiringQuestion:
    """A question whose answers are kept for some days only, and have a column in a file."""

    action_id: int
    key: str
    keep_days: int

    @property
    def column(self) -> str:
        return f"{ANSWERS}{self.key}"

    def last_day(self, now: datetime) -> date:
        """Answers of people who took part on that day (UTC) or earlier have to be deleted.

        It includes answers that are due within a week, so a holder is asked once a week at most.
        """
        return (now.astimezone(UTC) + ASKED_AHEAD - timedelta(days=self.keep_days)).date()


def expiring_questions(actions: Iterable[Action], purpose: Purpose) -> list[ExpiringQuestion]:
    """Those whose answers a file for this purpose has."""
    return [
        ExpiringQuestion(action.id, key, action.questions[key]["keep_days"])
        for action in actions
        for key, recipients in purposes_of_questions(action).items()
        if action.questions[key].get("keep_days") and purpose.has_answer(recipients)
    ]


def find_first_due(
    connection: Connection,
    questions: Sequence[ExpiringQuestion],
    ids: BitMap64,
    *,
    deleted_at: datetime | None = None,
) -> datetime | None:
    """When the first answer of these signatures has to be deleted; None if there is none.

    `deleted_at`: answers up to the `last_day()` of that moment have been deleted already.
    """
    dues = [_first_due(connection, question, ids, deleted_at) for question in questions]
    return min(filter(None, dues), default=None)


def _first_due(
    connection: Connection,
    question: ExpiringQuestion,
    ids: BitMap64,
    deleted_at: datetime | None,
) -> datetime | None:
    rows = select(Signature.id, Signature.signed_at).where(
        Signature.action_id == question.action_id,
        Signature.answers[question.key].as_string().is_not(None),
    )
    if deleted_at:
        next_day = datetime.combine(question.last_day(deleted_at) + DAY, time(), UTC)
        rows = rows.where(Signature.signed_at >= next_day)
    options = {"yield_per": ROWS_AT_ONCE}
    with connection.execute(rows.order_by(Signature.signed_at), execution_options=options) as found:
        first = next((row.signed_at for row in found if row.id in ids), None)
    return first and first + timedelta(days=question.keep_days)
