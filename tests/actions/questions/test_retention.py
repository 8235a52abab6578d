"""Answers that are deleted some days after signing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions.actions.models import AnswerDeletion, Signature
from campaign_actions.actions.questions import retention
from campaign_actions.actions.questions.retention import delete_old_answers
from campaign_actions.actions.signatures.sign import sign
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from tests.support.factories import ADA, NOON, make_action, make_confirmed, make_signature
from tests.support.questions import PHONE, WHY, ask

DAY = timedelta(days=1)


@pytest.fixture
def action(app):
    action = make_action()
    ask(action, PHONE, type="phone", keep_days=90, en__label="Your number")
    ask(action, WHY, en__label="Why?")
    return action


def answers() -> list[dict[str, object]]:
    db.session.rollback()
    in_order = select(Signature.answers).order_by(Signature.signed_at, Signature.id)
    return list(db.session.scalars(in_order))


def test_only_the_answers_whose_time_is_over_are_deleted(action):
    given = {PHONE: "+44 20 7946 0018", WHY: "Because"}
    make_confirmed(action, now=NOON, answers=given)
    make_signature(action, now=NOON + DAY, answers=given)

    early = delete_old_answers(NOON + 90 * DAY - timedelta(seconds=1))
    then = delete_old_answers(NOON + 90 * DAY)
    again = delete_old_answers(NOON + 90 * DAY)

    assert (early, then, again) == (0, 1, 0)
    assert answers() == [{WHY: "Because"}, given]
    assert not any("7946" in str(entry.details) for entry in db.session.scalars(select(AuditEntry)))


def test_a_deletion_is_a_change_of_what_is_exported_and_the_signature_stays(action):
    signature = make_confirmed(action, now=NOON, answers={PHONE: "12345"})

    delete_old_answers(NOON + 90 * DAY)
    db.session.refresh(signature)

    assert (signature.is_counted, signature.updated_at) == (True, NOON + 90 * DAY)


def test_batches_go_on_where_the_last_one_ended(action, monkeypatch):
    monkeypatch.setattr(retention, "BATCH_SIZE", 2)
    for minute in range(5):
        make_signature(action, now=NOON + minute * timedelta(minutes=1), answers={PHONE: "12345"})

    deleted = [delete_old_answers(NOON + 91 * DAY) for _ in range(4)]

    assert deleted == [2, 2, 1, 0]
    assert answers() == [{}] * 5


def test_people_who_withdraw_and_sign_again_have_a_new_time(action):
    signature = make_confirmed(action, now=NOON, email="ada@example.org", answers={PHONE: "11111"})
    delete_old_answers(NOON + 91 * DAY)
    withdraw(signature, now=NOON + 92 * DAY)
    again = {**ADA, "email": "ada@example.org", "answers": {PHONE: "22222"}}
    sign(action, locale="en", now=NOON + 93 * DAY, **again)

    kept = delete_old_answers(NOON + 94 * DAY)
    before = answers()
    delete_old_answers(NOON + 183 * DAY)

    assert (kept, before, answers()) == (0, [{PHONE: "22222"}], [{}])


def test_a_question_that_is_kept_with_the_signature_is_not_looked_at(action):
    make_signature(action, answers={WHY: "Because"})

    delete_old_answers(NOON + 1000 * DAY)

    marks = db.session.scalars(select(AnswerDeletion.question)).all()
    assert (answers(), marks) == ([{WHY: "Because"}], [PHONE])
