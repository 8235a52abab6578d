"""CSV with the quoting of RFC 4180, UTF-8, LF and a header; the same bytes from both databases.

Null is written as nothing, empty text as `""`. Unless `raw`, apostrophes make text of whatever a spreadsheet
could take for a formula. To undo that in a cell:

1. remove one `'` after each semicolon, tab or line break that has one (see csv_separators)
2. if the cell starts with apostrophes and then one of FORMULA_STARTS, remove its first `'`
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import chain
from string import ascii_letters, digits

from sqlalchemy import (
    ColumnElement,
    Connection,
    SQLColumnExpression,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    type_coerce,
)

from campaign_actions.exports.base import Column, Format, Section, select_cells
from campaign_actions.exports.csv_separators import FORMULA_STARTS, guard_separators
from campaign_actions.exports.sql_functions import CodePoint, IsoDate, IsoTime, truth
from campaign_actions.exports.streaming import copy_rows, fetch_lines

BOM = b"\xef\xbb\xbf"
# No formula of these alone can call, read or open anything.
HARMLESS_IN_EMAIL = f"{ascii_letters}{digits}@._+-"
JSON_SEMICOLON = r"\u003b"  # JSON without semicolons, tabs or line breaks needs no apostrophes


def write(
    sections: Sequence[Section],
    connection: Connection,
    *,
    raw: bool = False,
    bom: bool = False,
    **_: bool,
) -> Iterator[bytes]:
    rows = chain.from_iterable(_lines(section, connection, raw=raw) for section in sections)
    lines = rows if raw else map(guard_separators, rows)
    first = next(
        lines, b""
    )  # before the header: then an error of the query comes before any output
    yield (BOM if bom else b"") + _header(sections[0].columns)
    yield first
    yield from lines


FORMAT = Format(name="csv", suffix=".csv", mimetype="text/csv; charset=utf-8", write=write)


def _lines(section: Section, connection: Connection, *, raw: bool) -> Iterator[bytes]:
    columns, query = section.columns, section.query
    if connection.dialect.name == "postgresql":
        cells = [_cell(column, raw=raw) for column in columns]
        return copy_rows(connection, select_cells(query, *cells), "FORMAT csv")
    line = reduce(_comma, [_quoted_cell(column, raw=raw) for column in columns]).concat("\n")
    return fetch_lines(connection, select_cells(query, line))


def _header(columns: Sequence[Column]) -> bytes:
    """The names of columns never need quoting."""
    return (",".join(column.name for column in columns) + "\n").encode()


def _cell(column: Column, *, raw: bool) -> SQLColumnExpression[str]:
    """The value as text, before quoting; null stays null."""
    if column.kind == "boolean":
        return truth(column.expression)
    if column.kind == "time":
        return IsoTime(column.expression)
    if column.kind == "date":
        return IsoDate(column.expression)
    if column.kind == "json":
        text = cast(column.expression, Text)
        return text if raw else func.replace(text, ";", JSON_SEMICOLON)
    if column.kind == "plain" or raw:
        return column.expression
    return _escape_formula(column.expression, harmless=HARMLESS_IN_EMAIL * (column.kind == "email"))


def _escape_formula(typed: SQLColumnExpression[str], *, harmless: str) -> ColumnElement[str]:
    """Put a `'` before text that, after any leading apostrophes, starts like a formula.

    So removing one apostrophe from each such cell gives the text as typed. Text of `harmless` characters
    stays as it is.
    """
    text = type_coerce(typed, Text)
    # Rare, and the only check that all other texts need.
    suspicious = _is_one_of(CodePoint(text), "'" + FORMULA_STARTS)
    dangerous = _is_one_of(CodePoint(func.ltrim(text, "'")), FORMULA_STARTS)
    conditions = [suspicious, dangerous]
    if harmless:
        conditions.append(func.ltrim(text, harmless) != "")
    return case((and_(*conditions), literal("'").concat(text)), else_=text)


def _is_one_of(code_point: CodePoint, characters: str) -> ColumnElement[bool]:
    return code_point.in_([ord(character) for character in characters])


def _quoted_cell(column: Column, *, raw: bool) -> ColumnElement[str]:
    """The value as COPY writes it. Escaping does not affect whether it needs quotes."""
    cell = type_coerce(_cell(column, raw=raw), Text)
    if column.kind in ("boolean", "time", "date"):
        return func.coalesce(cell, "")
    typed = type_coerce(column.expression, Text) if column.kind != "json" else cell
    special = or_(typed == "", typed.op("GLOB")('*[",\n\r]*'))
    quoted = literal('"').concat(func.replace(cell, '"', '""')).concat('"')
    return func.coalesce(case((special, quoted), else_=cell), "")


def _comma(left: ColumnElement[str], right: ColumnElement[str]) -> ColumnElement[str]:
    return left.concat(",").concat(right)
