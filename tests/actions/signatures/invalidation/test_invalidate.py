"""Marking signatures invalid and valid again: the count follows, and nothing else is touched."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.actions.counts.counts import count_signatures
from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.recount import recount
from campaign_actions.actions.models import Action, Signature
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
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from campaign_actions.updates.unsubscribe import unsubscribe
from tests.support.factories import NOON, make_action, make_confirmed, make_signature, make_staff

FACTS = {"action": "racism/hate-crimes", "actor": "grace@example.org"}
HOUR = timedelta(hours=1)
LATER = NOON + 2 * HOUR


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
    batch_id, done = invalidate_some(condition, reason="script", now=LATER, **FACTS)

    assert (expected, done) == (2, 2)
    assert [status_of(signature) for signature in held] == ["invalid", "invalid"]
    assert {status_of(signature) for signature in others} == {"confirmed"}
    assert status_of(waiting) == "pending"
    assert count_signatures(action.id) == 4
    assert invalidate_some(condition, reason="script", now=LATER, **FACTS) == (None, 0)
    assert {signature.invalidation_batch_id for signature in held} == {batch_id}
    (entry,) = entries()
    assert (entry.event, entry.rows, entry.details["country"]) == ("invalidated", 2, "DE")


def test_nobody_leaves_a_batch_by_the_link_that_ends_updates(app):
    action = make_action()
    condition, held, _others = make_mixed(action)
    batch_id, _rows = invalidate_some(condition, reason="script", now=LATER, **FACTS)
    held[0].wants_updates = True
    db.session.commit()
    unsubscribe(held[0], now=LATER + timedelta(hours=1))

    done = validate_some(batch_id, now=LATER + timedelta(hours=2), **FACTS)

    assert done == 2


def test_a_batch_is_undone_but_for_what_was_decided_since(app):
    action = make_action()
    condition, (first, second), others = make_mixed(action)
    by_hand = others[0]
    invalidate(by_hand, reason="test", now=LATER, **FACTS)
    batch_id, _rows = invalidate_some(condition, reason="script", now=LATER, **FACTS)
    validate(first, now=LATER + HOUR, **FACTS)
    invalidate(first, reason="twice", now=LATER + 2 * HOUR, **FACTS)

    done = validate_some(batch_id, now=LATER, **FACTS)

    assert done == 1
    states = [status_of(signature) for signature in (first, second, by_hand)]
    assert states == ["invalid", "confirmed", "invalid"]
    assert {one.invalidation_batch_id for one in (first, second, by_hand)} == {None}
    fold()
    assert recount().differences == []


def test_a_batch_says_who_marked_what_and_who_undid_it(app):
    action = make_action()
    condition, *_rows = make_mixed(action)
    ada, bea = (make_staff("campaigner", name=name) for name in ("Ada", "Bea"))
    marked, undone = LATER, LATER + HOUR

    invalidate_some(condition, reason="script", now=marked, staff_id=ada.id, **FACTS)
    (before,) = batches(action.id, skip=0, most=9)
    validate_some(before.id, now=undone, staff_id=bea.id, **FACTS)

    after = find_batch(action.id, before.id)
    assert (before.at, before.author, before.reason, before.rows) == (marked, "Ada", "script", 2)
    assert (before.condition, before.has_rows, before.undone_at) == (condition, True, None)
    assert (after.undone_at, after.undone_by, after.rows_undone) == (undone, "Bea", 2)
    assert (after.rows, after.has_rows) == (2, False)


@pytest.mark.parametrize("other", [True, False])
def test_batches_are_those_of_one_action(app, other):
    action = make_action()
    condition, *_rows = make_mixed(action)
    batch_id, _rows = invalidate_some(condition, reason="script", now=LATER, **FACTS)

    assert count_batches(action.id + other) == (not other)
    assert len(batches(action.id + other, skip=0, most=9)) == (not other)
    assert bool(find_batch(action.id + other, batch_id)) == (not other)


def test_a_batch_is_one_however_many_transactions_it_took(app, monkeypatch):
    monkeypatch.setattr("campaign_actions.actions.signatures.invalidation.invalidate.MOST", 1)
    action = make_action()
    condition, held, _others = make_mixed(action)

    first = invalidate_some(condition, reason="script", now=LATER, **FACTS)
    second = invalidate_some(condition, first[0], reason="script", now=LATER + HOUR, **FACTS)

    (batch,) = batches(action.id, skip=0, most=9)
    assert (first, second) == ((batch.id, 1), (batch.id, 1))
    assert (batch.rows, batch.at, batch.condition) == (2, LATER, condition)
    assert [status_of(one) for one in held] == ["invalid"] * 2
    assert [one.updated_at for one in held] == [LATER, LATER + HOUR], (
        "what really was the last change"
    )


@pytest.mark.parametrize("why", ["undone", "another condition"])
def test_nothing_joins_a_batch_that_was_undone_or_is_for_others(app, why):
    action = make_action()
    condition, *_rows = make_mixed(action)
    batch_id, _rows = invalidate_some(condition, reason="script", now=LATER, **FACTS)
    if why == "undone":
        validate_some(batch_id, now=LATER, **FACTS)
    else:
        condition = replace(condition, country_code="FR")

    another, rows = invalidate_some(condition, batch_id, reason="script", now=LATER, **FACTS)

    assert another != batch_id
    assert rows == (2 if why == "undone" else 1)


def test_a_signature_belongs_to_no_batch_of_another_action(app):
    action = make_action()
    other = make_action(campaign=db.session.get(Action, action.id).campaign, slug="other")
    condition, (first, *_others), _more = make_mixed(action)
    batch_id, _rows = invalidate_some(condition, reason="script", now=LATER, **FACTS)
    stranger = make_confirmed(other)
    invalidate(stranger, reason="script", now=LATER, **FACTS)

    for signature, values in (
        (stranger, {"invalidation_batch_id": batch_id}),
        (first, {"status": "confirmed", "invalidated_at": None}),
    ):
        with pytest.raises(IntegrityError):
            db.session.execute(update(Signature).filter_by(id=signature.id).values(values))
        db.session.rollback()


def test_what_is_invalid_is_still_known_to_who_signs_again(app):
    action = make_action()
    signature = make_confirmed(action, email="ada@example.org")
    invalidate(signature, reason="script", now=LATER, **FACTS)

    make_signature(action, email="ada@example.org", now=LATER)

    statuses = db.session.scalars(select(Signature.status)).all()
    assert statuses == ["invalid"]
