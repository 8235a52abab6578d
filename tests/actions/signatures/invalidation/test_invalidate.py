"""Marking signatures invalid and valid again changes the count and nothing else."""

from datetime import timedelta

from sqlalchemy import select

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.queries import count_signatures
from campaign_actions.actions.counts.recount import recount
from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate, validate
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from tests.support.factories import NOON, make_action, make_confirmed, make_signature

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


def test_signing_again_does_not_change_an_invalid_signature(app):
    action = make_action()
    signature = make_confirmed(action, email="ada@example.org")
    invalidate(signature, reason="script", now=LATER, **AUDIT_DETAILS)

    make_signature(action, email="ada@example.org", now=LATER)

    statuses = db.session.scalars(select(Signature.status)).all()
    assert statuses == ["invalid"]
