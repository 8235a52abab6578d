"""A cluster with nobody left to decide about is closed, and open again when that is undone."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.clusters.left import close_empty_clusters
from campaign_actions.actions.signatures.clusters.queries import count_open, open_clusters
from campaign_actions.actions.signatures.filters.filter import MARKABLE, SignatureFilter
from campaign_actions.actions.signatures.invalidation import jobs
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate, validate
from campaign_actions.actions.signatures.invalidation.run_jobs import take_step
from campaign_actions.core.db.session import db, write_transaction
from tests.support.batches import WHO, mark, undo
from tests.support.clusters import MINUTE, arrive, look, make_compared_action, stored
from tests.support.factories import NOON

LATER = NOON + MINUTE
HOUR = timedelta(hours=1)
FAKES = SignatureFilter(domain="bulk.example", status=MARKABLE)


@pytest.fixture
def action(app):
    """With a cluster of 60 by domain, and one of 20 of them by comment."""
    action = make_compared_action()
    arrive(action, 40, domain="bulk.example")
    look()
    arrive(action, 20, domain="bulk.example", comment="Buy cheap pills")
    look()
    assert {one.rule for one in open_clusters(action.id)} == {"domain", "text"}
    return action


def states() -> dict[str, str]:
    return {one.rule: one.state for one in stored()}


def of_rule(action, rule: str):
    return next(one for one in open_clusters(action.id) if one.rule == rule)


def fakes(number: int = 60) -> list[Signature]:
    found = select(Signature).filter(Signature.email.like("%@bulk.example"))
    return list(db.session.scalars(found.order_by(Signature.id.desc()).limit(number)))


@pytest.mark.parametrize("is_by_filter", [True, False])
def test_marking_everyone_closes_all_clusters_that_have_nobody_else(action, is_by_filter):
    wanted = FAKES if is_by_filter else of_rule(action, "domain").wanted
    batch = mark(action.id, wanted, now=LATER, staff_id=7)

    (domain, text) = stored()
    assert {(one.state, one.batch_id, one.decided_by) for one in (domain, text)} == {
        ("invalidated", batch, 7)
    }
    assert count_open(action.id) == 0


def test_marking_the_smaller_one_leaves_the_larger_open(action):
    mark(action.id, of_rule(action, "text").wanted, now=LATER)

    assert states() == {"domain": "open", "text": "invalidated"}


def test_undoing_the_batch_opens_them_again(action):
    batch = mark(action.id, FAKES, now=LATER)
    undo(batch, now=LATER)

    assert states() == {"domain": "open", "text": "open"}


def test_undoing_one_of_two_batches_opens_the_cluster_that_both_emptied(action):
    first, second = fakes()[:30], fakes()[30:]
    one, _other = (
        mark(action.id, SignatureFilter(ids=tuple(each.public_id for each in part)), now=LATER)
        for part in (first, second)
    )
    before = states()["domain"]

    undo(one, now=LATER)

    assert (before, states()) == ("invalidated", {"domain": "open", "text": "open"})


def test_nothing_is_closed_while_a_batch_is_being_undone(action):
    batch = mark(action.id, FAKES, now=LATER)
    jobs.start_undo(batch, now=LATER, **WHO)

    close_empty_clusters(LATER + HOUR)

    assert states() == {"domain": "open", "text": "open"}


def test_a_batch_that_is_cancelled_leaves_what_it_has_emptied_closed(action):
    part = tuple(each.public_id for each in fakes(20))
    wanted = SignatureFilter(ids=part, status=MARKABLE)
    batch = jobs.start(action.id, wanted, reason="script", now=LATER, **WHO)
    take_step(batch, LATER)  # counts
    for one in fakes(20):
        invalidate(one, reason="test", now=LATER, **WHO)
    reopened = stored()[1].state

    jobs.cancel(batch, now=LATER, **WHO)

    assert (reopened, states()) == ("invalidated", {"domain": "open", "text": "invalidated"})


def test_marking_the_last_one_by_one_closes_it_and_making_them_valid_opens_it(action):
    for one in fakes(20):
        invalidate(one, reason="test", now=LATER, staff_id=7, **WHO)
    closed = states()
    validate(fakes(1)[0], now=LATER, **WHO)

    assert closed == {"domain": "open", "text": "invalidated"}
    assert states() == {"domain": "open", "text": "open"}


def test_one_person_of_a_batch_who_is_real_opens_nothing(action):
    mark(action.id, FAKES, now=LATER)

    validate(fakes(1)[0], now=LATER, **WHO)

    assert states() == {"domain": "invalidated", "text": "invalidated"}


def test_a_cluster_of_people_who_are_gone_is_deleted(action):
    with write_transaction() as connection:
        connection.execute(delete(Signature).where(Signature.comment == "Buy cheap pills"))
    close_empty_clusters(NOON + 5 * MINUTE)
    at_once = states()

    close_empty_clusters(NOON + HOUR)

    assert at_once == {"domain": "open", "text": "open"}, "more may be coming"
    assert states() == {"domain": "open"}


def test_a_cluster_whose_last_people_are_gone_counts_as_marked(action):
    sample = of_rule(action, "text").wanted.same_comment
    found = sorted(fakes(20), key=lambda one: one.public_id != sample)
    marked, gone = found[:10], found[10:]
    for one in marked:
        invalidate(one, reason="test", now=LATER, **WHO)
    with write_transaction() as connection:
        ids = [one.id for one in gone]
        connection.execute(delete(Signature).where(Signature.id.in_(ids)))

    close_empty_clusters(NOON + HOUR)

    assert states() == {"domain": "open", "text": "invalidated"}
