"""Mails that somebody waits for go before those that go to many, and are not held up by them."""

from datetime import timedelta

import pytest

from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.mail.render import MailDelayed, MailNotDue
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.cleanup import delete_old_emails
from campaign_actions.outbox.enqueue import QUEUE_MAIL, new_mail
from campaign_actions.outbox.lease import BULK_AT_ONCE, DAY, lease
from campaign_actions.outbox.outcomes import KEEP_SENT
from campaign_actions.outbox.queries import count_mails, mail_delay, oldest_mail
from tests.support.outbox import NOON, Failing, note, rows, text_of, titles_in

MINUTE = timedelta(minutes=1)


def queue_bulk(recipients, *, now=NOON, first=100):
    with write_transaction() as connection:
        for number, to in enumerate(recipients):
            mail = new_mail("note", to=to, email_key=email_key(to), locale="en", about=1, now=now)
            connection.execute(QUEUE_MAIL, mail | {"is_bulk": True, "update_id": first + number})


def many(number):
    return [f"reader-{n}@example.org" for n in range(number)]


class Meanwhile:
    """Hands over to files; after the third mail somebody signs."""

    def __init__(self, post):
        self.post, self.files, self.recipients = post, post.transport, []

    def send(self, message, *, name):
        self.recipients.append(message.recipient)
        self.files.send(message, name=name)
        if len(self.recipients) == 3:
            self.post.queue(to="ada@example.org", now=NOON)


def test_what_somebody_waits_for_goes_first_however_long_the_others_wait(app, post):
    queue_bulk(many(60), now=NOON - timedelta(hours=1))
    post.queue(to="ada@example.org", now=NOON)

    with write_transaction() as connection:
        first = lease(connection, NOON, per_day=5)

    assert [bundle.rows[0].recipient for bundle in first] == ["ada@example.org"]


def test_of_the_others_few_are_taken_at_once(app, post):
    queue_bulk(many(60))

    with write_transaction() as connection:
        taken = lease(connection, NOON, per_day=5)

    assert len(taken) == BULK_AT_ONCE


def test_a_mail_that_comes_while_others_go_out_is_the_next(app, post):
    queue_bulk(many(20))
    post.transport = transport = Meanwhile(post)

    done = post.deliver()

    assert transport.recipients.index("ada@example.org") == 3
    assert done.sent == 21
    assert {row.attempts for row in rows()} == {1}


def test_an_update_takes_no_room_from_a_mail_that_somebody_waits_for(app, post):
    queue_bulk(["ada@example.org"] * 5)
    post.deliver()

    for about in range(1, 7):
        post.queue(about=about)
    done = post.deliver()

    assert done.sent == 5
    assert len([row for row in rows() if row.is_held]) == 1


def test_an_update_goes_only_where_the_days_number_leaves_room(app, post):
    for about in range(1, 5):
        post.queue(about=about)
    post.deliver()

    queue_bulk(["ada@example.org"] * 2)
    today = post.deliver()
    tomorrow = post.deliver(NOON + DAY)

    assert (today.sent, tomorrow.sent) == (1, 1)


def test_updates_that_waited_for_a_mailbox_go_out_as_one_mail(app, post):
    for about in range(1, 6):
        post.queue(about=about)
    post.deliver()
    queue_bulk(["ada@example.org"] * 2, first=7)
    post.deliver()

    post.deliver(NOON + DAY)

    assert titles_in(text_of(post.arrived()[-1])) == ["Title 7", "Title 8"]


def test_pages_say_nothing_of_updates_that_wait(app):
    queue_bulk(many(3), now=NOON - timedelta(hours=2))

    assert mail_delay(NOON) == timedelta()
    assert oldest_mail(NOON, most=100) == timedelta()
    assert count_mails(NOON, since=NOON - MINUTE, most=100).due == 3


def test_while_updates_go_out_confirmations_that_are_put_off_are_no_sign_of_a_dead_server(
    app, post
):
    for name in ("ada", "bo"):
        post.queue(to=f"{name}@example.org")
    files, post.transport = post.transport, Failing(*[MailDelayed("450")] * 2)
    post.deliver()
    post.transport = files
    queue_bulk(many(1), now=NOON + MINUTE / 2)

    post.deliver(NOON + MINUTE / 2)

    assert mail_delay(NOON + MINUTE / 2) == timedelta()


def test_what_is_held_up_waits_a_minute_and_counts_as_no_try(app, post):
    def held_up(*_facts):
        raise MailNotDue

    post.mails["note"] = held_up
    queue_bulk(many(2))

    done = post.deliver()
    waiting = [(row.status, row.attempts, row.due_at, row.leased_until) for row in rows()]
    post.mails["note"] = note
    later = post.deliver(NOON + MINUTE)

    assert done.sent == done.delayed == done.dropped == 0
    assert waiting == [("queued", 0, NOON + MINUTE, None)] * 2
    assert later.sent == 2


@pytest.mark.parametrize("is_bulk", [True, False])
def test_what_was_sent_is_swept_in_both_lanes(app, post, is_bulk):
    if is_bulk:
        queue_bulk(many(3))
    else:
        post.queue()
    post.deliver()

    swept = delete_old_emails(NOON + KEEP_SENT)

    assert (swept, rows()) == (3 if is_bulk else 1, [])
