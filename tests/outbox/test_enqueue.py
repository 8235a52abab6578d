"""An email is queued in the same transaction as the change that it is about."""

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.enqueue import delete_emails_to
from campaign_actions.outbox.models import OutboxMail
from tests.support.outbox import ADA, NOON, only_row, queue_mail, rows

MAIL = {"to": ADA, "email_key": "a" * 40, "locale": "en", "about": 7, "now": NOON}


def test_a_queued_email_is_due_at_once(app):
    with write_transaction() as connection:
        queue_mail(connection, "note", **MAIL)

    row = only_row()
    assert (row.template, row.recipient, row.locale, row.about) == ("note", ADA, "en", 7)
    assert (row.status, row.queued_at, row.due_at, row.attempts) == ("queued", NOON, NOON, 0)


def test_queueing_is_part_of_the_callers_transaction(app):
    def sign_and_fail():
        with write_transaction() as connection:
            queue_mail(connection, "note", **MAIL)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        sign_and_fail()

    assert rows() == []


def test_queueing_is_one_statement_that_returns_nothing(app):
    statements = []

    with write_transaction() as connection:
        event.listen(connection, "before_cursor_execute", lambda *args: statements.append(args[2]))
        queue_mail(connection, "note", **MAIL)

    (insert,) = statements
    assert insert.startswith("INSERT INTO outbox_mails")
    assert "RETURNING" not in insert


def test_all_emails_to_a_person_are_deleted(app, post):
    post.queue()
    post.deliver()
    post.queue()
    post.queue(to="bo@example.org")

    with write_transaction() as connection:
        delete_emails_to(connection, email_key(ADA))

    assert [row.recipient for row in rows()] == ["bo@example.org"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "lost"},
        {"status": "sent"},
        {"status": "sent", "sent_at": NOON, "recipient": ADA},
        {"sent_at": NOON},
        {"attempts": -1},
    ],
)
def test_the_database_refuses_inconsistent_rows(app, wrong):
    row = {"template": "note", "recipient": ADA, "email_key": "a", "locale": "en"}

    with pytest.raises(IntegrityError), write_transaction() as connection:
        connection.execute(
            OutboxMail.__table__.insert().values(
                **row | {"status": "queued", "queued_at": NOON, "due_at": NOON} | wrong
            )
        )

    assert db.session.scalars(select(OutboxMail)).all() == []
