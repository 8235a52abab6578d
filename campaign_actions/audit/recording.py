"""Adding to the audit log: an entry in the transaction of what it tells about."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import structlog
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, insert, select, text

from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.database import writing

log = structlog.get_logger()
COMMAND = "command"  # who acts on the command line
EVENTS = {
    "login": _l("Logged in"),
    "login-failed": _l("Failed to log in"),
    "logout": _l("Logged out"),
    "session-revoked": _l("Ended a session"),
    "password-changed": _l("Changed the password"),
    "factor-added": _l("Added a second factor or passkey"),
    "factor-removed": _l("Removed a second factor or passkey"),
    "staff-invited": _l("Invited a staff member"),
    "staff-joined": _l("Accepted an invitation"),
    "staff-changed": _l("Changed a staff member or roles"),
    "staff-disabled": _l("Disabled a staff member"),
    "campaign-saved": _l("Saved a campaign"),
    "action-saved": _l("Saved an action"),
    "picture-changed": _l("Changed a picture"),
    "published": _l("Published"),
    "closed": _l("Closed or archived"),
    "preview-shared": _l("Made a preview link"),
    "preview-revoked": _l("Revoked a preview link"),
    "consent-published": _l("Published a consent text"),
    "signatures-viewed": _l("Viewed signatures"),
    "signature-changed": _l("Changed a signature"),
    "erased": _l("Erased a person"),
    "exported": _l("Exported signatures"),
    "comment-decided": _l("Decided about a comment"),
    "update-saved": _l("Wrote an update"),
    "update-deleted": _l("Deleted the draft of an update"),
    "update-tested": _l("Sent themselves a test of an update"),
    "update-sent": _l("Sent an update"),
    "update-stopped": _l("Stopped an update"),
    "update-continued": _l("Went on with an update"),
    "audit-exported": _l("Exported the audit log"),
}
LOCK = 0x61756469  # "audi": the name of PostgreSQL's advisory lock


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
    """Add an entry to the chain, in the caller's write transaction; its hash.

    `details` are plain values of JSON with nothing of a signer in them. Entries are made one at a
    time: whoever adds one holds the chain until the transaction ends, so it is best added last,
    and never while somebody signs. The hash goes to the application's log, too: whoever rewrites
    the whole chain would have to rewrite that as well.
    """
    if event not in EVENTS:
        raise LookupError(f"{event} is no event of the audit log.")
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    newest = select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    entry = {
        "at": now,
        "actor": actor,
        "event": event,
        "subject": subject,
        "rows": rows,
        "details": details,
        "previous": connection.scalar(newest) or "",
    }
    entry["hash"] = hash_of(entry)
    number = connection.scalar(insert(AuditEntry).values(entry).returning(AuditEntry.id))
    log.info("audit", entry=number, did=event, head=entry["hash"])
    return str(entry["hash"])


def hash_of(entry: dict[str, Any]) -> str:
    """SHA-256 over all that an entry says and the hash of the one before, as JSON with sorted keys."""
    said = {
        name: entry[name] for name in ("actor", "event", "subject", "rows", "details", "previous")
    }
    said["at"] = entry["at"].astimezone(UTC).isoformat()
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
