"""Marking signatures invalid and valid again changes the count and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.queries import count_signatures
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
    invalidate_matching,
    validate,
    validate_batch,
)
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from campaign_actions.updates.unsubscribe import unsubscribe
from tests.support.factories import NOON, make_action, make_confirmed, make_signature, make_staff

AUDIT_DETAILS = {"action": "racism/hate-crimes", "actor": "grace@example.org"}
HOUR = timedelta(hours=1)
LATER = NOON + 2 * HOUR


def status_of(signature) -> str:
    db.session.refresh(signature)
    status = signature.status
    db.session.commit()
    return status


def entries() -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_an_invalid_signature_does_not_count_until_it_is_valid_again(app):
    action = make_action()
    signature = make_confirmed(action)
    make_confirmed(action)

    assert invalidate(signature, reason="script", now=LATER, **AUDIT_DETAILS)
    without = status_of(signature), count_signatures(action.id)
    assert validate(signature, now=LATER, **AUDIT_DETAILS)

    assert without == ("invalid", 1)
    assert (status_of(signature), count_signatures(action.id)) == ("confirmed", 2)
    fold()
    assert recount().mismatches == []


def test_only_a_confirmed_signature_can_be_invalidated_and_only_once(app):
    action = make_action()
    signature, pending = make_confirmed(action), make_signature(action)

    done = [
        invalidate(signature, reason="script", now=LATER, **AUDIT_DETAILS),
        invalidate(signature, reason="script", now=LATER, **AUDIT_DETAILS),
        invalidate(pending, reason="script", now=LATER, **AUDIT_DETAILS),
        validate(pending, now=LATER, **AUDIT_DETAILS),
    ]

    assert done == [True, False, False, False]
    assert count_signatures(action.id) == 0
    said = [
        (entry.event, entry.subject, entry.rows, entry.details["change"]) for entry in entries()
    ]
    assert said == [("signature-changed", signature.public_id, 1, "invalid")]


def make_mixed(action):
    """Two signatures that match the condition, and one for each reason not to match."""
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


def test_all_signatures_that_match_a_condition_are_marked_invalid(app):
    action = make_action()
    condition, held, others = make_mixed(action)
    waiting = make_signature(action, country_code="DE", source="bot", now=NOON)

    expected = count_matching(condition, limit=100)
    batch_id, done = invalidate_matching(condition, reason="script", now=LATER, **AUDIT_DETAILS)

    assert (expected, done) == (2, 2)
    assert [status_of(signature) for signature in held] == ["invalid", "invalid"]
    assert {status_of(signature) for signature in others} == {"confirmed"}
    assert status_of(waiting) == "pending"
    assert count_signatures(action.id) == 4
    assert invalidate_matching(condition, reason="script", now=LATER, **AUDIT_DETAILS) == (None, 0)
    assert {signature.invalidation_batch_id for signature in held} == {batch_id}
    (entry,) = entries()
    assert (entry.event, entry.rows, entry.details["country"]) == ("invalidated", 2, "DE")


def test_unsubscribing_from_updates_does_not_remove_a_signature_from_its_batch(app):
    action = make_action()
    condition, held, _others = make_mixed(action)
    batch_id, _rows = invalidate_matching(condition, reason="script", now=LATER, **AUDIT_DETAILS)
    held[0].wants_updates = True
    db.session.commit()
    unsubscribe(held[0], now=LATER + timedelta(hours=1))

    done = validate_batch(batch_id, now=LATER + timedelta(hours=2), **AUDIT_DETAILS)

    assert done == 2


def test_undoing_a_batch_skips_signatures_changed_since(app):
    action = make_action()
    condition, (first, second), others = make_mixed(action)
    by_hand = others[0]
    invalidate(by_hand, reason="test", now=LATER, **AUDIT_DETAILS)
    batch_id, _rows = invalidate_matching(condition, reason="script", now=LATER, **AUDIT_DETAILS)
    validate(first, now=LATER + HOUR, **AUDIT_DETAILS)
    invalidate(first, reason="twice", now=LATER + 2 * HOUR, **AUDIT_DETAILS)

    done = validate_batch(batch_id, now=LATER, **AUDIT_DETAILS)

    assert done == 1
    states = [status_of(signature) for signature in (first, second, by_hand)]
    assert states == ["invalid", "confirmed", "invalid"]
    assert {one.invalidation_batch_id for one in (first, second, by_hand)} == {None}
    fold()
    assert recount().mismatches == []


def test_a_batch_records_who_marked_it_and_who_undid_it(app):
    action = make_action()
    condition, *_rows = make_mixed(action)
    ada, bea = (make_staff("campaigner", name=name) for name in ("Ada", "Bea"))
    marked, undone = LATER, LATER + HOUR

    invalidate_matching(condition, reason="script", now=marked, staff_id=ada.id, **AUDIT_DETAILS)
    (before,) = batches(action.id, offset=0, limit=9)
    validate_batch(before.id, now=undone, staff_id=bea.id, **AUDIT_DETAILS)

    after = find_batch(action.id, before.id)
    assert (before.at, before.author, before.reason, before.rows) == (marked, "Ada", "script", 2)
    assert (before.condition, before.has_rows, before.undone_at) == (condition, True, None)
    assert (after.undone_at, after.undone_by, after.rows_undone) == (undone, "Bea", 2)
    assert (after.rows, after.has_rows) == (2, False)


@pytest.mark.parametrize("other", [True, False])
def test_batches_of_another_action_are_not_found(app, other):
    action = make_action()
    condition, *_rows = make_mixed(action)
    batch_id, _rows = invalidate_matching(condition, reason="script", now=LATER, **AUDIT_DETAILS)

    assert count_batches(action.id + other) == (not other)
    assert len(batches(action.id + other, offset=0, limit=9)) == (not other)
    assert bool(find_batch(action.id + other, batch_id)) == (not other)


def test_several_transactions_form_one_batch(app, monkeypatch):
    monkeypatch.setattr("campaign_actions.actions.signatures.invalidation.invalidate.BATCH_SIZE", 1)
    action = make_action()
    condition, held, _others = make_mixed(action)

    first = invalidate_matching(condition, reason="script", now=LATER, **AUDIT_DETAILS)
    second = invalidate_matching(
        condition, first[0], reason="script", now=LATER + HOUR, **AUDIT_DETAILS
    )

    (batch,) = batches(action.id, offset=0, limit=9)
    assert (first, second) == ((batch.id, 1), (batch.id, 1))
    assert (batch.rows, batch.at, batch.condition) == (2, LATER, condition)
    assert [status_of(one) for one in held] == ["invalid"] * 2
    assert [one.updated_at for one in held] == [LATER, LATER + HOUR], (
        "what really was the last change"
    )


@pytest.mark.parametrize("why", ["undone", "another condition"])
def test_an_undone_batch_and_one_with_another_condition_do_not_grow(app, why):
    action = make_action()
    condition, *_rows = make_mixed(action)
    batch_id, _rows = invalidate_matching(condition, reason="script", now=LATER, **AUDIT_DETAILS)
    if why == "undone":
        validate_batch(batch_id, now=LATER, **AUDIT_DETAILS)
    else:
        condition = replace(condition, country_code="FR")

    another, rows = invalidate_matching(
        condition, batch_id, reason="script", now=LATER, **AUDIT_DETAILS
    )

    assert another != batch_id
    assert rows == (2 if why == "undone" else 1)


def test_a_signature_cannot_refer_to_a_batch_of_another_action(app):
    action = make_action()
    other = make_action(campaign=db.session.get(Action, action.id).campaign, slug="other")
    condition, (first, *_others), _more = make_mixed(action)
    batch_id, _rows = invalidate_matching(condition, reason="script", now=LATER, **AUDIT_DETAILS)
    stranger = make_confirmed(other)
    invalidate(stranger, reason="script", now=LATER, **AUDIT_DETAILS)

    for signature, values in (
        (stranger, {"invalidation_batch_id": batch_id}),
        (first, {"status": "confirmed", "invalidated_at": None}),
    ):
        with pytest.raises(IntegrityError):
            db.session.execute(update(Signature).filter_by(id=signature.id).values(values))
        db.session.rollback()


def test_signing_again_does_not_change_an_invalid_signature(app):
    action = make_action()
    signature = make_confirmed(action, email="ada@example.org")
    invalidate(signature, reason="script", now=LATER, **AUDIT_DETAILS)

    make_signature(action, email="ada@example.org", now=LATER)

    statuses = db.session.scalars(select(Signature.status)).all()
    assert statuses == ["invalid"]
