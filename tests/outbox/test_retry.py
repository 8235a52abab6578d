"""Failed and delayed mail can be made due again."""

from datetime import timedelta

from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.mail.mime import MailRefused
from campaign_actions.core.mail.render import MailDelayed
from campaign_actions.outbox.lease import lease
from campaign_actions.outbox.retry import retry
from tests.support.outbox import NOON, FailingTransport, only_row, rows

LATER = NOON + timedelta(seconds=10)


def test_a_failed_mail_that_is_tried_again_goes_out(app, post):
    files, post.transport = post.transport, FailingTransport(MailRefused("550"))
    post.queue()
    post.deliver()
    post.transport = files

    number = retry(mail_id=only_row().id, now=LATER)

    assert number == 1
    assert post.deliver(LATER).sent == 1


def test_a_retried_mail_has_its_full_patience_again(app, post):
    post.transport = FailingTransport(*[MailDelayed("450")] * 99)
    post.queue()
    while only_row().status == "queued":
        post.deliver(only_row().due_at)

    retry(now=NOON + timedelta(days=4))
    post.deliver(NOON + timedelta(days=4))

    row = only_row()
    assert (row.status, row.attempts) == ("queued", 1)


def test_all_that_failed_or_is_delayed_is_due_again_and_what_never_was_tried_is_left(app, post):
    post.transport = FailingTransport(MailRefused("550"), MailDelayed("450"))
    for number in range(2):
        post.queue(to=f"{number}@example.org")
    post.deliver()
    post.queue(now=NOON + timedelta(hours=1))

    assert retry(now=LATER) == 2
    assert [row.due_at for row in rows()] == [LATER, LATER, NOON + timedelta(hours=1)]


def test_what_waits_for_its_mailbox_goes_on_waiting(app, post):
    for about in range(6):
        post.queue(about=about)
    post.deliver()
    held = rows()[-1]

    retry(mail_id=held.id, now=LATER)
    delivered = post.deliver(LATER)

    assert delivered.sent == 0
    assert rows()[-1].due_at == NOON + timedelta(hours=24)


def test_a_mail_in_a_workers_hand_is_left_to_it(app, post):
    post.queue()
    with write_transaction() as connection:
        lease(connection, NOON, daily_limit=5)

    assert retry(mail_id=only_row().id, now=LATER) == 0


def test_a_sent_mail_is_not_sent_again(app, post):
    post.queue()
    post.deliver()

    assert retry(mail_id=only_row().id, now=LATER) == 0
    assert post.deliver(LATER).sent == 0
