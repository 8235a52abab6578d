"""The lanes of the outbox: staff first, then signers, then bulk emails."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.mail.render import MailDelayed, MailNotDue
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.cleanup import delete_old_emails
from campaign_actions.outbox.enqueue import INSERT_MAIL, new_mail
from campaign_actions.outbox.lease import DAY, MAX_MAILBOXES, lease
from campaign_actions.outbox.models import LANES, URGENT_LANES
from campaign_actions.outbox.outcomes import KEEP_SENT
from campaign_actions.outbox.queries import count_mails, mail_delay, oldest_mail, unsent_mails
from tests.support.outbox import NOON, FailingTransport, note, rows, text_of, titles_in

MINUTE = timedelta(minutes=1)


def queue_bulk(recipients, *, now=NOON, first=100):
    with write_transaction() as connection:
        for number, to in enumerate(recipients):
            mail = new_mail(
                "note", to=to, email_key=email_key(to), locale="en", about=1, lane="bulk", now=now
            )
            connection.execute(INSERT_MAIL, mail | {"update_id": first + number})


def many(number):
    return [f"reader-{n}@example.org" for n in range(number)]


class TransportWhileSomeoneSigns:
    """Delivers to files; an urgent email is queued after the third one."""

    def __init__(self, post):
        self.post, self.files, self.recipients = post, post.transport, []

    def send(self, message, *, name):
        self.recipients.append(message.recipient)
        self.files.send(message, name=name)
        if len(self.recipients) == 3:
            self.post.queue(to="ada@example.org", now=NOON)


def test_urgent_emails_are_leased_before_bulk_emails_that_waited_longer(app, post):
    queue_bulk(many(60), now=NOON - timedelta(hours=1))
    post.queue(to="ada@example.org", now=NOON)

    with write_transaction() as connection:
        first = lease(connection, NOON, daily_limit=5)

    assert [batch.rows[0].recipient for batch in first] == ["ada@example.org"]


def test_few_bulk_emails_are_leased_at_once(app, post):
    queue_bulk(many(60))

    with write_transaction() as connection:
        taken = lease(connection, NOON, daily_limit=5)

    assert len(taken) == MAX_MAILBOXES["bulk"]


def test_an_urgent_email_is_delivered_next_while_bulk_emails_go_out(app, post):
    queue_bulk(many(20))
    post.transport = transport = TransportWhileSomeoneSigns(post)

    done = post.deliver()

    assert transport.recipients.index("ada@example.org") == 3
    assert done.sent == 21
    assert {row.attempts for row in rows()} == {1}


def test_bulk_emails_do_not_count_for_the_daily_limit_of_urgent_ones(app, post):
    queue_bulk(["ada@example.org"] * 5)
    post.deliver()

    for about in range(1, 7):
        post.queue(about=about)
    done = post.deliver()

    assert done.sent == 5
    assert len([row for row in rows() if row.is_held]) == 1


def test_bulk_emails_stay_within_the_daily_limit_of_all_emails(app, post):
    for about in range(1, 5):
        post.queue(about=about)
    post.deliver()

    queue_bulk(["ada@example.org"] * 2)
    today = post.deliver()
    tomorrow = post.deliver(NOON + DAY)

    assert (today.sent, tomorrow.sent) == (1, 1)


def test_bulk_emails_held_back_by_the_daily_limit_go_out_as_one(app, post):
    for about in range(1, 6):
        post.queue(about=about)
    post.deliver()
    queue_bulk(["ada@example.org"] * 2, first=7)
    post.deliver()

    post.deliver(NOON + DAY)

    assert titles_in(text_of(post.arrived()[-1])) == ["Title 7", "Title 8"]


def test_waiting_bulk_emails_are_not_a_delay(app):
    queue_bulk(many(3), now=NOON - timedelta(hours=2))

    assert mail_delay(NOON) == timedelta()
    assert oldest_mail(NOON, limit=100) == timedelta()
    assert count_mails(NOON, since=NOON - MINUTE, limit=100).due == 3


def test_delayed_emails_are_not_a_delay_while_bulk_emails_are_delivered(app, post):
    for name in ("ada", "bo"):
        post.queue(to=f"{name}@example.org")
    files, post.transport = post.transport, FailingTransport(*[MailDelayed("450")] * 2)
    post.deliver()
    post.transport = files
    queue_bulk(many(1), now=NOON + MINUTE / 2)

    post.deliver(NOON + MINUTE / 2)

    assert mail_delay(NOON + MINUTE / 2) == timedelta()


def test_a_postponed_email_waits_a_minute_and_counts_no_attempt(app, post):
    def postpone(*_facts):
        raise MailNotDue

    post.mails["note"] = postpone
    queue_bulk(many(2))

    done = post.deliver()
    waiting = [(row.status, row.attempts, row.due_at, row.leased_until) for row in rows()]
    post.mails["note"] = note
    later = post.deliver(NOON + MINUTE)

    assert done.sent == done.delayed == done.dropped == 0
    assert waiting == [("queued", 0, NOON + MINUTE, None)] * 2
    assert later.sent == 2


@pytest.mark.parametrize("lane", LANES)
def test_sent_emails_are_deleted_in_every_lane(app, post, lane):
    post.queue(lane=lane)
    post.deliver()
    post.queue(lane="staff", now=NOON + KEEP_SENT)  # the last to staff is kept
    post.deliver(NOON + KEEP_SENT)

    assert delete_old_emails(NOON + KEEP_SENT) == 1
    assert [mail.sent_at for mail in rows()] == [NOON + KEEP_SENT]


def test_staff_emails_are_delivered_before_those_to_signers(app, post):
    post.queue(to="ada@example.org", now=NOON - MINUTE)
    post.queue(to="staff@example.org", lane="staff")

    with write_transaction() as connection:
        (first,) = lease(connection, NOON, daily_limit=5)
        (second,) = lease(connection, NOON, daily_limit=5)

    assert [row.recipient for row in (*first.rows, *second.rows)] == [
        "staff@example.org",
        "ada@example.org",
    ]


def test_staff_emails_are_never_held_back_by_the_daily_limit(app, post):
    for about in range(6):
        post.queue(about=about)
    post.deliver()
    for about in range(7):
        post.queue(about=about, lane="staff")

    done = post.deliver()

    assert done.sent == 7
    assert [row.lane for row in rows() if row.is_held] == ["signer"]


def test_staff_emails_do_not_count_for_the_daily_limit(app, post):
    for about in range(6):
        post.queue(about=about, lane="staff")
    post.deliver()
    post.queue()
    queue_bulk(["ada@example.org"])

    assert post.deliver().sent == 2


@pytest.mark.parametrize("lane", URGENT_LANES)
def test_the_delay_is_that_of_every_urgent_lane(app, post, lane):
    post.queue(lane=lane, now=NOON - 7 * MINUTE)
    post.queue(to="bob@example.org", now=NOON - MINUTE)

    assert mail_delay(NOON) == oldest_mail(NOON, limit=100) == 7 * MINUTE


def test_unsent_emails_are_listed_by_lane(app, post):
    post.queue(lane="bulk", now=NOON - MINUTE)
    post.queue(lane="signer")
    post.queue(lane="staff", now=NOON + MINUTE)

    assert [mail.lane for mail in unsent_mails(limit=10)] == ["staff", "signer", "bulk"]
    assert [mail.lane for mail in unsent_mails(limit=2)] == ["staff", "signer"]


def test_the_database_refuses_an_unknown_lane(app, post):
    with pytest.raises(IntegrityError):
        post.queue(lane="other")
