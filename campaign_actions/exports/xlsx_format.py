"""XLSX: every cell is a string or a date, never a formula or a link.

Null and empty text are empty cells. Times and days are real dates in UTC. Times are shown to the second.
If the columns have headings and words, these are written in place of their names and values.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import chain
from tempfile import TemporaryFile
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from rustpy_xlsxwriter import Format as CellFormat
from rustpy_xlsxwriter import write_worksheet
from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Text,
    cast,
    func,
    literal,
    select,
    type_coerce,
)

from campaign_actions.core.errors import DomainError
from campaign_actions.core.i18n.formatting import number
from campaign_actions.exports.base import Column, Format, Section, select_cells
from campaign_actions.exports.sql_functions import Day, truth
from campaign_actions.exports.streaming import CHUNK_ROWS

MAX_ROWS = 1_048_575  # besides the header
MAX_CELL_CHARACTERS = 32_767 // 2  # a cell can have 32,767 UTF-16 units; a character may be two
CHUNK_BYTES = 64 * 1024


class TooManyRows(DomainError):
    message = _l(
        "There are more than %(rows)s rows, the most that an XLSX file holds."
        " Nothing was exported. Please choose CSV.",
        rows=LazyString(number, MAX_ROWS),
    )


def write(
    sections: Sequence[Section], connection: Connection, *, right_to_left: bool = False, **_: bool
) -> Iterator[bytes]:
    """The file is first written to a temporary one without a name. Raises TooManyRows.

    No other program can open that, and its space is free as soon as this process ends, even if it is killed.
    """
    if _is_too_long(sections, connection):
        raise TooManyRows
    with TemporaryFile() as file:
        write_worksheet(
            _records(sections, connection),
            f"/dev/fd/{file.fileno()}",
            datetime_format="yyyy-mm-dd hh:mm:ss",
            column_formats={
                _heading(column): CellFormat().set_num_format("yyyy-mm-dd")
                for column in sections[0].columns
                if column.kind == "date"
            },
            column_width=20,
            bold_headers=True,
            freeze_row=1,
            sheet_view={"right_to_left": right_to_left},
        )
        file.seek(0)
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


FORMAT = Format(
    name="xlsx",
    suffix=".xlsx",
    mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    write=write,
)


def _is_too_long(sections: Sequence[Section], connection: Connection) -> bool:
    """Counts up to the limit only."""
    left = MAX_ROWS
    for section in sections:
        rows = select_cells(section.query, literal(1)).order_by(None).limit(left + 1)
        left -= connection.scalar(select(func.count()).select_from(rows.subquery())) or 0
        if left < 0:
            return True
    return False


def _records(
    sections: Sequence[Section], connection: Connection
) -> Iterator[dict[str, str | datetime | date | None]]:
    """The rows as dicts. Without any there is an empty one, since the header comes from the first."""
    names = [_heading(column) for column in sections[0].columns]
    rows = chain.from_iterable(_rows(section, connection) for section in sections)
    for row in chain([next(rows, [None] * len(names))], rows):
        yield dict(zip(names, row, strict=True))


def _rows(section: Section, connection: Connection) -> Iterator[Sequence[Any]]:
    cells = select_cells(section.query, *(_cell(column) for column in section.columns))
    rows = iter(connection.execute(cells, execution_options={"yield_per": CHUNK_ROWS}))
    words = [column.words for column in section.columns]
    return map(partial(_in_words, words), rows) if any(words) else rows


def _heading(column: Column) -> str:
    return column.heading or column.name


def _in_words(words: Sequence[Mapping[str, str] | None], row: Sequence[Any]) -> Sequence[Any]:
    return [
        known.get(value, value) if known else value for known, value in zip(words, row, strict=True)
    ]


def _cell(column: Column) -> ColumnElement[Any]:
    if column.kind == "boolean":
        return truth(column.expression)
    if column.kind == "time":
        return type_coerce(column.expression, DateTime())
    if column.kind == "date":
        return Day(column.expression)
    text = cast(column.expression, Text)
    return func.substr(text, 1, MAX_CELL_CHARACTERS)
