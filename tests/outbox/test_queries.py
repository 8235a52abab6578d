"""How late emails are, and how many there are."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from campaign_actions.core.db.session import db
from campaign_actions.core.mail.render import MailDelayed, MailServerUnavailable
from campaign_actions.outbox.lease import DAY, LEASE
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.outbox.queries import MailCounts, count_mails, mail_delay, oldest_mail
from campaign_actions.outbox.retry import retry
from tests.support.outbox import ADA, NOON, FailingTransport, rows

MINUTE = timedelta(minutes=1)
BOB = "bob@example.org"
ANNA = "anna@example.org"


def update_row(mail: OutboxMail, **values) -> None:
    db.session.execute(update(OutboxMail).where(OutboxMail.id == mail.id).values(**values))
    db.session.commit()


def test_with_nothing_due_there_is_no_delay(post):
    post.queue(now=NOON + MINUTE)

    assert mail_delay(NOON) == timedelta()


def test_the_delay_is_the_age_of_the_next_due_email(post):
    post.queue(now=NOON - 7 * MINUTE)
    post.queue(to=ANNA, now=NOON - 3 * MINUTE)

    assert mail_delay(NOON) == 7 * MINUTE


def test_a_single_delayed_email_is_not_a_delay(post):
    """For example a full mailbox or greylisting, however long it lasts, alone or while others go out."""
    tried = {"attempts": 3, "first_tried_at": NOON - 60 * MINUTE, "due_at": NOON + MINUTE}
    post.queue(now=NOON - 60 * MINUTE)
    update_row(rows()[0], **tried)
    alone = mail_delay(NOON - 50 * MINUTE)
    post.queue(to=BOB, now=NOON - 60 * MINUTE)
    update_row(rows()[1], **tried)
    together = mail_delay(NOON - 50 * MINUTE)
    post.queue(to=ANNA, now=NOON - 50 * MINUTE)

    post.deliver(NOON - 50 * MINUTE)

    assert (alone, together) == (timedelta(), 10 * MINUTE)
    assert mail_delay(NOON) == timedelta()
    assert oldest_mail(NOON, limit=100) == 60 * MINUTE


@pytest.mark.parametrize("error", [MailServerUnavailable, MailDelayed])
def test_emails_are_late_while_a_server_accepts_none_even_between_attempts(post, error):
    before = NOON - 40 * MINUTE
    post.queue(to="earlier@example.org", now=before - MINUTE)
    post.deliver(before - MINUTE)
    for number in range(3):
        post.queue(to=f"{number}@example.org", now=before + number * MINUTE)
    there, post.transport = post.transport, FailingTransport(*[error("450")] * 3)
    for _try in range(3):
        post.deliver(NOON)

    waiting = count_mails(NOON, since=NOON - MINUTE, limit=100)
    late = mail_delay(NOON)
    tried_again_soon = mail_delay(NOON + MINUTE)
    post.transport = there
    post.queue(to=ANNA, now=NOON + MINUTE)
    post.deliver(NOON + MINUTE)

    assert (waiting.due, waiting.waiting) == (0, 3)
    assert (late, tried_again_soon) == (40 * MINUTE, 41 * MINUTE)
    assert mail_delay(NOON + MINUTE) == timedelta()


def test_a_retried_dead_email_is_late_only_since_its_retry(post):
    post.queue(now=NOON - timedelta(days=10))
    update_row(rows()[0], status="dead", attempts=20, due_at=NOON + timedelta(days=20))
    retry(now=NOON)
    due_again = mail_delay(NOON + 2 * MINUTE)
    post.transport = FailingTransport(MailServerUnavailable("away"))
    post.deliver(NOON + 2 * MINUTE)

    assert due_again == 2 * MINUTE
    assert mail_delay(NOON + 2 * MINUTE) == timedelta()
    assert mail_delay(NOON + 5 * MINUTE) == 2 * MINUTE  # since its next attempt was due
    assert oldest_mail(NOON, limit=100) == timedelta(days=10)


def test_a_clock_set_back_gives_no_negative_delay(post):
    post.queue(now=NOON)
    post.transport = FailingTransport(MailServerUnavailable("away"))
    post.deliver(NOON)

    assert mail_delay(NOON - 60 * MINUTE) == timedelta()
    assert oldest_mail(NOON - 60 * MINUTE, limit=100) == timedelta()


def test_the_oldest_email_counts_whatever_delays_it(post):
    assert oldest_mail(NOON, limit=100) == timedelta()

    post.queue(now=NOON - 9 * MINUTE)
    post.queue(to=ANNA, now=NOON - 3 * MINUTE)
    update_row(rows()[0], due_at=NOON + MINUTE)

    assert oldest_mail(NOON, limit=100) == 9 * MINUTE
    assert oldest_mail(NOON, limit=1) == 3 * MINUTE  # of the email that is due first


def test_emails_over_the_daily_limit_are_not_late(post):
    post.daily_limit = 1
    post.queue(about=1)
    post.queue(about=2)
    post.deliver()

    later = NOON + 60 * MINUTE

    assert [mail.is_held for mail in rows()] == [False, True]
    assert mail_delay(later) == timedelta()
    assert oldest_mail(later, limit=100) == timedelta()


def test_a_held_email_is_late_only_since_it_is_due_again(post):
    post.daily_limit = 1
    post.queue(about=1)
    post.queue(about=2)
    post.deliver()
    post.transport = FailingTransport(MailServerUnavailable("away"))
    post.deliver(NOON + DAY)

    assert [mail.attempts for mail in rows()] == [1, 1]
    assert mail_delay(NOON + DAY) == timedelta()
    assert mail_delay(NOON + DAY + 4 * MINUTE) == 3 * MINUTE  # since its next attempt was due


@pytest.mark.parametrize("lease_ends", [LEASE, -LEASE], ids=["in hand", "left behind"])
def test_a_mailbox_with_a_leased_email_is_not_a_delay(post, lease_ends):
    post.queue(about=1, to=ADA, now=NOON - 9 * MINUTE)
    post.queue(about=2, to=ADA, now=NOON - 8 * MINUTE)
    post.queue(to=ANNA, now=NOON - 3 * MINUTE)
    update_row(rows()[0], leased_until=NOON + lease_ends)

    assert mail_delay(NOON) == 3 * MINUTE


def test_emails_are_counted_by_their_state(post):
    for number in range(5):
        post.queue(to=f"signer-{number}@example.org")
    sent, sent_before, waiting, failed, _due = rows()
    update_row(sent, status="sent", sent_at=NOON, due_at=NOON + timedelta(hours=48), recipient=None)
    before = NOON - 2 * MINUTE
    update_row(
        sent_before,
        status="sent",
        sent_at=before,
        due_at=before + timedelta(hours=48),
        recipient=None,
    )
    update_row(waiting, due_at=NOON + MINUTE)
    update_row(failed, status="dead", due_at=NOON + timedelta(days=30))

    counts = count_mails(NOON, since=NOON - MINUTE, limit=100)

    assert counts == MailCounts(due=1, waiting=1, failed=1, sent=1)


def test_a_sent_email_counts_as_sent(post):
    post.queue()
    post.deliver(NOON)

    assert count_mails(NOON, since=NOON - MINUTE, limit=100).sent == 1
    assert count_mails(NOON + 2 * MINUTE, since=NOON + MINUTE, limit=100).sent == 0


def test_counting_stops_at_the_limit(post):
    for number in range(3):
        post.queue(to=f"signer-{number}@example.org")

    assert count_mails(NOON, since=NOON, limit=2).due == 2
