"""A look at an export before it is made: its number of rows, and the first with masked names."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from campaign_actions.actions.personal_data.former_addressees import FormerSigners
from campaign_actions.actions.questions.export_columns import recipients_in
from campaign_actions.actions.signatures.search import mask_email
from campaign_actions.audit.log import record
from campaign_actions.disclosures.columns import (
    count_rows,
    find_coverage,
    first_sections,
    former_signers,
)
from campaign_actions.disclosures.export import FOR_PEOPLE, Export
from campaign_actions.disclosures.labels import in_words, split_contents
from campaign_actions.exports import FORMATS, Column, Section
from campaign_actions.exports.xlsx_format import MAX_ROWS

ROWS_SHOWN = 5
MAX_TEXT = 60  # characters of a text
MASKED_NAMES = {"given_name", "family_name"}
Value = str | bool | int | None


@dataclass(frozen=True)
class Preview:
    """`rows`: texts, in the order of `columns`. `is_too_long`: more than fit the format.

    `included`, `left_out`: what the file contains in words, and what it does not.
    `former`: those in it who signed while their petition had another addressee.
    `words_in`: the language of the columns and of words in rows; "" if they are names and codes.
    """

    count: int
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    is_too_long: bool
    included: Sequence[str] = ()
    left_out: Sequence[str] = ()
    words_in: str = ""
    former: Sequence[FormerSigners] = ()


def preview(connection: Connection, export: Export) -> Preview:
    """Raises the errors of `Export.check()`."""
    export.check()
    count = count_rows(connection, export)
    sections: Sequence[Section] = first_sections(connection, export, ROWS_SHOWN)
    if export.words_in:
        sections = in_words(sections, export.words_in)
    columns = sections[0].columns
    texts = [_text_of(column, is_of_preset=bool(export.program)) for column in columns]
    lines = b"".join(FORMATS["jsonl"].write(sections, connection)).splitlines()
    rows = [
        [text(value) for text, value in zip(texts, json.loads(line).values(), strict=True)]
        for line in lines[:ROWS_SHOWN]
    ]
    included, left_out = split_contents(
        export.what_for, export.kinds(), recipients_in(export.actions())
    )
    is_too_long = export.format == FOR_PEOPLE and count > MAX_ROWS
    names = [column.heading or column.name for column in columns]
    former = former_signers(connection, export, find_coverage(connection, export))
    return Preview(count, names, rows, is_too_long, included, left_out, export.words_in, former)


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


def _text_of(column: Column, *, is_of_preset: bool) -> Callable[[Value], str]:
    """How to show the values of a column. In a preset, all that people typed are names and addresses."""
    if column.kind == "email" or column.name == "email":
        return lambda value: mask_email(str(value)) if value else ""
    if column.name in MASKED_NAMES or (is_of_preset and column.kind == "text"):
        return _initial
    if column.heading and column.kind == "time":
        return lambda value: str(value or "")[:19].replace("T", " ")  # as a spreadsheet shows it
    words = column.words or {}
    return lambda value: words.get(_as_text(value)) or _shorten(value)


def _initial(value: Value) -> str:
    return f"{next(filter(str.isalpha, str(value)), str(value)[:1])}." if value else ""


def _shorten(value: Value) -> str:
    text = _as_text(value)
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"


def _as_text(value: Value) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
