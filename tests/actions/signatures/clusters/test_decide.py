"""A cluster is proposed once, goes on as the same one, and does not come back when staff have decided."""

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest

from campaign_actions.actions.signatures.clusters.decide import dismiss, mark_invalidated, reopen
from campaign_actions.actions.signatures.clusters.queries import (
    decided_clusters,
    find_cluster,
    open_clusters,
)
from campaign_actions.actions.signatures.clusters.record import delete_old_clusters
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.invalidation import jobs
from campaign_actions.actions.signatures.search import count_results
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from tests.support.batches import WHO, work
from tests.support.clusters import LOW, MINUTE, arrive, look, make_compared_action, stored
from tests.support.factories import NOON

DAY = timedelta(days=1)
BULK = {"domain": "bulk.example"}


@pytest.fixture
def action(app):
    return make_compared_action()


@pytest.fixture
def cluster(action):
    arrive(action, 20, **BULK)
    look()
    (found,) = open_clusters(action.id)
    return found


def decide(cluster, now=NOON) -> bool:
    return dismiss(
        cluster, action="racism/hate-crimes", actor="grace@example.org", staff_id=7, now=now
    )


def states() -> list[str]:
    return [one.state for one in stored()]


def test_its_filter_finds_its_signatures(action, cluster):
    arrive(action, 3, now=NOON - DAY, **BULK)

    assert cluster.wanted == SignatureFilter(
        since=NOON.isoformat(), until=(NOON + MINUTE).isoformat(), domain="bulk.example"
    )
    assert count_results(action.id, cluster.wanted).number == 20


def test_the_same_is_proposed_once(action, cluster):
    again = look(NOON + MINUTE)

    assert (again, states()) == (0, ["open"])


def test_a_cluster_grows_while_it_goes_on(action, cluster):
    for minute in (5, 14, 23):
        arrive(action, 12, now=NOON + minute * MINUTE, **BULK)
        look(NOON + minute * MINUTE)

    (grown,) = open_clusters(action.id)
    assert (grown.since, grown.until) == (NOON, NOON + 24 * MINUTE)
    assert count_results(action.id, grown.wanted).number == 56


def test_what_came_during_an_attack_does_not_become_usual(action, cluster):
    """Without its beginning, most of the signatures before would be those of the attack."""
    for minute in range(10, 80, 10):
        arrive(action, 100, now=NOON + minute * MINUTE, **BULK)
        look(NOON + minute * MINUTE)

    (grown,) = open_clusters(action.id)
    assert grown.until == NOON + 71 * MINUTE


def test_the_same_after_a_pause_is_another_cluster(action, cluster):
    arrive(action, 12, now=NOON + DAY, **BULK)

    assert look(NOON + DAY) == 1


def test_a_dismissed_cluster_does_not_come_back(action, cluster):
    assert decide(cluster)

    proposed = [look(NOON + MINUTE)]
    for day in (1, 6, 12):  # never quiet for a week
        arrive(action, 12, now=NOON + day * DAY, **BULK)
        proposed.append(look(NOON + day * DAY))

    assert proposed == [0, 0, 0, 0]
    assert states() == ["dismissed"]


def test_the_same_after_a_quiet_week_is_new(action, cluster):
    decide(cluster)
    arrive(action, 12, now=NOON + 8 * DAY, **BULK)

    assert look(NOON + 8 * DAY) == 1


def test_something_else_is_proposed_though_the_first_was_dismissed(action, cluster):
    decide(cluster)
    arrive(action, 20, domain="other.example", now=NOON + MINUTE)

    assert look(NOON + MINUTE) == 1


def test_the_largest_cluster_comes_first(action, cluster):
    arrive(action, 30, domain="other.example", now=NOON + MINUTE)
    look(NOON + MINUTE)
    arrive(action, 25, domain="third.example", now=NOON + 2 * MINUTE)
    look(NOON + 2 * MINUTE)

    found = [one.wanted.domain for one in open_clusters(action.id)]

    assert found == ["other.example", "third.example", "bulk.example"]


def test_only_one_person_decides(action, cluster):
    first, second = decide(cluster), decide(cluster)

    assert (first, second) == (True, False)
    (decided,) = decided_clusters(action.id)
    assert (decided.state, decided.decided_at) == ("dismissed", NOON)
    entries = db.session.query(AuditEntry).filter_by(event="cluster-dismissed").all()
    assert [(entry.actor, entry.details["domain"]) for entry in entries] == [
        ("grace@example.org", "bulk.example")
    ]


def test_a_batch_with_its_filter_decides_it(action, cluster):
    other = replace(cluster.wanted, domain="other.example")

    missed = mark_invalidated(action.id, other, batch_id=1, staff_id=7, now=NOON)
    closed = mark_invalidated(
        action.id, replace(cluster.wanted, status="confirmed"), batch_id=1, staff_id=7, now=NOON
    )

    assert (missed, closed, states()) == (0, 1, ["invalidated"])


def test_an_attack_that_goes_on_after_it_was_marked_invalid_is_proposed_again(action, cluster):
    mark_invalidated(action.id, cluster.wanted, batch_id=1, staff_id=7, now=NOON + MINUTE / 2)

    left = look(NOON + MINUTE)  # those that are still pending, or whose turn comes later
    arrive(action, 12, now=NOON + 2 * MINUTE, **BULK)
    going_on = look(NOON + 2 * MINUTE)

    assert (left, going_on) == (0, 1)
    (new,) = open_clusters(action.id)
    assert new.since == NOON + 2 * MINUTE


def test_a_cluster_is_open_again_when_its_batch_is_undone(action, cluster):
    batch = jobs.start(action.id, cluster.wanted, reason="script", now=NOON + MINUTE, **WHO)
    mark_invalidated(action.id, cluster.wanted, batch_id=batch, staff_id=7, now=NOON + MINUTE)
    work(batch, NOON + MINUTE)
    before = find_cluster(action.id, cluster.id)
    jobs.start_undo(batch, now=NOON + 2 * MINUTE, **WHO)

    after = find_cluster(action.id, cluster.id)
    assert (before.state, before.is_undone) == ("invalidated", False)
    assert (after.state, after.is_undone) == ("open", True)
    assert decided_clusters(action.id) == []


def test_a_cluster_is_open_again_when_its_batch_is_cancelled(action, cluster):
    batch = jobs.start(action.id, cluster.wanted, reason="script", now=NOON + MINUTE, **WHO)
    mark_invalidated(action.id, cluster.wanted, batch_id=batch, staff_id=7, now=NOON + MINUTE)
    jobs.cancel(batch, now=NOON + 2 * MINUTE, **WHO)

    after = find_cluster(action.id, cluster.id)
    assert (after.state, after.is_undone) == ("open", False)
    assert decided_clusters(action.id) == []


def test_undoing_a_batch_of_other_people_opens_nothing(action, cluster):
    arrive(action, 3, domain="other.example")
    others = replace(cluster.wanted, domain="other.example")
    own, other = (
        jobs.start(action.id, wanted, reason="script", now=NOON + MINUTE, **WHO)
        for wanted in (cluster.wanted, others)
    )
    work(own, NOON + MINUTE)
    work(other, NOON + MINUTE)

    jobs.start_undo(other, now=NOON + 2 * MINUTE, **WHO)

    assert states() == ["invalidated"]


def test_a_decision_is_taken_back_once(action, cluster):
    who = {"action": "racism/hate-crimes", "actor": "grace@example.org", "now": NOON + MINUTE}
    decide(cluster)

    first, second = reopen(cluster, **who), reopen(cluster, **who)

    assert (first, second, states()) == (True, False, ["open"])
    assert look(NOON + MINUTE) == 0, "it goes on as the same one"
    entries = db.session.query(AuditEntry).filter_by(event="cluster-reopened").all()
    assert [(entry.actor, entry.details["domain"]) for entry in entries] == [
        ("grace@example.org", "bulk.example")
    ]


def test_a_cluster_of_another_action_is_not_found(action, cluster):
    assert find_cluster(action.id + 1, cluster.id) is None


def test_clusters_are_deleted_after_ninety_days(action, cluster):
    until = cluster.until

    delete_old_clusters(until + 90 * DAY)
    kept = states()
    delete_old_clusters(until + 90 * DAY + MINUTE)

    assert (kept, states()) == (["open"], [])


def test_several_workers_propose_it_once(app, action):
    arrive(action, 20, **BULK)

    def work_once() -> None:
        with app.app_context():
            look(NOON, LOW)
            db.session.remove()

    workers = [Thread(target=work_once) for _number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert states() == ["open"]
