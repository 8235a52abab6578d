"""A time column that can always be read, whatever is stored in it."""

from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from campaign_actions.core.db.session import UtcDateTime


class StoredTime(UtcDateTime):
    """A column that reads as None where its value is not a time that Python can represent.

    Anyone with access to the database can store `infinity` or the year 20000 (PostgreSQL), or any text
    or bytes (SQLite). Drivers would fail before we see the value.
    """

    cache_ok = True

    def column_expression(self, column: ColumnElement[datetime]) -> ColumnElement[datetime]:
        return _Readable(column, type_=self)

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[datetime | bytes | None], datetime | None]:
        return _read


class _Readable(FunctionElement[datetime]):
    """The time, or null."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[datetime], *, type_: UtcDateTime) -> None:
        super().__init__(column)
        self.type = type_


@compiles(_Readable, "sqlite")
def _readable_sqlite(element: _Readable, compiler: SQLCompiler, **options: Any) -> str:
    value = compiler.process(element.clauses, **options)
    return f"case when typeof({value}) = 'text' then cast({value} as blob) end"


@compiles(_Readable, "postgresql")
def _readable_postgresql(element: _Readable, compiler: SQLCompiler, **options: Any) -> str:
    value = compiler.process(element.clauses, **options)
    return f"case when {value} > '0001-01-01' and {value} < '9999-12-31' then {value} end"


def _read(value: datetime | bytes | None) -> datetime | None:
    """From SQLite it comes as bytes, which need not be UTF-8."""
    if isinstance(value, bytes):
        try:
            value = datetime.fromisoformat(value.decode())
        except ValueError:
            return None
    # The first and last year are excluded, so that any time zone can be applied.
    if value is None or not MINYEAR < value.year < MAXYEAR:
        return None
    return value.replace(tzinfo=UTC)
