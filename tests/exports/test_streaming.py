"""Rules that apply to every export format."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Column as TableColumn
from sqlalchemy import Integer, MetaData, Table, Text, func, insert, literal, select, text
from sqlalchemy.exc import DBAPIError

from campaign_actions.core.db.session import UtcDateTime, db
from campaign_actions.exports import FORMATS, Column, Section


@pytest.fixture
def numbers():
    """A query of 5,000 rows, not stored anywhere."""
    counted = select(literal(1, Integer).label("n")).cte(recursive=True)
    counted = counted.union_all(select(counted.c.n + 1).where(counted.c.n < 5000))
    return select(counted).order_by(counted.c.n.desc())


@pytest.mark.parametrize("name", FORMATS)
def test_formats_are_found_by_name(name):
    assert FORMATS[name].name == name
    assert FORMATS[name].suffix == f".{name}"


@pytest.mark.parametrize("name", ["csv", "jsonl"])
def test_rows_are_written_a_few_hundred_at_a_time(connection, numbers, name):
    columns = [Column("n", numbers.selected_columns.n, "plain"), Column("text", literal("a", Text))]

    chunks = list(FORMATS[name].write([Section(columns, numbers)], connection))

    assert max(chunk.count(b"\n") for chunk in chunks) == 500


@pytest.mark.parametrize("name", FORMATS)
def test_a_query_error_comes_before_the_first_chunk(connection, numbers, name):
    """So a page can still report it, instead of sending a truncated file."""
    columns = [Column("text", func.no_such_function(type_=Text))]

    with pytest.raises(DBAPIError):
        next(FORMATS[name].write([Section(columns, numbers)], connection))


def test_rows_are_in_the_order_of_the_query(connection, numbers):
    columns = [Column("n", numbers.selected_columns.n, "plain")]

    written = b"".join(FORMATS["csv"].write([Section(columns, numbers)], connection))

    assert [int(line) for line in written.split()[1:]] == list(range(5000, 0, -1))


@pytest.mark.parametrize("name", FORMATS)
def test_the_connection_stays_usable_after_an_aborted_export(connection, numbers, name):
    columns = [Column("text", literal("a" * 1000, Text))]
    chunks = FORMATS[name].write([Section(columns, numbers)], connection)
    next(chunks)

    chunks.close()
    db.session.rollback()

    assert db.session.scalar(text("select 1")) == 1


@pytest.mark.parametrize("name", ["csv", "jsonl"])
def test_values_in_the_query_are_quoted_safely(connection, name):
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    notes = Table(
        "notes", MetaData(), TableColumn("note", Text), TableColumn("written_at", UtcDateTime)
    )
    notes.create(connection)
    odd = r"""100% 'o\'; drop table notes; --" :a %(b)s %%"""
    connection.execute(insert(notes).values(note=odd, written_at=noon))
    query = select(notes).where(notes.c.note.in_([odd, "else"]), notes.c.written_at <= noon)

    written = b"".join(
        FORMATS[name].write([Section([Column("x", literal("found", Text))], query)], connection)
    )

    assert b"found" in written


def test_an_export_uses_no_parallel_workers(connection, numbers):
    columns = [Column("n", numbers.selected_columns.n, "plain")]

    b"".join(FORMATS["csv"].write([Section(columns, numbers)], connection))

    if connection.dialect.name == "postgresql":
        assert connection.scalar(text("show max_parallel_workers_per_gather")) == "0"
