"""Marking signatures invalid and valid again: the count follows, and nothing else is touched."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from campaign_actions.actions.counts.counts import count_signatures
from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.recount import recount
from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.invalidation.batches import (
    batches,
    count_batches,
    find_batch,
)
from campaign_actions.actions.signatures.invalidation.invalidate import (
    Condition,
    count_matching,
    invalidate,
    invalidate_some,
    validate,
    validate_some,
)
from campaign_actions.actions.signatures.keyset import name_of_moment
from campaign_actions.audit.log import record
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from campaign_actions.updates.unsubscribe import unsubscribe
from tests.support.factories import NOON, make_action, make_confirmed, make_signature

FACTS = {"action": "racism/hate-crimes", "actor": "grace@example.org"}
LATER = NOON + timedelta(hours=2)


def status_of(signature) -> str:
    db.session.refresh(signature)
    status = signature.status
    db.session.commit()
    return status


def entries() -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_an_invalid_signature_counts_no_more_and_a_valid_one_again(app):
    action = make_action()
    signature = make_confirmed(action)
    make_confirmed(action)

    assert invalidate(signature, reason="script", now=LATER, **FACTS)
    without = status_of(signature), count_signatures(action.id)
    assert validate(signature, now=LATER, **FACTS)

    assert without == ("invalid", 1)
    assert (status_of(signature), count_signatures(action.id)) == ("confirmed", 2)
    fold()
    assert recount().differences == []


def test_it_is_done_once_and_only_to_what_counts(app):
    action = make_action()
    signature, pending = make_confirmed(action), make_signature(action)

    done = [
        invalidate(signature, reason="script", now=LATER, **FACTS),
        invalidate(signature, reason="script", now=LATER, **FACTS),
        invalidate(pending, reason="script", now=LATER, **FACTS),
        validate(pending, now=LATER, **FACTS),
    ]

    assert done == [True, False, False, False]
    assert count_signatures(action.id) == 0
    said = [
        (entry.event, entry.subject, entry.rows, entry.details["change"]) for entry in entries()
    ]
    assert said == [("signature-changed", signature.public_id, 1, "invalid")]


def make_mixed(action):
    """Two that a condition holds for, and of each kind one that it does not hold for."""
    condition = Condition(action.id, NOON, LATER, "DE", "bot")
    details = {"country_code": "DE", "source": "bot", "now": NOON}
    held = [make_confirmed(action, **details) for _number in range(2)]
    others = [
        make_confirmed(action, **details | {"now": LATER}),
        make_confirmed(action, **details | {"now": NOON - timedelta(seconds=1)}),
        make_confirmed(action, **details | {"country_code": "FR"}),
        make_confirmed(action, **details | {"source": None}),
    ]
    return condition, held, others


def test_many_are_marked_invalid_by_a_condition(app):
    action = make_action()
    condition, held, others = make_mixed(action)
    waiting = make_signature(action, country_code="DE", source="bot", now=NOON)

    expected = count_matching(condition, most=100)
    done = invalidate_some(condition, LATER, reason="script", now=LATER, **FACTS)

    assert (expected, done) == (2, 2)
    assert [status_of(signature) for signature in held] == ["invalid", "invalid"]
    assert {status_of(signature) for signature in others} == {"confirmed"}
    assert status_of(waiting) == "pending"
    assert count_signatures(action.id) == 4
    assert invalidate_some(condition, LATER, reason="script", now=LATER, **FACTS) == 0
    (entry,) = entries()
    assert (entry.event, entry.rows, entry.details["country"]) == ("invalidated", 2, "DE")


def test_nobody_leaves_a_batch_by_the_link_that_ends_updates(app):
    action = make_action()
    condition, held, _others = make_mixed(action)
    invalidate_some(condition, LATER, reason="script", now=LATER, **FACTS)
    held[0].wants_updates = True
    db.session.commit()
    unsubscribe(held[0], now=LATER + timedelta(hours=1))

    done = validate_some(condition, LATER, now=LATER + timedelta(hours=2), **FACTS)

    assert done == 2


def test_a_batch_is_undone_but_for_what_was_decided_since(app):
    action = make_action()
    condition, (first, second), others = make_mixed(action)
    by_hand = others[0]
    invalidate(by_hand, reason="test", now=LATER, **FACTS)
    invalidate_some(condition, LATER, reason="script", now=LATER, **FACTS)
    validate(first, now=LATER + timedelta(hours=1), **FACTS)
    invalidate(first, reason="twice", now=LATER + timedelta(hours=2), **FACTS)

    (batch,) = batches(action.id, skip=0, most=9)
    done = validate_some(batch.condition, batch.at, now=LATER, **FACTS)

    assert (batch.rows, batch.condition) == (2, condition)
    assert done == 1
    states = [status_of(signature) for signature in (first, second, by_hand)]
    assert states == ["invalid", "confirmed", "invalid"]
    fold()
    assert recount().differences == []


@pytest.mark.parametrize("other", [True, False])
def test_batches_are_those_of_one_action(app, other):
    action = make_action()
    condition, *_rows = make_mixed(action)
    invalidate_some(condition, LATER, reason="script", now=LATER, **FACTS)

    assert count_batches(action.id + other) == (not other)
    assert len(batches(action.id + other, skip=0, most=9)) == (not other)


def test_a_batch_is_found_however_much_was_marked_since_and_is_one_however_long_it_took(app):
    action = make_action()
    condition, *_rows = make_mixed(action)
    facts = {**condition.in_words(), "reason": "script"}
    for number in range(3):
        told = {"batch": name_of_moment(LATER), "now": LATER + timedelta(minutes=number)}
        record("invalidated", actor="grace@example.org", rows=2000, **facts, **told)
    begun = {**facts, "batch": name_of_moment(LATER + timedelta(hours=1)), "action_id": 0}
    entry = {"at": LATER, "actor": "lin@example.org", "event": "invalidated", "details": begun}
    later = [
        {**entry, "rows": 1, "previous": f"after {number}", "hash": str(number)}
        for number in range(600)
    ]
    db.session.execute(insert(AuditEntry), later)
    db.session.commit()

    (batch,) = batches(action.id, skip=0, most=9)

    assert (batch.rows, batch.at, batch.condition) == (6000, LATER, condition)
    assert find_batch(action.id, batch.name) == batch
    assert find_batch(action.id, name_of_moment(NOON)) is None
    assert find_batch(action.id, "x") is None


def test_what_is_invalid_is_still_known_to_who_signs_again(app):
    action = make_action()
    signature = make_confirmed(action, email="ada@example.org")
    invalidate(signature, reason="script", now=LATER, **FACTS)

    make_signature(action, email="ada@example.org", now=LATER)

    statuses = db.session.scalars(select(Signature.status)).all()
    assert statuses == ["invalid"]
