"""Adding entries to the audit log, in the transaction of the change they record."""

import hashlib
import json
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import Connection, insert, select
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Session

from campaign_actions.audit.details import DETAILS
from campaign_actions.audit.events import EVENTS
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import JsonValue, db, write_transaction
from campaign_actions.core.db.stored_json import replace_invalid, to_plain_json, to_text
from campaign_actions.core.db.upsert import advisory_lock

log = structlog.get_logger()
COMMAND = "command"  # the actor for commands
AUTOMATIC = "automatic"  # the actor where the program decides
ADVISORY_LOCK = 0x61756469  # "audi": the key of PostgreSQL's advisory lock
ACTOR_LENGTH, SUBJECT_LENGTH, EVENT_LENGTH = 254, 200, 40  # characters; longer values are cut
PENDING_LOG_LINES = "audit"  # in `session.info`: lines to log after the commit


class UnknownAuditName(UserWarning):
    """An event or detail without a text. Tests fail on it; in production the entry is recorded."""


def record(
    event: str,
    *,
    actor: str,
    now: datetime,
    subject: str = "",
    rows: int | None = None,
    **details: JsonValue,
) -> None:
    """Add an entry in its own transaction; see `add_entry()`."""
    with write_transaction() as connection:
        add_entry(connection, event, actor=actor, now=now, subject=subject, rows=rows, **details)


def add_entry(
    connection: Connection,
    event: str,
    *,
    actor: str,
    now: datetime,
    subject: str = "",
    rows: int | None = None,
    **details: JsonValue,
) -> str:
    """Add an entry to the chain, in the caller's `write_transaction()`; returns its hash.

    `details` have names in DETAILS and plain JSON values, without floats or anything about a signer.
    Anything else is a bug but never fails the caller: it is recorded as text, with an UnknownAuditName
    warning.

    The chain stays locked until the transaction ends, so add entries last, and never while someone signs.
    If the lock is forgotten, a unique constraint still stops two entries from following the same one.
    After the commit the hash is also logged: anyone rewriting the chain would have to rewrite that log.
    """
    _check_names(event, details)
    lock_chain(connection)
    newest = select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    entry = {
        "at": now,
        "actor": replace_invalid(actor)[:ACTOR_LENGTH],
        "event": replace_invalid(event)[:EVENT_LENGTH],
        "subject": replace_invalid(subject)[:SUBJECT_LENGTH],
        "rows": rows,
        "details": {replace_invalid(name): _as_plain(value) for name, value in details.items()},
        "previous": connection.scalar(newest) or "",
    }
    entry["hash"] = hash_entry(entry)
    number = connection.scalar(insert(AuditEntry).values(entry).returning(AuditEntry.id))
    line = {"entry": number, "did": event, "head": entry["hash"]}
    db.session.info.setdefault(PENDING_LOG_LINES, []).append(line)
    return str(entry["hash"])


def lock_chain(connection: Connection) -> None:
    """Stop anyone else from adding an entry until the transaction ends."""
    advisory_lock(connection, ADVISORY_LOCK)


def hash_entry(entry: Mapping[str, Any]) -> str:
    """SHA-256 of an entry and its predecessor's hash, as JSON with sorted keys."""
    content = {
        name: entry[name] for name in ("actor", "event", "subject", "rows", "details", "previous")
    }
    content["at"] = entry["at"].astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@listens_for(db.session, "after_commit")
def _log_committed(session: Session) -> None:
    """Only after the commit: a logged hash that the chain lacks proves that entries were removed."""
    for entry in session.info.pop(PENDING_LOG_LINES, ()):
        log.info("audit", **entry)


@listens_for(db.session, "after_rollback")
def _drop_pending(session: Session) -> None:
    session.info.pop(PENDING_LOG_LINES, None)


def _check_names(event: str, details: Mapping[str, JsonValue]) -> None:
    if event not in EVENTS:
        _warn(f"{event} is not an event of the audit log.")
    if unknown := details.keys() - DETAILS.keys():
        _warn(f"{sorted(unknown)} are not details of the audit log.")


def _as_plain(value: JsonValue) -> JsonValue:
    try:
        return to_plain_json(value)
    except TypeError as error:
        _warn(str(error))
        return to_text(value)


def _warn(message: str) -> None:
    log.error("not_in_vocabulary", message=message)
    warnings.warn(message, UnknownAuditName, stacklevel=4)
