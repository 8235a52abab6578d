"""The signatures and emails of one person, and tries of their codes, for someone who asks for their data."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from campaign_actions.actions.models import (
    CodeTries,
    Comment,
    ConsentText,
    InvalidationBatch,
    Signature,
)
from campaign_actions.actions.naming import find_action_name
from campaign_actions.actions.questions.answered import answered_questions, is_of_question
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.core.db.session import Base, JsonValue, write_transaction
from campaign_actions.core.security.email_address import email_key
from campaign_actions.core.switches.state import email_clock
from campaign_actions.outbox.models import BulkRecipient, OutboxMail

Data = dict[str, JsonValue]
# Columns whose names say little to the person; the others keep theirs.
READABLE_NAMES: Mapping[str, str] = {
    "about": "action",
    "action_id": "action",
    "due_at": "next_step_at",
    "email_key": "email_code",
    "locale": "language",
    "next_action_id": "next_action",
    "public_id": "signature_id",
    "recipient": "email",
    "update_id": "update",
}
# Columns of a signature that are replaced by what they refer to.
REFERENCES = {"consent_version", "invalidation_batch_id", "answers"}


def find_all_about(email: str, *, now: datetime, actor: str = COMMAND) -> Data | None:
    """Everything about a person, given their address in any spelling; None if there are none.

    The audit log records that someone looked and at which signatures, but not the address.
    """
    key = email_key(email)
    with write_transaction() as connection:
        signatures = _rows(connection, Signature, key)
        emails = _rows(connection, OutboxMail, key)
        tries, noted = _tries(connection, key), _noted_updates(connection, key)
        data: Data = {
            "signatures": [_signature(connection, row, now) for row in signatures],
            "emails": [_email(connection, row) for row in emails],
            "code_tries": tries,
            "noted_updates": noted,
        }
        ids = [row["public_id"] for row in signatures]
        add_entry(connection, "person-shown", actor=actor, now=now, rows=len(ids), signatures=ids)
    return data if signatures or emails or tries or noted else None


def _rows(connection: Connection, table: type[Base], key: str) -> list[RowMapping]:
    columns = table.__table__.columns
    found = select(*columns).where(columns["email_key"] == key).order_by(columns["id"])
    return list(connection.execute(found).mappings())


def _signature(connection: Connection, row: RowMapping, now: datetime) -> Data:
    values = {name: value for name, value in row.items() if name not in REFERENCES}
    if row["due_at"]:
        values["due_at"] = email_clock().expected(row["due_at"], now)
    return {
        **_readable(values),
        "action": find_action_name(connection, row["action_id"]),
        "next_action": _name_of(connection, row["next_action_id"]),
        "answers": {
            name: value for name, value in row["answers"].items() if not is_of_question(name)
        },
        "questions": [
            {"question": one.label, "answer": one.answer, "key": one.key}
            for one in answered_questions(connection, row)
        ],
        "consent": _consent(connection, row),
        "comment_decision": _comment_decision(connection, row),
        "invalidation": _invalidation(connection, row),
    }


def _email(connection: Connection, row: RowMapping) -> Data:
    """Emails to staff are about other things than actions: they keep the number."""
    values = _readable(dict(row))
    if row["lane"] != "staff" and row["about"] is not None:
        values["action"] = find_action_name(connection, row["about"])
    return values


def _tries(connection: Connection, key: str) -> list[Data]:
    """How often someone typed a code for the address. The codes themselves are not stored."""
    tries = select(CodeTries.__table__).filter_by(email_key=key).order_by(CodeTries.action_id)
    return [
        {**_readable(dict(row)), "action": find_action_name(connection, row["action_id"])}
        for row in connection.execute(tries).mappings()
    ]


def _noted_updates(connection: Connection, key: str) -> list[Data]:
    """Updates to several actions that the person has been sent, noted so that none comes twice."""
    noted = select(BulkRecipient.update_id, BulkRecipient.email_key, BulkRecipient.about)
    found = noted.where(BulkRecipient.email_key == key).order_by(BulkRecipient.update_id)
    return [
        {**_readable(dict(row)), "action": _name_of(connection, row["about"] or None)}
        for row in connection.execute(found).mappings()
    ]


def _name_of(connection: Connection, action_id: int | None) -> str | None:
    return None if action_id is None else find_action_name(connection, action_id)


def _consent(connection: Connection, row: RowMapping) -> Data | None:
    text = select(ConsentText.version, ConsentText.body, ConsentText.published_at).filter_by(
        kind=row["kind"], locale=row["locale"], version=row["consent_version"]
    )
    return _first(connection, text)


def _comment_decision(connection: Connection, row: RowMapping) -> Data | None:
    """The decision, and the signs that were noticed in the text."""
    columns = Comment.is_shown, Comment.decided_at, Comment.has_contact, Comment.is_repeated
    comment = select(*columns).filter_by(action_id=row["action_id"], signature_id=row["id"])
    return _first(connection, comment)


def _invalidation(connection: Connection, row: RowMapping) -> Data | None:
    """With the filter by which they were marked, but without names, addresses and codes of others."""
    columns = InvalidationBatch.marked_at, InvalidationBatch.reason, InvalidationBatch.filter
    batch = select(*columns).filter_by(id=row["invalidation_batch_id"])
    found = connection.execute(batch).one_or_none()
    if found is None:
        return None
    wanted = SignatureFilter.of_batch(found.filter)
    used = wanted.audit_details() | ({"fill_time": wanted.fill_time} if wanted.fill_time else {})
    if wanted.same_comment:
        used["same_comment"] = True
    return _readable({"marked_at": found.marked_at, "reason": found.reason, "filter": used})


def _first(connection: Connection, query: Any) -> Data | None:
    found = connection.execute(query).mappings().one_or_none()
    return _readable(dict(found)) if found else None


def _readable(values: Mapping[str, Any]) -> Data:
    return {READABLE_NAMES.get(name, name): _plain(value) for name, value in values.items()}


def _plain(value: Any) -> JsonValue:
    """Times as in exports: ISO 8601 in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    plain: JsonValue = value
    return plain
