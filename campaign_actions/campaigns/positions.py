"""The place of a campaign, an action or a partner in its list."""

from typing import Any, TypeVar

from sqlalchemy import Connection, func, select, update

Item = TypeVar("Item")


def next_position(connection: Connection, table: Any, **scope: int) -> int:
    """The place after the last row of a table, or of those in a scope like `campaign_id=7`."""
    last = connection.scalar(select(func.max(table.position)).filter_by(**scope))
    return 0 if last is None else last + 1


def move_row(connection: Connection, table: Any, row_id: int, step: int, **scope: Any) -> bool:
    """Move a row one place up (-1) or down (1); False if it is already at that end."""
    rows = select(table.id).filter_by(**scope).order_by(table.position, table.id)
    ids = list(connection.scalars(rows))
    if not swap_with_neighbour(ids, row_id, step):
        return False
    for position, one in enumerate(ids):
        connection.execute(update(table).where(table.id == one).values(position=position))
    return True


def swap_with_neighbour(items: list[Item], item: Item, step: int) -> bool:
    """Swap an item of a list with the one before (-1) or after it (1); False if there is none."""
    index = items.index(item) if item in items else -1
    if index < 0 or not 0 <= index + step < len(items):
        return False
    items[index], items[index + step] = items[index + step], items[index]
    return True
