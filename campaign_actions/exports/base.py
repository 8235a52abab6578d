"""The parts of an export: columns, and the formats they are written in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sqlalchemy import ColumnElement, Connection, Select, SQLColumnExpression
from sqlalchemy.orm import InstrumentedAttribute

Kind = Literal["text", "email", "plain", "boolean", "time", "date", "json"]
Query = Select[Any]  # whatever it selects


@dataclass(frozen=True)
class Column:
    """One column: its name and the SQL expression that is its value.

    `kind` says how the value is written:
    text: typed by a person; escaped against formulas in CSV.
    email: the same for an address that another program imports. One of which a spreadsheet could at most
    make an error is not escaped, because with an apostrophe it would be another address.
    plain: text or a whole number written by the program, such as ids and codes; its start is not escaped.
    boolean: true or false.
    time: a UtcDateTime, as `2026-11-24T14:00:00.000000Z`, always 27 characters.
    date: a UtcDateTime, of which only the day is written, as `2026-11-24`.
    json: an object or a list, as the database writes it: unchanged in JSON, elsewhere as text. In CSV its
    semicolons are escaped.

    `heading` and `words` are for files that people read, in XLSX only: the heading in place of the name,
    and texts in place of values. Values that are not in `words` are written as they are.
    """

    name: str
    expression: ColumnElement[Any] | InstrumentedAttribute[Any]
    kind: Kind = "text"
    heading: str = ""
    words: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Section:
    """Rows that one query finds, in its order, with `columns` in place of what it selects."""

    columns: Sequence[Column]
    query: Query


class WriteFormat(Protocol):
    """Writes rows in one format, as chunks of bytes, in constant memory."""

    def __call__(
        self,
        sections: Sequence[Section],
        connection: Connection,
        *,
        raw: bool = False,
        bom: bool = False,
        right_to_left: bool = False,
    ) -> Iterator[bytes]:
        """The rows of at least one section, one after another. All have columns of the same names.

        The first query runs when the first chunk is requested, which is when errors are raised, and the
        connection is used until the last one. `raw` (no escaping) and `bom` (a byte order mark, for
        Excel) affect only CSV, `right_to_left` (the first column is at the right) only XLSX.
        """


@dataclass(frozen=True)
class Format:
    name: str
    suffix: str
    mimetype: str
    write: WriteFormat


def select_cells(query: Query, *cells: SQLColumnExpression[Any]) -> Query:
    """The same rows in the same order, with these values in place of what it selects."""
    return query.with_only_columns(*cells, maintain_column_froms=True)
