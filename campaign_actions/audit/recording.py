"""Adding to the audit log: an entry in the transaction of what it tells about."""

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import Connection, insert, select
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Session

from campaign_actions.audit.models import AuditEntry
from campaign_actions.audit.vocabulary import DETAILS, EVENTS
from campaign_actions.core.database import db, writing
from campaign_actions.core.statements import take_turns

log = structlog.get_logger()
COMMAND = "command"  # who acts on the command line
LOCK = 0x61756469  # "audi": the name of PostgreSQL's advisory lock
ACTOR_LENGTH, SUBJECT_LENGTH = 254, 200  # characters; what is longer is cut
TO_TELL = "audit"  # entries of the transaction under way, which the log is told of when it is over
NO_CHARACTERS = re.compile("[\0\ud800-\udfff]")  # no database takes them


def record(event: str, *, actor: str, now: datetime, **facts: Any) -> None:
    """An entry in a transaction of its own; see `add_entry()`."""
    with writing() as connection:
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
    """Add an entry to the chain, in the caller's `writing()` transaction; its hash.

    `details` have names of DETAILS; they are plain values of JSON with nothing of a signer in them,
    and no float. Entries are made one at a time: whoever adds one holds the chain until the
    transaction ends, so it is best added last, and never while somebody signs. Where that is
    forgotten, a unique constraint lets no two entries follow on the same one. Once it is durable the
    hash goes to the application's log, too: whoever rewrites the whole chain would have to rewrite
    that as well.
    """
    if event not in EVENTS:
        raise LookupError(f"{event} is no event of the audit log.")
    if unknown := details.keys() - DETAILS.keys():
        raise LookupError(f"{sorted(unknown)} are no details of the audit log.")
    take_turns(connection, LOCK)
    newest = select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    entry = {
        "at": now,
        "actor": _clean(actor)[:ACTOR_LENGTH],
        "event": event,
        "subject": _clean(subject)[:SUBJECT_LENGTH],
        "rows": rows,
        "details": _plain(details),
        "previous": connection.scalar(newest) or "",
    }
    entry["hash"] = hash_of(entry)
    number = connection.scalar(insert(AuditEntry).values(entry).returning(AuditEntry.id))
    told = {"entry": number, "did": event, "head": entry["hash"]}
    db.session.info.setdefault(TO_TELL, []).append(told)
    return str(entry["hash"])


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


def _plain(value: Any) -> Any:
    """A value as every database gives it back, so that its hash is the same then.

    Raises TypeError for what one of them would change: floats (1e2 comes back as 100), keys that
    are no text, times and whatever else JSON has no form for.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {_clean(key): _plain(part) for key, part in value.items()}
    raise TypeError(f"{type(value).__name__} cannot be a detail of an audit entry.")


def _clean(words: str) -> str:
    return NO_CHARACTERS.sub("\ufffd", str(words))
