"""Exporting the audit log, including the hashes of its chain."""

from collections.abc import Generator
from datetime import datetime

from campaign_actions.audit.log import record
from campaign_actions.audit.models import AuditEntry
from campaign_actions.audit.queries import AuditFilter, matching_entries
from campaign_actions.core.db.session import read_snapshot
from campaign_actions.exports import FORMATS, Column, Section

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
    """Yield matching entries in a format of FORMATS, newest first.

    The export itself is recorded before the first chunk. It reads the primary database, not a replica,
    because readers want the latest entries.
    """
    used = {name: _format(value) for name, value in vars(wanted).items() if value}
    record("audit-exported", actor=actor, now=now, format=format_name, filter=used)
    query = matching_entries(wanted).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    with read_snapshot() as connection:
        yield from FORMATS[format_name].write([Section(COLUMNS, query)], connection)


def _format(value: str | bool | datetime) -> str | bool:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value
