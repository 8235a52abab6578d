"""The clock is set a day back or forward: no lease is stuck, and no email is delayed or lost."""

from datetime import timedelta

import pytest

from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.mail.render import MailDelayed
from campaign_actions.outbox.cleanup import delete_old_emails
from campaign_actions.outbox.deliver import Sender, deliver_due
from campaign_actions.outbox.lease import DAY, LEASE, lease
from campaign_actions.outbox.retry import retry
from campaign_actions.outbox.waking import wake_waiting_emails
from campaign_actions.outbox.worker_loop import throttled
from tests.support.outbox import ADA, NOON, FailingTransport, only_row, rows

HOUR = timedelta(hours=1)
YESTERDAY = NOON - DAY


def test_an_email_queued_before_the_clock_was_set_back_is_sent(app, post):
    post.queue()

    not_due = post.deliver(YESTERDAY)
    woken = wake_waiting_emails(YESTERDAY)
    sent = post.deliver(YESTERDAY)

    assert (not_due.sent, woken, sent.sent) == (0, 1, 1)


def test_a_delayed_email_waits_no_longer_than_its_pause(app, post):
    post.transport = FailingTransport(MailDelayed("450"))
    post.queue()
    post.deliver()

    wake_waiting_emails(YESTERDAY)

    assert post.deliver(YESTERDAY).sent == 1


def test_a_held_email_waits_a_day_at_most(app, post):
    for about in range(6):
        post.queue(about=about)
    post.deliver()

    wake_waiting_emails(YESTERDAY)
    held = post.deliver(YESTERDAY)
    sent = post.deliver(NOON)

    assert (held.sent, sent.sent) == (0, 1)


def test_emails_that_are_delayed_for_a_reason_are_not_changed(app, post):
    post.transport = FailingTransport(MailDelayed("450"))
    for about in range(7):
        post.queue(about=about)
    post.queue(to="bo@example.org")
    post.deliver()
    post.queue(to="cy@example.org", now=NOON + timedelta(seconds=30))

    assert {row.status for row in rows()} == {"sent", "queued"}
    assert wake_waiting_emails(NOON) == 0


def test_emails_are_made_due_in_batches(app, post, monkeypatch):
    monkeypatch.setattr("campaign_actions.outbox.waking.BATCH_SIZE", 2)
    for number in range(5):
        post.queue(to=f"{number}@example.org")

    assert wake_waiting_emails(YESTERDAY) == 5
    assert {row.due_at for row in rows()} == {YESTERDAY}


@pytest.mark.parametrize("step", [DAY, -DAY])
def test_a_lease_from_before_a_clock_step_is_ignored(app, post, step):
    post.queue()
    with write_transaction() as connection:
        lease(connection, NOON, daily_limit=5)

    wake_waiting_emails(NOON + step)

    assert retry(mail_id=only_row().id, now=NOON + step) == 1
    assert post.deliver(NOON + step).sent == 1


class Stepping(FailingTransport):
    """Changes the clock while the first email is sent, and may do something else then."""

    def __init__(self, step, then=lambda _now: None):
        super().__init__()
        self.clock, self.step, self.then = NOON, step, then

    def send(self, message, *, name):
        super().send(message, name=name)
        if len(self.names) == 1:
            self.clock += self.step
            self.then(self.clock)


@pytest.mark.parametrize("step", [DAY, -DAY])
def test_a_worker_renews_its_leases_when_the_clock_steps(app, post, step):
    for number in range(3):
        post.queue(to=f"{number}@example.org")
    transport = Stepping(step)

    delivered = deliver_due(Sender(transport, post.mails, daily_limit=5), lambda: transport.clock)

    assert delivered.sent == 3
    assert {row.status for row in rows()} == {"sent"}


@pytest.mark.parametrize("step", [DAY, -DAY])
def test_a_worker_leaves_batches_that_another_leased_after_a_clock_step(app, post, step):
    def take_all(now):
        wake_waiting_emails(now)
        with write_transaction() as connection:
            others.extend(lease(connection, now, daily_limit=5))

    for number in range(3):
        post.queue(to=f"{number}@example.org")
    others = []
    transport = Stepping(step, take_all)

    delivered = deliver_due(Sender(transport, post.mails, daily_limit=5), lambda: transport.clock)

    assert len(others) == 3
    assert delivered.sent == 1
    assert [row.status for row in rows()] == ["sent", "queued", "queued"]


def test_a_lease_is_renewed_before_it_ends_unless_another_worker_has_it(app, post):
    """The server is slow: each email takes 20 seconds."""

    class Slow(FailingTransport):
        def send(self, message, *, name):
            super().send(message, name=name)
            clock.append(clock[-1] + timedelta(seconds=20))
            leases.append(rows()[-1].leased_until)

    clock, leases = [NOON], []
    for number in range(3):
        post.queue(to=f"{number}@example.org")

    delivered = deliver_due(Sender(Slow(), post.mails, daily_limit=5), lambda: clock[-1])

    assert delivered.sent == 3
    assert leases == [NOON + LEASE + n * timedelta(seconds=20) for n in range(3)]


def test_sent_and_dead_emails_are_deleted_a_day_late_at_most(app, post):
    post.queue()
    post.deliver()

    assert delete_old_emails(NOON + timedelta(hours=47) - DAY) == 0
    assert delete_old_emails(NOON + timedelta(hours=48)) == 1


def test_a_task_with_an_interval_runs_at_once_and_then_not():
    done = []
    task = throttled(done.append, seconds=60)

    for minute in range(3):
        task(minute)

    assert done == [0]


def test_the_recipient_is_kept_until_the_email_is_sent(app, post):
    post.queue()

    wake_waiting_emails(YESTERDAY)

    assert only_row().recipient == ADA
