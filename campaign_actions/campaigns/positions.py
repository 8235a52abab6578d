"""The place of a campaign, an action or a partner in its list."""

from collections.abc import Collection
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
    passed: Collection[int] = (),
    **scope: int | ScalarSelect[int],
) -> bool:
    """Move a row one place up (-1) or down (1); False if it is already at that end.

    `passed`: rows that the list does not show, so a place among them would not be one.
    """
    columns = table.__table__.c
    rows = select(columns.id).filter_by(**scope).order_by(columns.position, columns.id)
    ids = list(connection.scalars(rows))
    if not swap_with_neighbour(ids, row_id, step, passed=passed):
        return False
    for position, one in enumerate(ids):
        connection.execute(update(table).filter_by(id=one).values(position=position))
    return True


def swap_with_neighbour(
    items: list[Item], item: Item, step: int, *, passed: Collection[Item] = ()
) -> bool:
    """Swap an item of a list with the one before (-1) or after it (1); False if there is none.

    `passed`: items that stay where they are and do not count as neighbours.
    """
    shown = [one for one in items if one == item or one not in passed]
    place = shown.index(item) + step if item in shown else -1
    if not 0 <= place < len(shown):
        return False
    index, other = items.index(item), items.index(shown[place])
    items[index], items[other] = items[other], items[index]
    return True
