"""An unavailable database is a 503, and only for as long as it is unavailable."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import psycopg
import pytest

from campaign_actions.core.db.session import db
from tests.support.factories import make_action
from tests.support.sign_form import ADA, hidden_inputs

PAGE = "/en/campaigns/racism/hate-crimes/"
on_postgresql = pytest.mark.parametrize("app", ["postgresql"], indirect=True)


@on_postgresql
def test_a_read_only_database_is_a_503(app, client):
    """As one does that another machine has taken over from."""
    make_action()
    fields = hidden_inputs(client) | ADA

    with read_only():
        signed, read = client.post(PAGE, data=fields), client.get(PAGE)

    assert (signed.status_code, read.status_code) == (503, 200)
    assert signed.headers["Retry-After"] == "30"


@on_postgresql
def test_dead_connections_cost_one_503_and_not_one_each(app, client):
    make_action()
    open_connections(6)
    execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )

    answers = [client.get(PAGE).status_code for _time in range(8)]

    assert answers.count(503) <= 1
    assert answers[1:] == [200] * 7


@contextmanager
def read_only() -> Iterator[None]:
    of_database = f"alter database {db.engine.url.database}"
    execute(f"{of_database} set default_transaction_read_only = on")
    db.engine.dispose()
    try:
        yield
    finally:
        execute("set default_transaction_read_only = off", f"{of_database} reset all")
        db.engine.dispose()


def open_connections(number: int) -> None:
    """As after a busy minute: they lie in the pool."""
    engine, together = db.engine, Barrier(number)

    def hold() -> None:
        with engine.connect() as connection:
            connection.exec_driver_sql("select 1")
            together.wait(10)

    with ThreadPoolExecutor(number) as pool:
        for done in [pool.submit(hold) for _number in range(number)]:
            done.result()


def execute(*statements: str) -> None:
    """On a connection that is not of the pool."""
    address = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
