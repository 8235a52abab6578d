"""Filters outlive the filling times of signatures, and lead to people: they forget them too."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from campaign_actions.actions.models import Signature, SignatureCluster
from campaign_actions.actions.signatures.clusters.decide import dismiss
from campaign_actions.actions.signatures.clusters.fill_time import (
    delete_fill_times,
    forget_in_filters,
)
from campaign_actions.actions.signatures.clusters.queries import find_cluster
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.invalidation.batches import find_batch
from campaign_actions.actions.signatures.invalidation.erase_batch import EraseBatch
from campaign_actions.actions.signatures.invalidation.jobs import start
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from tests.support.batches import WHO, batch_row, mark, work
from tests.support.factories import NOON, make_action, make_confirmed

DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
FAST = SignatureFilter(fill_time="fast", source="bots")
FORGOTTEN = {"source": "bots", "status": "confirmed", "timed": True}


@pytest.fixture
def action(app):
    found = make_action()
    make_confirmed(found, fill_time="fast", source="bots")
    return found


def test_a_batch_forgets_it_with_its_first_signature(action):
    batch_id = mark(action.id, FAST, now=NOON + 20 * DAY)

    delete_fill_times(NOON + 30 * DAY)
    before = batch_row(batch_id).filter["fill_time"]
    delete_fill_times(NOON + 30 * DAY + SECOND)

    assert before == "fast"
    assert batch_row(batch_id).filter == FORGOTTEN
    found = find_batch(action.id, batch_id)
    assert (found.was_timed, found.filter.fill_time) == (True, "")


def test_a_batch_that_is_running_keeps_it_to_its_end(action):
    batch_id = start(action.id, FAST, reason="script", **WHO, now=NOON + 30 * DAY)
    work(batch_id, NOON)  # counts and marks
    db.session.execute(update(type(batch_row(batch_id))).values(state="running", ended_at=None))
    db.session.commit()

    delete_fill_times(NOON + 31 * DAY)
    running = batch_row(batch_id).filter
    work(batch_id, NOON + 31 * DAY)

    assert running["fill_time"] == "fast"
    assert batch_row(batch_id).filter == FORGOTTEN


def test_batches_whose_signatures_are_gone_forget_it_as_well(action):
    batch_id = mark(action.id, FAST, now=NOON)
    db.session.execute(update(Signature).values(fill_time=None))
    db.session.commit()

    forget_in_filters(NOON + 30 * DAY)
    early = batch_row(batch_id).filter
    forget_in_filters(NOON + 30 * DAY + SECOND)

    assert early["fill_time"] == "fast"
    assert batch_row(batch_id).filter == FORGOTTEN


def test_other_filters_are_left_as_they_are(action):
    batch_id = mark(action.id, SignatureFilter(source="bots"), now=NOON)

    delete_fill_times(NOON + 31 * DAY)
    forget_in_filters(NOON + 31 * DAY)

    assert batch_row(batch_id).filter == {"source": "bots", "status": "confirmed"}


def make_cluster(action, *, until: datetime, **wanted: str) -> int:
    values = {"action_id": action.id, "rule": "source", "key": "k", "filter": wanted, "rows": 9}
    values |= {"since": NOON, "until": until, "found_at": until, "state": "open"}
    added = insert(SignatureCluster).values(values).returning(SignatureCluster.id)
    cluster_id = db.session.execute(added).scalar_one()
    db.session.commit()
    return cluster_id


@pytest.mark.parametrize("is_decided", [True, False])
def test_a_cluster_without_any_filling_time_left_is_deleted(action, is_decided):
    cluster_id = make_cluster(action, until=NOON + MINUTE, source="bots", fill_time="fast")
    if is_decided:
        cluster = find_cluster(action.id, cluster_id)
        dismiss(cluster, **WHO, staff_id=1, now=NOON)

    forget_in_filters(NOON + 30 * DAY)
    kept = find_cluster(action.id, cluster_id)
    db.session.rollback()
    forget_in_filters(NOON + 30 * DAY + SECOND)

    assert kept
    assert find_cluster(action.id, cluster_id) is None


def test_a_cluster_that_goes_on_keeps_the_minutes_whose_filling_times_are_known(action):
    cluster_id = make_cluster(action, until=NOON + DAY, fill_time="slow")
    other_id = make_cluster(action, until=NOON + DAY, domain="bulk.example")

    forget_in_filters(NOON + 30 * DAY + 90 * SECOND)

    assert find_cluster(action.id, cluster_id).since == NOON + 2 * MINUTE
    assert find_cluster(action.id, other_id).since == NOON


def test_no_record_says_how_quickly_a_form_was_filled_in(action):
    batch_id = mark(action.id, FAST, now=NOON)
    cluster = find_cluster(action.id, make_cluster(action, until=NOON + DAY, fill_time="fast"))
    dismiss(cluster, **WHO, staff_id=1, now=NOON)

    request = EraseBatch.of(find_batch(action.id, batch_id), campaign_id=1, action="x").to_json()
    details = db.session.scalars(select(AuditEntry.details)).all()

    assert "fast" not in str([request, *details])
    assert [one["fill_time"] for one in details if "fill_time" in one] == [True, True]
