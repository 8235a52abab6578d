"""JSON Lines: one object for each line, with values as typed and null as null.

The database writes the lines, with the same bytes from both: no spaces, and only quotes,
backslashes and control characters are escaped.
"""

import json
from collections.abc import Iterator, Sequence
from functools import reduce

from sqlalchemy import ColumnElement, Connection, Integer, Text, cast, func, literal

from campaign_actions.exports.base import Column, Format, Section, select_cells
from campaign_actions.exports.sql_functions import IsoDate, IsoTime, JsonText, truth
from campaign_actions.exports.streaming import copy_rows, fetch_lines

# JSON contains no control characters: with these as delimiter and quote, COPY changes nothing.
COPY_UNQUOTED = "FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01'"


def write(sections: Sequence[Section], connection: Connection, **_: bool) -> Iterator[bytes]:
    for section in sections:
        starts = ["{", *"," * (len(section.columns) - 1)]
        line = reduce(_concat, map(_member, starts, section.columns)).concat("}")
        if connection.dialect.name == "postgresql":
            yield from copy_rows(connection, select_cells(section.query, line), COPY_UNQUOTED)
        else:
            yield from fetch_lines(connection, select_cells(section.query, line.concat("\n")))


FORMAT = Format(name="jsonl", suffix=".jsonl", mimetype="application/jsonl", write=write)


def _member(start: str, column: Column) -> ColumnElement[str]:
    """The start and the name are one literal, since each `||` copies everything before it."""
    name = json.dumps(column.name, ensure_ascii=False)
    return literal(f"{start}{name}:").concat(func.coalesce(_value(column), "null"))


def _value(column: Column) -> ColumnElement[str]:
    if column.kind == "boolean":
        return truth(column.expression)
    if column.kind == "time":
        return literal('"').concat(IsoTime(column.expression)).concat('"')
    if column.kind == "date":
        return literal('"').concat(IsoDate(column.expression)).concat('"')
    text = cast(column.expression, Text)
    if column.kind == "json":
        return text
    return text if isinstance(column.expression.type, Integer) else JsonText(text)


def _concat(left: ColumnElement[str], right: ColumnElement[str]) -> ColumnElement[str]:
    return left.concat(right)
