"""Columns with a few words in one text, with spaces between."""

from sqlalchemy import ColumnElement, Connection, select, update
from sqlalchemy.orm import InstrumentedAttribute


def add_word(
    connection: Connection,
    column: InstrumentedAttribute[str],
    row: ColumnElement[bool],
    word: str,
) -> None:
    """Add a word to a column of one row. Each word is there once."""
    former = connection.scalars(select(column).where(row).with_for_update()).one()
    words = " ".join(sorted({*former.split(), word}))
    connection.execute(update(column.class_).where(row).values({column: words}))
