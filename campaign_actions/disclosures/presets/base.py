"""The parts of a preset, and the values that several presets share.

The values are SQL, with the same text from SQLite and PostgreSQL.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, case, func, literal
from sqlalchemy.orm import InstrumentedAttribute

from campaign_actions.actions.models import Action, Signature
from campaign_actions.exports import Column
from campaign_actions.exports.sql_functions import IsoTime


@dataclass(frozen=True)
class PresetFile:
    """One file: its name, and its columns for one action."""

    name: str
    columns: Callable[[Action], tuple[Column, ...]]


@dataclass(frozen=True)
class Preset:
    """The files that another program imports.

    `label`: the name of the program, the same in every language. `files`: in the order of importing.
    `code_column`: the heading of the signature ID. `reads`: the export columns whose data it uses; a key of
    COLUMN_LABELS each. `max_part_bytes` and `max_part_rows`: what one file may have at most; a longer one is
    split, each part with a header.
    """

    name: str
    label: str
    files: tuple[PresetFile, ...]
    code_column: str
    reads: frozenset[str]
    max_part_bytes: int | None = None
    max_part_rows: int | None = None


def constant(value: str) -> ColumnElement[str]:
    """A value that all rows share: joining it would be slower."""
    return literal(value, Text)


def path_of(action: Action) -> str:
    """The names of the campaign and the action, such as `racism/hate-crimes`."""
    return f"{action.campaign.slug}/{action.slug}"


def shorten(
    text: ColumnElement[Any] | InstrumentedAttribute[Any], limit: int
) -> ColumnElement[str]:
    """The start of a text, so that its cell has at most `limit` characters.

    It is cut one character earlier, because a cell that starts like a formula gets a `'`.
    """
    return func.substr(text, 1, limit - 1, type_=Text)


def utc_second(moment: InstrumentedAttribute[datetime | None]) -> ColumnElement[str]:
    """A time as `2026-11-24T14:00:00Z`."""
    return func.substr(IsoTime(moment), 1, 19, type_=Text).concat("Z")


def utc_minute(moment: InstrumentedAttribute[datetime | None]) -> ColumnElement[str]:
    """A time in UTC as `2026-11-24 14:00`."""
    return func.replace(func.substr(IsoTime(moment), 1, 16, type_=Text), "T", " ", type_=Text)


def agreed(yes: str, no: str) -> ColumnElement[str]:
    """Whether the signer agreed to updates, in two words of the other program.

    Not a constant, although only those who agreed are exported: if that ever fails, the other
    program is told.
    """
    return case((Signature.wants_updates, yes), else_=no)
