"""Answers are deleted some days after the person signed, if their question says so. The signature stays."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    cast,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from campaign_actions.actions.models import Action, AnswerDeletion, Signature
from campaign_actions.actions.naming import find_action_name
from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.core.db.session import Json, db, write_transaction
from campaign_actions.core.db.upsert import dialect_insert

BATCH_SIZE = 500  # signatures looked at in one transaction
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # before anyone signed


def delete_old_answers(now: datetime) -> int:
    """Delete answers whose time is over, one batch of each question. Returns their number.

    Signatures are looked at once, in the order of signing: `signed_until` says how far that has come. Someone
    who withdrew and signs again has a new time of signing, so their new answer is found as well.
    """
    deleted = 0
    for action_id, key, until in list(_due(now)):
        with write_transaction() as connection:
            deleted += _delete_batch(connection, action_id, key, until, now)
    return deleted


def _due(now: datetime) -> Iterator[tuple[int, str, datetime]]:
    """Each question with signatures that were not looked at, and until when they were signed."""
    connection = db.session.connection()
    asking = select(Action.id, Action.questions).where(cast(Action.questions, Text) != "{}")
    for action_id, questions in connection.execute(asking.order_by(Action.id)).all():
        for key, question in questions.items():
            days = question.get("keep_days") or 0
            until = now - timedelta(days=days)
            if days and _next_signed(connection, action_id, key, until) is not None:
                yield action_id, key, until
    db.session.commit()


def _next_signed(
    connection: Connection, action_id: int, key: str, until: datetime, *, skip: int = 0
) -> datetime | None:
    """When the next of the signatures was signed that were not looked at, or a later one."""
    times = select(Signature.signed_at).where(*_not_seen(connection, action_id, key, until))
    found: datetime | None = connection.scalar(
        times.order_by(Signature.signed_at).offset(skip).limit(1)
    )
    return found


def _not_seen(
    connection: Connection, action_id: int, key: str, until: datetime
) -> tuple[ColumnElement[bool], ...]:
    mark = select(AnswerDeletion.signed_until).filter_by(action_id=action_id, question=key)
    seen = connection.scalar(mark)
    its = Signature.action_id == action_id, Signature.signed_at <= until
    return its if seen is None else (*its, Signature.signed_at > seen)


def _delete_batch(
    connection: Connection, action_id: int, key: str, until: datetime, now: datetime
) -> int:
    """The row of the question is locked first, so that two workers do not do the same at once."""
    row = {"action_id": action_id, "question": key}
    first = dialect_insert(connection.dialect.name)(AnswerDeletion)
    connection.execute(first.values(row | {"signed_until": LONG_AGO}).on_conflict_do_nothing())
    mark = select(AnswerDeletion.signed_until).filter_by(**row)
    connection.execute(mark.with_for_update())
    last = _next_signed(connection, action_id, key, until, skip=BATCH_SIZE - 1) or until
    where = _not_seen(connection, action_id, key, last)
    answered = Signature.answers[key].as_string().is_not(None)
    emptied = update(Signature).where(*where, answered)
    found = connection.execute(
        emptied.values(answers=_without(connection, key), updated_at=now)
    ).rowcount
    connection.execute(update(AnswerDeletion).filter_by(**row).values(signed_until=last))
    if found:
        add_entry(
            connection,
            "answers-deleted",
            actor=COMMAND,
            now=now,
            subject=find_action_name(connection, action_id),
            rows=found,
            action_id=action_id,
            question=key,
        )
    return found


def _without(connection: Connection, key: str) -> ColumnElement[object]:
    """The answers without one of them."""
    if connection.dialect.name == "postgresql":
        return cast(Signature.answers, JSONB).op("-")(cast(literal(key), Text))
    return func.json_remove(Signature.answers, f"$.{key}", type_=Json)
