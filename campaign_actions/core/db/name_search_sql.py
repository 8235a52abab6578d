"""SQL for the search for names: patterns in PostgreSQL, a function of ours in SQLite.

SQLite passes its functions text, and a pattern of 2,000 letters takes far longer to pass than to try. So it
passes the word, and both names at once.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, func, literal, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from campaign_actions.core.db.name_search import HEBREW_OR_ARABIC, name_patterns

FUNCTION = "either_contains"  # in SQLite
Search = Callable[[str], object]
in_short_script = HEBREW_OR_ARABIC.search


class _EitherContains(FunctionElement[bool]):
    """Two conditions that say the same: the first for SQLite, the second for PostgreSQL."""

    type = Boolean()
    inherit_cache = True


@compiles(_EitherContains, "sqlite")
def _by_function(element: _EitherContains, compiler: SQLCompiler, **options: Any) -> str:
    by_function, _by_pattern = element.clauses
    return compiler.process(by_function, **options)


@compiles(_EitherContains, "postgresql")
def _by_patterns(element: _EitherContains, compiler: SQLCompiler, **options: Any) -> str:
    _by_function, by_patterns = element.clauses
    return compiler.process(by_patterns.self_group(), **options)


def either_contains(
    given: ColumnElement[str], family: ColumnElement[str], word: str
) -> ColumnElement[bool]:
    """The SQL condition that one of two names contains a word, in any case and script."""
    names = (given, family)
    by_function = getattr(func, FUNCTION)(literal(word), *(func.coalesce(one, "") for one in names))
    return _EitherContains(by_function, or_(*(_matches(name, word) for name in names)))


def add_to(connection: SqliteConnection) -> None:
    """Make the function known to a connection."""
    connection.create_function(FUNCTION, 3, _either_contains, deterministic=True)


def _matches(name: ColumnElement[str], word: str) -> ColumnElement[bool]:
    whole, shorter = name_patterns(word)
    contains = name.regexp_match(literal(whole))
    if not shorter:
        return contains
    # Two short patterns are faster than one, and the second is for few names.
    is_short = name.regexp_match(literal(HEBREW_OR_ARABIC.pattern))
    return or_(contains, and_(is_short, name.regexp_match(literal(shorter))))


def _either_contains(word: str, given: str, family: str) -> bool:
    """Called for each row: every step counts."""
    whole, shorter = _compiled(word)
    if whole(given) or whole(family):
        return True
    if not (shorter and (in_short_script(given) or in_short_script(family))):
        return False
    return bool(shorter(given) or shorter(family))


@lru_cache(maxsize=64)
def _compiled(word: str) -> tuple[Search, Search | None]:
    whole, shorter = name_patterns(word)
    return re.compile(whole).search, re.compile(shorter).search if shorter else None
