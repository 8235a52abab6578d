"""A point in time in the database that can always be read, whatever somebody has put there."""

from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from campaign_actions.core.db.session import UtcDateTime


class StoredTime(UtcDateTime):
    """A column that comes back as None where it holds no time that Python knows.

    Whoever can write into the database can put in `infinity` or the year 20000 (PostgreSQL), and any
    text or bytes (SQLite): drivers fail for these before we see them.
    """

    cache_ok = True

    def column_expression(self, column: Any) -> Any:
        return _Readable(column, type_=self)

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], datetime | None]:
        return _read


class _Readable(FunctionElement[datetime]):
    """A time, or null."""

    inherit_cache = True

    def __init__(self, column: Any, *, type_: UtcDateTime) -> None:
        super().__init__(column)
        self.type = type_


@compiles(_Readable, "sqlite")
def _readable_sqlite(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    value = compiler.process(element.clauses, **options)
    return f"case when typeof({value}) = 'text' then cast({value} as blob) end"


@compiles(_Readable, "postgresql")
def _readable_postgresql(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    value = compiler.process(element.clauses, **options)
    return f"case when {value} > '0001-01-01' and {value} < '9999-12-31' then {value} end"


def _read(value: Any) -> datetime | None:
    """SQLite has it as text, here as its bytes: they need not be UTF-8."""
    if isinstance(value, bytes):
        try:
            value = datetime.fromisoformat(value.decode())
        except ValueError:
            return None
    is_possible = value is not None and MINYEAR < value.year < MAXYEAR  # in every time zone
    return value.replace(tzinfo=UTC) if is_possible else None
