"""How the database runs the program's statements."""

import re
from contextlib import contextmanager

from sqlalchemy import event

from campaign_actions.core.db.session import db


@contextmanager
def explaining(*, analyze=False):
    """The plan of each different statement in the block, explained when it is first run.

    `analyze`: with what PostgreSQL really did. Only for statements that change nothing.
    """
    plans = {}

    def explain(_connection, _cursor, statement, parameters, _context, executemany):
        if statement not in plans and re.match(
            r"\s*(select|insert|update|delete|with)\b", statement, re.I
        ):
            plans[statement] = None  # a mark, since explaining runs a statement itself
            given = parameters[0] if executemany else parameters
            plans[statement] = plan_of(statement, given, analyze=analyze)

    event.listen(db.engine, "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        event.remove(db.engine, "before_cursor_execute", explain)


def plan_of(statement, parameters, *, analyze=False):
    options = "format json, analyze" if analyze else "format json"
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            explained = connection.exec_driver_sql(f"explain ({options}) {statement}", parameters)
            return explained.scalar_one()[0]["Plan"]
        return [
            row.detail
            for row in connection.exec_driver_sql(f"explain query plan {statement}", parameters)
        ]


def nodes(plan, above=()):
    """All nodes of a PostgreSQL plan, with the types of those above, nearest first."""
    yield plan, above
    for part in plan.get("Plans", ()):
        yield from nodes(part, (plan["Node Type"], *above))
