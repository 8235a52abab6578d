"""Nothing is left of answers once a person’s data is deleted, in whatever way."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate
from campaign_actions.actions.signatures.reminders import expire
from campaign_actions.actions.signatures.retention import erase_closed
from campaign_actions.actions.signatures.withdraw import erase, erase_withdrawn, withdraw
from campaign_actions.core.db.session import db
from tests.support.factories import NOON, make_action, make_confirmed, make_signature
from tests.support.questions import PHONE, ask

EMAIL = "ada@example.org"
ANSWERS = {PHONE: "+44 20 7946 0018"}


@pytest.fixture
def action(app):
    action = make_action(closes_at=NOON + timedelta(days=1))
    ask(action, PHONE, type="phone", en__label="Your number")
    return action


def answers() -> dict[str, object]:
    db.session.rollback()
    return db.session.scalars(select(Signature.answers)).one()


def test_erasing_a_person_deletes_their_answers(action):
    make_confirmed(action, email=EMAIL, answers=ANSWERS)

    erase(EMAIL, now=NOON)

    assert answers() == {}


def test_withdrawing_before_confirming_deletes_them(action):
    withdraw(make_signature(action, answers=ANSWERS), now=NOON)

    assert answers() == {}


def test_withdrawing_and_deleting_deletes_them(action):
    signature = make_confirmed(action, answers=ANSWERS)
    withdraw(signature, now=NOON)
    kept = answers()

    erase_withdrawn(signature, now=NOON)

    assert (kept, answers()) == (ANSWERS, {})


def test_the_withdrawal_of_an_invalid_signature_deletes_them(action):
    signature = make_confirmed(action, answers=ANSWERS)
    invalidate(signature, action="racism/hate-crimes", reason="", actor="grace", now=NOON)

    withdraw(signature, now=NOON)

    assert answers() == {}


def test_the_end_of_the_retention_period_deletes_them(action):
    make_confirmed(action, answers=ANSWERS)

    erase_closed(NOON + timedelta(days=400), keep_months=12)

    assert answers() == {}


def test_an_unconfirmed_signature_that_expires_takes_them_along(action):
    make_signature(action, answers=ANSWERS)
    db.session.execute(Signature.__table__.update().values(reminded_at=NOON, due_at=NOON))
    db.session.commit()

    expire(NOON + timedelta(days=40))

    assert answers() == {}
