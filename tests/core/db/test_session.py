"""A note does not wait for the disk; everything else does."""

import pytest
from sqlalchemy import bindparam, event, func, select, update
from sqlalchemy.exc import OperationalError

from campaign_actions.core.db.session import db, write_async_commit, write_transaction
from campaign_actions.core.security.secrets import Installation, ensure_email_key

NOTE = update(Installation).where(Installation.name == bindparam("its_name"))


def value():
    found = db.session.scalar(select(Installation.value).filter_by(name="email_hash_key"))
    db.session.rollback()
    return found


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_on_postgresql_only_the_note_itself_is_in_haste(app):
    ensure_email_key()
    wish = NOTE.values(value=func.current_setting("synchronous_commit"))

    write_async_commit(wish, {"its_name": "email_hash_key"})

    assert value() == "off"
    assert db.session.scalar(select(func.current_setting("synchronous_commit"))) == "on"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_on_sqlite_the_next_transaction_waits_for_the_disk_again(app):
    ensure_email_key()
    levels = []

    def look(connection, _cursor, statement, *_rest):
        if statement.lower().startswith("update"):
            levels.append(connection.connection.execute("pragma synchronous").fetchone()[0])

    event.listen(db.engine, "before_cursor_execute", look)
    write_async_commit(NOTE.values(value="a note"), {"its_name": "email_hash_key"})
    with write_transaction() as connection:
        connection.execute(NOTE.values(value="a deed"), {"its_name": "email_hash_key"})
    event.remove(db.engine, "before_cursor_execute", look)

    assert levels == [1, 2]  # normal, full
    assert value() == "a deed"


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_a_connection_lost_before_its_first_statement_is_no_error_of_ours(app):
    """The driver's own error, which comes then, is known to no handler: it would be a 500."""

    def lose(dbapi_connection, *_rest):
        dbapi_connection.pgconn.finish()

    event.listen(db.engine, "checkout", lose, once=True)
    with pytest.raises(OperationalError), write_transaction() as connection:
        connection.execute(select(1))
    with write_transaction() as connection:
        assert connection.scalar(select(1)) == 1
