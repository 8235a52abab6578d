"""Concurrent requests share one statement, and nothing else."""

from threading import Thread

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.sign import SIGNATURE_INSERTS, sign
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import OutboxMail
from tests.support.factories import ADA, NOON, make_action, make_confirmed
from tests.support.servers import until


@pytest.fixture
def action(app):
    return make_action()


@pytest.fixture
def statements(app):
    """The statements executed from here on, each with whether it is for many rows."""
    executed = []

    def record(_connection, _cursor, statement, _parameters, _context, is_many):
        executed.append((statement, is_many))

    event.listen(db.engine, "before_cursor_execute", record)
    yield executed
    event.remove(db.engine, "before_cursor_execute", record)


def sign_concurrently(app, action, people):
    """Sign for each person in a thread of its own, in one batch; the error of each, or None."""
    errors = [None] * len(people)

    def work(number, person):
        with app.app_context():
            try:
                sign(action, locale="en", now=NOON, **ADA | person)
            except (DBAPIError, UnicodeError) as error:
                errors[number] = error

    threads = [Thread(target=work, args=who) for who in enumerate(people)]
    queue = SIGNATURE_INSERTS.queue()
    with queue.lock:
        for thread in threads:
            thread.start()
        until(lambda: len(queue.pending) == len(people))
    for thread in threads:
        thread.join()
    return errors


def count(model):
    found = db.session.scalars(select(func.count()).select_from(model)).one()
    db.session.rollback()
    return found


def people(number):
    return [
        {"email": f"signer-{n}@example.org", "given_name": f"Signer {n}"} for n in range(number)
    ]


def test_concurrent_signatures_share_one_statement(app, action, statements):
    errors = sign_concurrently(app, action, people(20))

    inserts = [s for s in statements if "INSERT INTO signatures" in s[0]]
    assert errors == [None] * 20
    assert len(inserts) == 1
    assert (count(Signature), count(OutboxMail)) == (20, 20)


def test_concurrent_signatures_keep_their_own_details(app, action):
    sign_concurrently(app, action, people(20))

    found = db.session.execute(select(Signature.email, Signature.given_name)).all()
    assert {tuple(row) for row in found} == {tuple(p.values()) for p in people(20)}


@pytest.mark.parametrize(
    ("column", "value", "error"),
    [
        ("channel", "nowhere", IntegrityError),
        ("given_name", "half a character: \ud83d", UnicodeError),  # no driver can write it
    ],
)
def test_an_invalid_row_fails_only_its_own_request(app, action, column, value, error):
    some = people(10)
    some[3][column] = value

    errors = sign_concurrently(app, action, some)

    assert isinstance(errors.pop(3), error)
    assert errors == [None] * 9
    assert (count(Signature), count(OutboxMail)) == (9, 9)


def test_one_person_signing_many_times_at_once_has_one_signature_and_an_email_each_time(
    app, action
):
    errors = sign_concurrently(app, action, people(3) * 4)

    assert errors == [None] * 12
    assert (count(Signature), count(OutboxMail)) == (3, 12)


def test_someone_who_withdrew_signs_again_among_others(app, action):
    again = make_confirmed(action, email="signer-2@example.org")
    withdraw(again, now=NOON)

    sign_concurrently(app, action, people(5))

    db.session.refresh(again)
    assert (again.status, again.given_name) == ("pending", "Signer 2")
    assert count(Signature) == 5


def test_more_signatures_than_fit_in_one_batch_are_all_stored(app, action, monkeypatch):
    monkeypatch.setattr("campaign_actions.core.db.group_commit.MAX_BATCH", 3)

    errors = sign_concurrently(app, action, people(10))

    assert errors == [None] * 10
    assert count(Signature) == 10


def test_an_unavailable_database_fails_everyone_in_the_batch_and_nobody_afterwards(app, action):
    def fail(connection, cursor, statement, parameters, context, is_many):
        if "INSERT INTO signatures" in statement:
            raise OperationalError(statement, parameters, OSError("no space left"))

    event.listen(db.engine, "before_cursor_execute", fail)
    errors = sign_concurrently(app, action, people(5))
    event.remove(db.engine, "before_cursor_execute", fail)

    assert [type(error) for error in errors] == [OperationalError] * 5
    assert count(Signature) == 0
    assert sign_concurrently(app, action, people(5)) == [None] * 5


def test_text_in_any_script_is_stored_as_typed(app, action):
    name = "Zoë \\ \"Ё\" 👩‍👩‍👧 'O’Neill' \t %s {x} \\u0041"

    sign_concurrently(app, action, [{"email": "a@example.org", "given_name": name}, *people(2)])

    stored = select(Signature.given_name).filter_by(email="a@example.org")
    assert db.session.scalars(stored).one() == name
