"""How late mail is, and how much of it there is."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from campaign_actions.core.database import db
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.outbox.queries import MailCounts, count_mails, mail_delay
from campaign_actions.outbox.taking import LEASE
from tests.outbox.post_office import ADA, NOON, rows

MINUTE = timedelta(minutes=1)
ANNA = "anna@example.org"


def change(mail: OutboxMail, **values) -> None:
    db.session.execute(update(OutboxMail).where(OutboxMail.id == mail.id).values(**values))
    db.session.commit()


def test_with_nothing_due_there_is_no_delay(post):
    post.queue(now=NOON + MINUTE)

    assert mail_delay(NOON) == timedelta()


def test_the_delay_is_the_age_of_the_mail_whose_turn_it_is(post):
    post.queue(now=NOON - 7 * MINUTE)
    post.queue(to=ANNA, now=NOON - 3 * MINUTE)

    assert mail_delay(NOON) == 7 * MINUTE


def test_what_waits_for_its_next_try_is_not_late(post):
    post.queue(now=NOON - 60 * MINUTE)
    change(rows()[0], attempts=3, due_at=NOON + MINUTE)

    assert mail_delay(NOON) == timedelta()


def test_what_is_over_a_mailbox_s_daily_number_is_not_late(post):
    post.per_day = 1
    post.queue(about=1)
    post.queue(about=2)
    post.deliver()

    later = NOON + 60 * MINUTE

    assert [mail.is_held for mail in rows()] == [False, True]
    assert mail_delay(later) == timedelta()


@pytest.mark.parametrize("lease_ends", [LEASE, -LEASE], ids=["in hand", "left behind"])
def test_one_mail_that_is_stuck_and_its_mailbox_say_nothing_of_the_rest(post, lease_ends):
    post.queue(about=1, to=ADA, now=NOON - 9 * MINUTE)
    post.queue(about=2, to=ADA, now=NOON - 8 * MINUTE)
    post.queue(to=ANNA, now=NOON - 3 * MINUTE)
    change(rows()[0], leased_until=NOON + lease_ends)

    assert mail_delay(NOON) == 3 * MINUTE


def test_mails_are_counted_by_what_they_wait_for(post):
    for number in range(5):
        post.queue(to=f"signer-{number}@example.org")
    sent, sent_before, waiting, failed, _due = rows()
    change(sent, status="sent", sent_at=NOON, due_at=NOON + timedelta(hours=48), recipient=None)
    before = NOON - 2 * MINUTE
    change(
        sent_before,
        status="sent",
        sent_at=before,
        due_at=before + timedelta(hours=48),
        recipient=None,
    )
    change(waiting, due_at=NOON + MINUTE)
    change(failed, status="dead", due_at=NOON + timedelta(days=30))

    counts = count_mails(NOON, since=NOON - MINUTE, most=100)

    assert counts == MailCounts(due=1, waiting=1, failed=1, sent=1)


def test_delivered_mail_counts_as_sent(post):
    post.queue()
    post.deliver(NOON)

    assert count_mails(NOON, since=NOON - MINUTE, most=100).sent == 1
    assert count_mails(NOON + 2 * MINUTE, since=NOON + MINUTE, most=100).sent == 0


def test_counting_stops_at_the_bound(post):
    for number in range(3):
        post.queue(to=f"signer-{number}@example.org")

    assert count_mails(NOON, since=NOON, most=2).due == 2
