"""A look at an export before it is made: its number of rows, and the first with masked names."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from campaign_actions.actions.signatures.search import mask_email
from campaign_actions.audit.log import record
from campaign_actions.disclosures.columns import count_rows, first_sections
from campaign_actions.disclosures.export import Export
from campaign_actions.exports import FORMATS
from campaign_actions.exports.xlsx_format import MAX_ROWS

ROWS_SHOWN = 5
MAX_TEXT = 60  # characters of a text
MASKED_NAMES = {"given_name", "family_name"}


@dataclass(frozen=True)
class Preview:
    """`rows`: texts, in the order of `columns`. `is_too_long`: more than fit the format."""

    count: int
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    is_too_long: bool


def preview(connection: Connection, export: Export) -> Preview:
    """Raises the errors of `Export.check()`."""
    export.check()
    columns = export.columns()
    count = count_rows(connection, export)
    lines = b"".join(
        FORMATS["jsonl"].write(first_sections(connection, export, ROWS_SHOWN), connection)
    ).splitlines()
    rows = [
        [_mask(name, value) for name, value in json.loads(line).items()]
        for line in lines[:ROWS_SHOWN]
    ]
    return Preview(count, columns, rows, export.format == "xlsx" and count > MAX_ROWS)


def record_preview(found: Preview, export: Export, *, actor: str, now: datetime) -> None:
    """Add an entry to the audit log: rows were shown."""
    record(
        "signatures-viewed",
        actor=actor,
        now=now,
        subject=export.subject(),
        rows=len(found.rows),
        purpose=export.purpose,
        filter=export.selection.filter(),
    )


def _mask(name: str, value: str | bool | int | None) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return json.dumps(value)
    if name == "email":
        return mask_email(value)
    if name in MASKED_NAMES:
        return f"{value[:1]}."
    return value if len(value) <= MAX_TEXT else f"{value[:MAX_TEXT]}…"
