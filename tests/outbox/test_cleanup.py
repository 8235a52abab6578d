"""Deleting sent and failed emails after some time."""

from datetime import timedelta

from campaign_actions.core.mail.mime import MailRefused
from campaign_actions.outbox import cleanup
from campaign_actions.outbox.cleanup import delete_old_emails
from tests.support.outbox import NOON, FailingTransport, rows

SECOND = timedelta(seconds=1)


def test_sent_emails_are_kept_for_two_days(app, post):
    post.queue()
    post.deliver()

    assert delete_old_emails(NOON + timedelta(hours=48) - SECOND) == 0
    assert delete_old_emails(NOON + timedelta(hours=48)) == 1
    assert rows() == []


def test_the_last_email_to_staff_is_kept_until_the_next_one(app, post):
    """It shows that email works."""
    post.queue(lane="staff")
    post.deliver()
    later = NOON + timedelta(hours=48)

    alone = delete_old_emails(later)
    post.queue(lane="staff", now=later)
    post.deliver(later)

    assert alone == 0
    assert delete_old_emails(later) == 1
    assert [mail.queued_at for mail in rows()] == [later]


def test_failed_emails_are_kept_for_thirty_days(app, post):
    post.transport = FailingTransport(MailRefused("550"))
    post.queue()
    post.deliver()

    assert delete_old_emails(NOON + timedelta(days=30) - SECOND) == 0
    assert delete_old_emails(NOON + timedelta(days=30)) == 1
    assert rows() == []


def test_queued_emails_are_never_deleted(app, post):
    post.queue()

    assert delete_old_emails(NOON + timedelta(days=999)) == 0


def test_old_emails_are_deleted_in_batches(app, post, monkeypatch):
    monkeypatch.setattr(cleanup, "BATCH_SIZE", 2)
    for number in range(3):
        post.queue(to=f"{number}@example.org")
    post.deliver()

    assert [delete_old_emails(NOON + timedelta(days=2)) for _time in range(3)] == [2, 1, 0]
