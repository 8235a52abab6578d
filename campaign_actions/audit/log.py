"""Adding to the audit log: an entry in the transaction of what it tells about."""

import hashlib
import json
import warnings
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import Connection, insert, select
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Session

from campaign_actions.audit.events import DETAILS, EVENTS
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.db.stored_json import replace_invalid, to_plain_json, to_text
from campaign_actions.core.db.upsert import advisory_lock

log = structlog.get_logger()
COMMAND = "command"  # who acts on the command line
LOCK = 0x61756469  # "audi": the name of PostgreSQL's advisory lock
ACTOR_LENGTH, SUBJECT_LENGTH, EVENT_LENGTH = 254, 200, 40  # characters; what is longer is cut
TO_TELL = "audit"  # entries of the transaction under way, which the log is told of when it is over


class NotInVocabulary(UserWarning):
    """An entry that no reader will find words for. A test fails for it; what happened is recorded."""


def record(event: str, *, actor: str, now: datetime, **facts: Any) -> None:
    """An entry in a transaction of its own; see `add_entry()`."""
    with write_transaction() as connection:
        add_entry(connection, event, actor=actor, now=now, **facts)


def add_entry(
    connection: Connection,
    event: str,
    *,
    actor: str,
    now: datetime,
    subject: str = "",
    rows: int | None = None,
    **details: Any,
) -> str:
    """Add an entry to the chain, in the caller's `write_transaction()` transaction; its hash.

    `details` have names of DETAILS; they are plain values of JSON with nothing of a signer in them,
    and no float. What is not like that is a mistake of ours, and no reason for anything to fail: it is
    recorded as text, with a warning (NotInVocabulary).

    Entries are made one at a time: whoever adds one holds the chain until the transaction ends, so it
    is best added last, and never while somebody signs. Where that is forgotten, a unique constraint
    lets no two entries follow on the same one. Once it is durable the hash goes to the application's
    log, too: whoever rewrites the whole chain would have to rewrite that as well.
    """
    _check_words(event, details)
    hold_chain(connection)
    newest = select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    entry = {
        "at": now,
        "actor": replace_invalid(actor)[:ACTOR_LENGTH],
        "event": replace_invalid(event)[:EVENT_LENGTH],
        "subject": replace_invalid(subject)[:SUBJECT_LENGTH],
        "rows": rows,
        "details": {replace_invalid(name): _recorded(value) for name, value in details.items()},
        "previous": connection.scalar(newest) or "",
    }
    entry["hash"] = hash_of(entry)
    number = connection.scalar(insert(AuditEntry).values(entry).returning(AuditEntry.id))
    told = {"entry": number, "did": event, "head": entry["hash"]}
    db.session.info.setdefault(TO_TELL, []).append(told)
    return str(entry["hash"])


def hold_chain(connection: Connection) -> None:
    """Until the transaction ends nobody else adds an entry."""
    advisory_lock(connection, LOCK)


def hash_of(entry: dict[str, Any]) -> str:
    """SHA-256 over all that an entry says and the hash of the one before, as JSON with sorted keys."""
    said = {
        name: entry[name] for name in ("actor", "event", "subject", "rows", "details", "previous")
    }
    said["at"] = entry["at"].astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@listens_for(db.session, "after_commit")
def _tell(session: Session) -> None:
    """Only now: a head in the log that is not in the chain means that entries were cut off."""
    for entry in session.info.pop(TO_TELL, ()):
        log.info("audit", **entry)


@listens_for(db.session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(TO_TELL, None)


def _check_words(event: str, details: dict[str, Any]) -> None:
    if event not in EVENTS:
        _warn(f"{event} is no event of the audit log.")
    if unknown := details.keys() - DETAILS.keys():
        _warn(f"{sorted(unknown)} are no details of the audit log.")


def _recorded(value: Any) -> Any:
    try:
        return to_plain_json(value)
    except TypeError as error:
        _warn(str(error))
        return to_text(value)


def _warn(message: str) -> None:
    log.error("not_in_vocabulary", message=message)
    warnings.warn(message, NotInVocabulary, stacklevel=4)
