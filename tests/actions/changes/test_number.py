"""Every change of a signature is appended, and numbers are a cursor that misses none."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.actions.changes import number
from campaign_actions.actions.changes.number import find_last_number, number_changes
from campaign_actions.actions.models import Action, Signature, SignatureChange
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate, validate
from campaign_actions.actions.signatures.one_press.take import take_next
from campaign_actions.actions.signatures.reminders import remind
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.core.db.session import db, read_snapshot, rolled_back, write_transaction
from campaign_actions.updates.unsubscribe import unsubscribe
from tests.support.concurrency import run_concurrently
from tests.support.factories import ADA, NOON, make_action, make_confirmed, make_signature

on_postgresql = pytest.mark.parametrize("app", ["postgresql"], indirect=True)
PERSON = {name: value for name, value in ADA.items() if name != "email"}
STAFF = {"action": "racism/hate-crimes", "actor": "grace@example.org", "now": NOON}


def changes_of(signature) -> list[str]:
    """The status after each change, in order."""
    of_it = select(SignatureChange.status).filter_by(signature_id=signature.id)
    with read_snapshot() as connection:
        return list(connection.scalars(of_it.order_by(SignatureChange.id)))


def numbers_after(cursor: int) -> list[tuple[int, int | None]]:
    """What a reader who has read up to `cursor` finds: the signature and the number of each change."""
    later = select(SignatureChange.signature_id, SignatureChange.number)
    later = later.where(SignatureChange.number > cursor).order_by(SignatureChange.number)
    with read_snapshot() as connection:
        return [tuple(row) for row in connection.execute(later)]


def test_signing_is_no_change_and_confirming_is_one(app):
    signature = make_signature(make_action())

    before = changes_of(signature)
    confirm(signature, now=NOON)

    assert (before, changes_of(signature)) == ([], ["confirmed"])


def test_each_way_in_which_a_signature_changes_is_appended(app):
    signature = make_confirmed(make_action(), email="ada@example.org", wants_updates=True)

    unsubscribe(signature, now=NOON)
    invalidate(signature, reason="bot", **STAFF)
    validate(signature, **STAFF)
    withdraw(signature, now=NOON)
    erase("ada@example.org", now=NOON)

    assert changes_of(signature) == [
        *("confirmed", "confirmed", "invalid", "confirmed", "withdrawn", "erased"),
    ]


def test_a_signature_that_is_confirmed_at_once_is_appended(app):
    first = make_confirmed(make_action())
    second = make_action(slug="second", campaign=db.session.get(Action, first.action_id).campaign)

    take_next(first, second, locale="en", now=NOON, **PERSON)

    taken = db.session.scalars(select(Signature).filter_by(action_id=second.id)).one()
    assert changes_of(taken) == ["confirmed"]


def test_a_reminder_changes_no_exported_value_and_is_not_appended(app):
    signature = make_signature(make_action())

    later = NOON + timedelta(days=3)
    remind(later, erase_after=timedelta(days=30), link_life=timedelta(days=14))

    db.session.refresh(signature)
    assert signature.reminded_at == later
    assert changes_of(signature) == []


def test_a_change_that_is_rolled_back_is_not_appended(app):
    signature = make_confirmed(make_action())
    values = update(Signature).values(status="withdrawn", withdrawn_at=NOON, updated_at=NOON)

    with rolled_back() as connection:
        connection.execute(values)

    assert changes_of(signature) == ["confirmed"]


def test_numbers_have_no_gaps_and_follow_the_order_of_the_changes(app, monkeypatch):
    monkeypatch.setattr(number, "MAX_BATCH", 2)
    action = make_action()
    signatures = [make_confirmed(action) for _number in range(5)]

    numbered = number_changes()

    expected = [(signature.id, n) for n, signature in enumerate(signatures, 1)]
    assert (numbered, numbers_after(0)) == (5, expected)
    assert number_changes() == 0


def test_later_changes_get_higher_numbers(app):
    action = make_action()
    first = make_confirmed(action)
    number_changes()
    withdraw(first, now=NOON)
    second = make_confirmed(action)

    number_changes()

    assert numbers_after(1) == [(first.id, 2), (second.id, 3)]


def test_a_number_is_given_once(app):
    action = make_action()
    for _number in range(2):
        make_confirmed(action)
    number_changes()

    with pytest.raises(IntegrityError), write_transaction() as connection:
        connection.execute(update(SignatureChange).values(number=1))


@contextmanager
def open_transaction(statement):
    """A statement in a transaction on another connection, which is committed at the end."""
    with db.engine.connect().execution_options(isolation_level="READ COMMITTED") as connection:
        connection.execute(statement)
        yield
        connection.commit()


@on_postgresql
def test_a_change_that_is_committed_late_is_behind_no_reader(app):
    """It began first, and has the lowest id. Two more commits and their numbers come before its own."""
    action = make_action()
    late, early = make_confirmed(action), make_confirmed(action)
    number_changes()
    withdrawal = update(Signature).where(Signature.id == late.id)
    values = {"status": "withdrawn", "withdrawn_at": NOON, "updated_at": NOON}

    with open_transaction(withdrawal.values(values)):
        withdraw(early, now=NOON)
        number_changes()
        with read_snapshot() as connection:
            cursor = find_last_number(connection)
        read = numbers_after(2)
    number_changes()

    assert (cursor, read) == (3, [(early.id, 3)])
    assert numbers_after(cursor) == [(late.id, 4)]


@on_postgresql
def test_a_reader_sees_what_the_numbers_that_it_sees_have_changed(app):
    """A snapshot that is older than a number sees neither the number nor the change."""
    signature = make_confirmed(make_action())
    number_changes()
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as snapshot:
        cursor = find_last_number(snapshot)
        withdraw(signature, now=NOON)
        number_changes()

        seen = snapshot.scalar(select(Signature.status).filter_by(id=signature.id))
        assert (find_last_number(snapshot), seen) == (cursor, "confirmed")

    assert numbers_after(cursor) == [(signature.id, 2)]


@on_postgresql
def test_one_process_at_a_time_numbers_and_the_next_continues_after_it(app):
    action = make_action()
    for _number in range(40):
        make_confirmed(action)

    run_concurrently(app, *[number_changes] * 8)

    assert [n for _signature, n in numbers_after(0)] == list(range(1, 41))
