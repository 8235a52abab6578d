"""Records the program's SQL statements, for tests that compare two ways of doing the same work."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from campaign_actions.core.db.session import db


@contextmanager
def recorded() -> Iterator[list[str]]:
    """All statements in the block, without their parameters."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
