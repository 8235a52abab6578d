"""Failed and delayed emails can be made due again."""

from datetime import timedelta

from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.mail.mime import MailRefused
from campaign_actions.core.mail.render import MailDelayed
from campaign_actions.outbox.lease import lease
from campaign_actions.outbox.retry import retry
from tests.support.outbox import NOON, FailingTransport, only_row, rows

LATER = NOON + timedelta(seconds=10)


def test_a_retried_dead_email_is_sent(app, post):
    files, post.transport = post.transport, FailingTransport(MailRefused("550"))
    post.queue()
    post.deliver()
    post.transport = files

    number = retry(mail_id=only_row().id, now=LATER)

    assert number == 1
    assert post.deliver(LATER).sent == 1


def test_a_retried_email_may_be_tried_for_the_full_time_again(app, post):
    post.transport = FailingTransport(*[MailDelayed("450")] * 99)
    post.queue()
    while only_row().status == "queued":
        post.deliver(only_row().due_at)

    retry(now=NOON + timedelta(days=4))
    post.deliver(NOON + timedelta(days=4))

    row = only_row()
    assert (row.status, row.attempts) == ("queued", 1)


def test_retrying_all_means_dead_and_delayed_emails(app, post):
    post.transport = FailingTransport(MailRefused("550"), MailDelayed("450"))
    for number in range(2):
        post.queue(to=f"{number}@example.org")
    post.deliver()
    post.queue(now=NOON + timedelta(hours=1))

    assert retry(now=LATER) == 2
    assert [row.due_at for row in rows()] == [LATER, LATER, NOON + timedelta(hours=1)]


def test_held_emails_are_not_retried(app, post):
    for about in range(6):
        post.queue(about=about)
    post.deliver()
    held = rows()[-1]

    retry(mail_id=held.id, now=LATER)
    delivered = post.deliver(LATER)

    assert delivered.sent == 0
    assert rows()[-1].due_at == NOON + timedelta(hours=24)


def test_a_leased_email_is_not_retried(app, post):
    post.queue()
    with write_transaction() as connection:
        lease(connection, NOON, daily_limit=5)

    assert retry(mail_id=only_row().id, now=LATER) == 0


def test_a_sent_email_is_not_retried(app, post):
    post.queue()
    post.deliver()

    assert retry(mail_id=only_row().id, now=LATER) == 0
    assert post.deliver(LATER).sent == 0
