"""The place of a campaign, an action or a partner in its list."""

from typing import TypeVar

from sqlalchemy import Connection, ScalarSelect, func, select, update

from campaign_actions.core.db.session import Base

Item = TypeVar("Item")


def next_position(connection: Connection, table: type[Base], **scope: int) -> int:
    """The place after the last row of a table, or of those in a scope like `campaign_id=7`."""
    newest = select(func.max(table.__table__.c.position)).filter_by(**scope)
    last: int | None = connection.scalar(newest)
    return 0 if last is None else last + 1


def move_row(
    connection: Connection,
    table: type[Base],
    row_id: int,
    step: int,
    **scope: int | ScalarSelect[int],
) -> bool:
    """Move a row one place up (-1) or down (1); False if it is already at that end."""
    columns = table.__table__.c
    rows = select(columns.id).filter_by(**scope).order_by(columns.position, columns.id)
    ids = list(connection.scalars(rows))
    if not swap_with_neighbour(ids, row_id, step):
        return False
    for position, one in enumerate(ids):
        connection.execute(update(table).filter_by(id=one).values(position=position))
    return True


def swap_with_neighbour(items: list[Item], item: Item, step: int) -> bool:
    """Swap an item of a list with the one before (-1) or after it (1); False if there is none."""
    index = items.index(item) if item in items else -1
    if index < 0 or not 0 <= index + step < len(items):
        return False
    items[index], items[index + step] = items[index + step], items[index]
    return True
