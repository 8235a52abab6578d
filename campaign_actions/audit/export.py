"""The audit log as a file: what the page shows, with the hashes of the chain."""

from collections.abc import Generator
from datetime import datetime

from campaign_actions.audit.log import record
from campaign_actions.audit.models import AuditEntry
from campaign_actions.audit.queries import AuditFilter, matching_entries
from campaign_actions.core.db.session import read_snapshot
from campaign_actions.exports import FORMATS, Column

COLUMNS = (
    Column("entry", AuditEntry.id, "plain"),
    Column("at", AuditEntry.at, "time"),
    Column("actor", AuditEntry.actor),
    Column("event", AuditEntry.event, "plain"),
    Column("subject", AuditEntry.subject),
    Column("rows", AuditEntry.rows, "plain"),
    Column("details", AuditEntry.details, "json"),
    Column("previous", AuditEntry.previous, "plain"),
    Column("hash", AuditEntry.hash, "plain"),
)


def export_log(
    wanted: AuditFilter, format_name: str, *, actor: str, now: datetime
) -> Generator[bytes]:
    """The entries that are wanted, the newest first, in a format of FORMATS, as chunks of bytes.

    That it was exported is written down before the first one leaves. Read from the main database,
    not from a replica: what happened a moment ago is what one looks for.
    """
    asked = {name: _in_words(value) for name, value in vars(wanted).items() if value}
    record("audit-exported", actor=actor, now=now, format=format_name, filter=asked)
    query = matching_entries(wanted).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    with read_snapshot() as connection:
        yield from FORMATS[format_name].write(COLUMNS, query, connection)


def _in_words(value: str | datetime) -> str:
    return value if isinstance(value, str) else value.isoformat(timespec="minutes")
