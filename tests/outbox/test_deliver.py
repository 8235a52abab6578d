"""Due emails are sent once, and their outcome is recorded."""

from dataclasses import replace
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import text, update
from sqlalchemy.exc import OperationalError

from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.mail.mime import MailRefused
from campaign_actions.core.mail.render import MailDelayed, MailServerUnavailable
from campaign_actions.core.mail.transports import open_transport
from campaign_actions.outbox.deliver import Delivered, Sender, deliver_due
from campaign_actions.outbox.enqueue import delete_emails_to
from campaign_actions.outbox.lease import LEASE, lease
from campaign_actions.outbox.models import OutboxMail
from tests.support.mail_server import mail_server
from tests.support.outbox import ADA, NOON, FailingTransport, note, only_row, rows, text_of

MINUTE = timedelta(minutes=1)


def test_a_sent_email_is_marked_and_its_recipient_removed(app, post):
    post.queue(to=ADA)

    delivered = post.deliver(NOON + MINUTE)

    assert delivered == Delivered(sent=1)
    (mail,) = post.arrived()
    assert (mail["To"], mail["Date"].datetime) == (ADA, NOON + MINUTE)
    row = only_row()
    assert (row.status, row.sent_at, row.recipient) == ("sent", NOON + MINUTE, None)
    assert row.leased_until is None


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_an_unavailable_database_costs_an_email_no_attempt(app, post):
    post.mails["cut off"] = cut_off
    post.queue("cut off")
    post.queue(to="grace@example.org")
    sender = Sender(post.transport, post.mails, daily_limit=5)

    with pytest.raises(OperationalError):
        deliver_due(sender, lambda: NOON)
    db.session.rollback()
    post.mails["cut off"] = note

    assert deliver_due(sender, lambda: NOON) == Delivered(sent=2)
    assert [row.attempts for row in rows()] == [1, 1]


def cut_off(about, email_key, locale, now):
    """Makes an email that needs the database, but an administrator has just ended the connection."""
    db.session.execute(text("select pg_terminate_backend(pg_backend_pid())"))


def test_a_sent_email_is_not_sent_again(app, post):
    post.queue()

    assert post.deliver().sent == 1
    assert post.deliver(NOON + timedelta(days=1)).sent == 0


def test_emails_are_delivered_in_the_order_in_which_they_are_due(app, post):
    for number in (3, 1, 2):
        post.queue(to=f"{number}@example.org", about=number, now=NOON + number * MINUTE)
    post.transport = FailingTransport()

    post.deliver(NOON + timedelta(hours=1))

    assert [name[:20] for name, _id in post.transport.names] == [
        "20261125T120100.0000",
        "20261125T120200.0000",
        "20261125T120300.0000",
    ]


def test_an_email_that_is_no_longer_needed_is_dropped(app, post):
    post.queue("nothing")

    assert post.deliver() == Delivered(dropped=1)
    assert (rows(), post.arrived()) == ([], [])


def test_an_email_is_written_at_delivery(app, post):
    asked = []
    post.mails["note"] = lambda *facts: asked.append(facts) or note(5, "", "", NOON)
    post.queue(about=4, locale="ru")

    post.deliver(NOON + MINUTE)

    (about, key, locale, now), title = asked[0], post.titles()
    assert (about, key, locale, now) == (4, only_row().email_key, "ru", NOON + MINUTE)
    assert title == ["Title 5"]
    assert post.arrived()[0]["Content-Language"] == "ru"


def test_a_mail_maker_can_decide_the_recipient(app, post):
    post.mails["note"] = lambda *_facts: replace(note(1, "", "", NOON), to="ada@home.example.org")
    post.queue(to="ADA+x@example.org")

    post.deliver()

    assert post.arrived()[0]["To"] == "ada@home.example.org"


@pytest.mark.parametrize("template", ["broken", "unheard-of"])
def test_an_email_that_cannot_be_rendered_delays_no_other(app, post, template):
    post.queue(template, to="bo@example.org")
    post.queue(to=ADA)

    delivered = post.deliver()

    assert delivered == Delivered(sent=1, delayed=1)
    failed, sent = rows()
    assert (failed.status, failed.due_at, failed.attempts) == ("queued", NOON + MINUTE, 1)
    assert failed.last_error.startswith("the email could not be rendered (")
    assert sent.status == "sent"


def test_rendering_errors_are_logged_without_personal_data(app, post):
    post.queue("broken")

    with structlog.testing.capture_logs() as logs:
        post.deliver()

    (event,) = logs
    assert (event["event"], event["mail"]) == ("mail_not_written", only_row().id)
    assert only_row().last_error == "the email could not be rendered (LookupError)"


def test_a_delayed_email_is_retried_after_its_pause_with_the_same_name_and_id(app, post):
    post.transport = FailingTransport(MailDelayed("450 4.2.0"))
    post.queue()

    first = post.deliver()
    too_soon = post.deliver(NOON + timedelta(seconds=59))
    second = post.deliver(NOON + MINUTE)

    assert (first, too_soon, second) == (Delivered(delayed=1), Delivered(), Delivered(sent=1))
    assert post.transport.names[0] == post.transport.names[1]
    assert only_row().last_error is None


def test_a_refused_email_is_dead_at_once_and_keeps_its_recipient(app, post):
    post.transport = FailingTransport(MailRefused("550 5.1.1"))
    post.queue()

    assert post.deliver() == Delivered(dead=1)
    row = only_row()
    assert (row.status, row.last_error, row.recipient) == ("dead", "550 5.1.1", ADA)


def test_an_invalid_address_is_dead_at_once(app, post):
    post.queue(to="ada\r\nBcc: eve@example.org")

    assert post.deliver() == Delivered(dead=1)
    assert only_row().last_error == "not a valid email address"


def test_while_the_mail_server_is_unavailable_other_emails_are_not_tried(app, post):
    post.transport = FailingTransport(
        MailServerUnavailable("refused"), MailServerUnavailable("refused")
    )
    for number in range(3):
        post.queue(to=f"{number}@example.org")

    assert post.deliver() == Delivered(delayed=1, is_server_away=True)
    assert [row.attempts for row in rows()] == [1, 0, 0]


def test_an_unexpected_error_delays_only_one_email(app, post):
    post.transport = FailingTransport(ZeroDivisionError("ada"))
    post.queue(to="bo@example.org")
    post.queue(to=ADA)

    assert post.deliver() == Delivered(sent=1, delayed=1)
    assert rows()[0].last_error == (
        "the email could not be handed to the mail server (ZeroDivisionError)"
    )


def test_an_email_is_dead_after_three_days_of_attempts(app, post):
    post.transport = FailingTransport(*[MailDelayed("450")] * 99)
    post.queue()
    tries, now = 0, NOON

    while (row := only_row()).status == "queued":
        now = row.due_at
        post.deliver(now)
        tries += 1

    assert now - NOON >= timedelta(hours=72)
    assert now - NOON <= timedelta(hours=76)
    assert tries < 30


def test_three_days_count_from_the_first_attempt(app, post):
    post.transport = FailingTransport(MailDelayed("450"))
    post.queue(now=NOON - timedelta(days=30))

    assert post.deliver() == Delivered(delayed=1)


def test_an_email_leased_by_a_dead_worker_is_delivered_when_the_lease_ends(app, post):
    post.queue()
    with write_transaction() as connection:
        lease(connection, NOON, daily_limit=5)

    in_time = post.deliver(NOON + LEASE - timedelta(seconds=1))
    after = post.deliver(NOON + LEASE)

    assert (in_time.sent, after.sent) == (0, 1)


def test_a_sent_email_is_marked_even_after_its_lease_has_ended(app, post):
    """The worker was so slow that another one now has the email; a third one must not get it."""

    class Slow(FailingTransport):
        def send(self, message, *, name):
            super().send(message, name=name)
            with write_transaction() as connection:
                connection.execute(update(OutboxMail).values(leased_until=NOON + 2 * LEASE))

    post.transport = Slow()
    post.queue()

    post.deliver()

    assert only_row().status == "sent"


def test_a_failure_after_the_lease_has_ended_changes_nothing(app, post):
    class Slow(FailingTransport):
        def send(self, message, *, name):
            with write_transaction() as connection:
                connection.execute(update(OutboxMail).values(leased_until=NOON + 2 * LEASE))
            super().send(message, name=name)

    post.transport = Slow(MailRefused("550"))
    post.queue()

    post.deliver()

    assert only_row().status == "queued"


def test_a_person_erased_during_delivery_stays_erased(app, post):
    class Erasing(FailingTransport):
        def send(self, message, *, name):
            with write_transaction() as connection:
                delete_emails_to(connection, key)

    post.queue()
    key = only_row().email_key
    post.transport = Erasing()

    post.deliver()

    assert rows() == []


def test_a_stopping_worker_finishes_the_current_email_only(app, post):
    for number in range(3):
        post.queue(to=f"{number}@example.org")
    transport = FailingTransport()
    sender = Sender(transport, post.mails, daily_limit=5)

    delivered = deliver_due(sender, lambda: NOON, lambda: bool(transport.names))

    assert delivered == Delivered(sent=1)
    assert [row.status for row in rows()] == ["sent", "queued", "queued"]
    assert [row.leased_until for row in rows()] == [None, None, None]


def test_outcomes_are_recorded_once_the_database_is_available_again(app, post):
    class Cutting(FailingTransport):
        """Renames the table while the email is being sent."""

        def send(self, message, *, name):
            super().send(message, name=name)
            rename("outbox_mails", "elsewhere")

    def rename(old, new):
        with write_transaction() as connection:
            connection.exec_driver_sql(f"alter table {old} rename to {new}")

    post.queue()
    transport = Cutting()
    sender = Sender(transport, post.mails, daily_limit=5)

    with pytest.raises(Exception, match="outbox_mails"):
        deliver_due(sender, lambda: NOON)
    rename("elsewhere", "outbox_mails")
    deliver_due(sender, lambda: NOON + 2 * LEASE)

    assert len(transport.names) == 1
    assert only_row().status == "sent"


def test_a_batch_uses_one_smtp_connection(app, post):
    for number in range(5):
        post.queue(to=f"{number}@example.org", about=number)

    with mail_server() as server:
        app.config["MAIL_URL"] = f"smtp://127.0.0.1:{server.port}"
        post.transport = open_transport()
        delivered = post.deliver()
        post.transport.close()

    assert delivered.sent == 5
    assert server.connections == 1
    assert [e.rcpt_tos for e in server.envelopes] == [[f"{n}@example.org"] for n in range(5)]
    assert "Title 3" in text_of(server.messages[3])


def test_a_duplicate_after_a_lost_answer_has_the_same_message_id(app, post):
    post.queue()

    with mail_server() as server:
        app.config["MAIL_URL"] = f"smtp://127.0.0.1:{server.port}"
        post.transport = open_transport()
        server.drops_after_data = True
        lost = post.deliver()
        server.drops_after_data = False
        again = post.deliver(NOON + MINUTE)
        post.transport.close()

    assert (lost.delayed, again.sent) == (1, 1)
    first, second = (message["Message-ID"] for message in server.messages)
    assert first == second
