"""Ids are read from the database as words of 64 bits."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from campaign_actions.core.db.bitmaps import read_ids
from campaign_actions.core.db.session import rolled_back
from campaign_actions.outbox.models import OutboxMail
from tests.support.factories import NOON

IDS = st.sets(st.one_of(st.integers(1, 300), st.integers(1, 2**62)), max_size=200)


@pytest.mark.parametrize("dense", [range(1, 64), range(64, 128), range(1, 1000), [63], [64], []])
def test_runs_of_ids_are_read_whole(app, dense):
    assert list(read(set(dense))) == list(dense)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ids=IDS)
def test_any_ids_are_read_as_they_are(app, ids):
    assert set(read(ids)) == ids


def read(ids: set[int]):
    """What is read of a table with rows of these ids."""
    row = {"template": "x", "email_key": "x", "locale": "en", "status": "queued"}
    times = {"queued_at": NOON, "due_at": NOON, "is_held": False, "attempts": 0}
    with rolled_back() as connection:
        if ids:
            connection.execute(insert(OutboxMail), [{"id": one, **row, **times} for one in ids])
        return read_ids(connection, select(OutboxMail.id), OutboxMail.id)
