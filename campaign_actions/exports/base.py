"""What an export is made of: columns, and the formats they are written in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sqlalchemy import Connection, Select

Kind = Literal["text", "plain", "boolean", "time", "json"]


@dataclass(frozen=True)
class Column:
    """One column: its name and the SQL expression that is its value.

    `kind` says how the value is written:
    text: what a person typed; guarded against formulas in CSV.
    plain: text or a whole number that only machines write, such as ids and codes; no guard.
    boolean: true or false.
    time: a UtcDateTime, as `2026-11-24T14:00:00.000000Z`, always this long: 27 characters.
    json: an object or a list, as the database writes it: in JSON as it is, elsewhere as text.
    """

    name: str
    expression: Any
    kind: Kind = "text"


class Write(Protocol):
    """Writes rows in one format, in constant memory, as chunks of bytes."""

    def __call__(
        self,
        columns: Sequence[Column],
        query: Select[Any],
        connection: Connection,
        *,
        raw: bool = False,
        bom: bool = False,
    ) -> Iterator[bytes]:
        """The rows of `query`, in its order; `columns` take the place of what it selects.

        The query runs when the first chunk is taken, so that errors come then, and
        the connection is in use until the last one. `raw` (no guard) and `bom`
        (a byte order mark, for Excel) change CSV only: the others need neither.
        """


@dataclass(frozen=True)
class Format:
    name: str
    suffix: str
    mimetype: str
    write: Write


def select_cells(query: Select[Any], *cells: Any) -> Select[Any]:
    """The same rows in the same order, with these values instead of what it selects."""
    return query.with_only_columns(*cells, maintain_column_froms=True)
