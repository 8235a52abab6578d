"""Transactions do not nest, commit nothing by accident, and wait for the disk unless told otherwise."""

from functools import partial

import pytest
from sqlalchemy import bindparam, event, func, insert, select, update
from sqlalchemy.exc import OperationalError

from campaign_actions.core.db.session import (
    UncommittedChanges,
    db,
    has_rows,
    read_snapshot,
    release_connection,
    rolled_back,
    write_async_commit,
    write_transaction,
)
from campaign_actions.core.security.secrets import Installation, ensure_email_key

UPDATE = update(Installation).where(Installation.name == bindparam("its_name"))
FACTS = select(Installation.name)


def current_value():
    found = db.session.scalar(select(Installation.value).filter_by(name="email_hash_key"))
    db.session.rollback()
    return found


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_on_postgresql_only_the_statement_itself_commits_asynchronously(app):
    ensure_email_key()
    statement = UPDATE.values(value=func.current_setting("synchronous_commit"))

    write_async_commit(statement, {"its_name": "email_hash_key"})

    assert current_value() == "off"
    assert db.session.scalar(select(func.current_setting("synchronous_commit"))) == "on"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_on_sqlite_the_next_transaction_syncs_to_disk_again(app):
    ensure_email_key()
    levels = []

    def record(connection, _cursor, statement, *_rest):
        if statement.lower().startswith("update"):
            levels.append(connection.connection.execute("pragma synchronous").fetchone()[0])

    event.listen(db.engine, "before_cursor_execute", record)
    write_async_commit(UPDATE.values(value="first"), {"its_name": "email_hash_key"})
    with write_transaction() as connection:
        connection.execute(UPDATE.values(value="second"), {"its_name": "email_hash_key"})
    event.remove(db.engine, "before_cursor_execute", record)

    assert levels == [1, 2]  # normal, full
    assert current_value() == "second"


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_a_connection_lost_before_its_first_statement_is_an_operational_error(app):
    """Otherwise it would be the driver's own error, which has no error page."""

    def lose(dbapi_connection, *_rest):
        dbapi_connection.pgconn.finish()

    event.listen(db.engine, "checkout", lose, once=True)
    with pytest.raises(OperationalError), write_transaction() as connection:
        connection.execute(select(1))
    with write_transaction() as connection:
        assert connection.scalar(select(1)) == 1


def insert_fact(connection):
    connection.execute(insert(Installation), {"name": "a", "value": "fact"})


def begin_and_end(transaction):
    with transaction():
        pass


@pytest.mark.parametrize(
    "interrupt",
    [
        *(partial(begin_and_end, one) for one in (write_transaction, read_snapshot, rolled_back)),
        partial(has_rows, FACTS),
        release_connection,
    ],
)
def test_nothing_begins_or_ends_a_transaction_inside_another(app, interrupt):
    def write():
        with write_transaction() as connection:
            insert_fact(connection)
            interrupt()

    with pytest.raises(UncommittedChanges):
        write()

    assert not has_rows(FACTS), "half of it was committed"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_changed_objects_of_the_caller_are_not_committed(app):
    db.session.add(Installation(name="a", value="fact"))

    with pytest.raises(UncommittedChanges):
        begin_and_end(write_transaction)

    db.session.rollback()
    assert not has_rows(FACTS)


def test_what_was_read_before_a_write_stays_loaded(app):
    with write_transaction() as connection:
        insert_fact(connection)
    fact = db.session.scalars(select(Installation)).one()

    with write_transaction() as connection:
        connection.execute(update(Installation).values(value="new"))

    assert fact.value == "fact"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_transaction_can_follow_one_that_failed(app):
    with pytest.raises(ZeroDivisionError), write_transaction():
        raise ZeroDivisionError

    with write_transaction() as connection:
        insert_fact(connection)
    assert has_rows(FACTS)
