"""Work in batches: it ends with the first that is not full, or after the most that a task may do."""

import time

import pytest
from sqlalchemy import text

from campaign_actions.core.db.batches import (
    MAX_REST_SECONDS,
    in_batches,
    rest_since,
    write_and_rest,
)
from campaign_actions.core.db.session import db


@pytest.mark.parametrize(
    ("sizes", "most", "done"), [([3, 3, 1, 3], 10, 7), ([3, 3, 3], 2, 6), ([0, 3], 10, 0)]
)
def test_batches_end_with_one_that_is_not_full_or_after_the_most(app, sizes, most, done):
    left = iter(sizes)

    assert in_batches(lambda: next(left), full=3, most=most) == done


def test_only_sqlite_which_has_one_writer_rests_after_a_batch(app, monkeypatch):
    rests = []
    monkeypatch.setattr(time, "sleep", rests.append)

    rest_since(time.monotonic() - 60)

    is_sqlite = db.engine.dialect.name == "sqlite"
    assert rests == ([MAX_REST_SECONDS] if is_sqlite else [])


def test_a_long_task_rests_after_each_of_its_transactions_on_sqlite(app, monkeypatch):
    rests = []
    monkeypatch.setattr(time, "sleep", rests.append)

    with write_and_rest() as connection:
        held_from = time.monotonic()
        connection.execute(text("select 1"))
        assert rests == []

    most = time.monotonic() - held_from + 1
    is_sqlite = db.engine.dialect.name == "sqlite"
    assert [0 < rest < most for rest in rests] == ([True] if is_sqlite else [])
