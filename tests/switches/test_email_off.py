"""While email is off nothing is sent, and nobody loses time in which we could not have reached them."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from campaign_actions.actions.personal_data.held_data import find_all_about
from campaign_actions.actions.signatures.codes.confirm_by_code import MAX_TRIES, confirm_by_code
from campaign_actions.actions.signatures.codes.tries import delete_old_tries
from campaign_actions.actions.signatures.reminders import expire, remind
from campaign_actions.actions.signatures.resend import resend
from campaign_actions.core.db.session import db
from campaign_actions.core.mail.mime import MailRefused
from campaign_actions.core.mail.render import MailDelayed
from campaign_actions.core.security import signed_tokens
from campaign_actions.core.switches.state import EMAIL
from campaign_actions.outbox.cleanup import delete_old_emails
from campaign_actions.outbox.deliver import Delivered, Sender, deliver_due
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.outbox.outcomes import MAX_AGE
from campaign_actions.outbox.retry import retry
from campaign_actions.staff.attention import expired_invitations
from campaign_actions.updates import queue_batches, send
from campaign_actions.updates.send import EmailIsOff
from tests.support.codes import delivered_codes, wrong
from tests.support.factories import (
    NOON,
    link_to,
    make_action,
    make_signature,
    make_staff,
    make_update,
)
from tests.support.outbox import ADA, FailingTransport, only_row, rows
from tests.support.switches import off, on, pause
from tests.support.updates import make_recipients, reload_update, start_update

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIMITS = {"erase_after": timedelta(days=30), "link_life": timedelta(days=14)}


def test_no_email_leaves_and_all_leave_later(app, post):
    for lane in ("staff", "signer", "notice", "bulk"):
        post.queue(to=f"{lane}@example.org", lane=lane, now=NOON)
    off(EMAIL)

    while_off = post.deliver(NOON + HOUR)
    waiting = [(row.status, row.attempts, row.leased_until) for row in rows()]
    on(EMAIL, NOON + HOUR)
    afterwards = post.deliver(NOON + 2 * HOUR)

    assert while_off == Delivered()
    assert waiting == [("queued", 0, None)] * 4
    assert afterwards.sent == 4


def test_a_worker_stops_in_the_middle_of_a_batch(app, post):
    for number in range(5):
        post.queue(to=f"person-{number}@example.org", now=NOON)

    class SwitchingOff(FailingTransport):
        def send(self, message, *, name):
            super().send(message, name=name)
            if len(self.names) == 2:
                off(EMAIL)

    done = deliver_due(Sender(SwitchingOff(), post.mails, 5), lambda: NOON)

    assert done.sent == 2
    assert [row.status for row in rows()].count("queued") == 3
    assert [row.leased_until for row in rows()] == [None] * 5


@pytest.mark.parametrize("app", ["sqlite", "postgresql"], indirect=True)
def test_a_reminder_is_due_later_by_the_length_of_the_pause(app):
    make_signature(make_action())
    pause(EMAIL, NOON + 10 * HOUR, NOON + 15 * HOUR)

    early = remind(NOON + 53 * HOUR - timedelta(seconds=1), **LIMITS)
    due = remind(NOON + 53 * HOUR, **LIMITS)

    assert (early, due) == (0, 1)


def test_during_the_pause_nobody_is_reminded_or_erased(app):
    action = make_action()
    make_signature(action, email="new@example.org")
    make_signature(action, email="old@example.org", now=NOON - 3 * DAY)
    remind(NOON, **LIMITS)  # the older one
    off(EMAIL, NOON)

    assert remind(NOON + 100 * DAY, **LIMITS) == 0
    assert expire(NOON + 100 * DAY) == 0


def test_erasure_is_due_later_by_the_length_of_the_pause(app):
    signature = make_signature(make_action())
    remind(NOON + 2 * DAY, **LIMITS)
    pause(EMAIL, NOON + 20 * DAY, NOON + 25 * DAY)

    early = expire(NOON + 35 * DAY - timedelta(seconds=1))
    due = expire(NOON + 35 * DAY)

    db.session.refresh(signature)
    assert (early, due, signature.status) == (0, 1, "erased")


def test_someone_who_signs_during_the_pause_has_the_full_time(app):
    off(EMAIL, NOON - DAY)
    make_signature(make_action(), now=NOON)
    on(EMAIL, NOON + 3 * DAY)

    early = remind(NOON + 5 * DAY - timedelta(seconds=1), **LIMITS)
    due = remind(NOON + 5 * DAY, **LIMITS)
    too_early = expire(NOON + 33 * DAY - timedelta(seconds=1))
    erased = expire(NOON + 33 * DAY)

    assert (early, due, too_early, erased) == (0, 1, 0, 1)


def test_a_pause_before_signing_changes_nothing(app):
    pause(EMAIL, NOON - 3 * DAY, NOON - DAY)
    make_signature(make_action(), now=NOON)

    assert remind(NOON + 2 * DAY - timedelta(seconds=1), **LIMITS) == 0
    assert remind(NOON + 2 * DAY, **LIMITS) == 1


def test_the_person_is_told_when_something_happens_next(app):
    make_signature(make_action(), email=ADA)
    pause(EMAIL, NOON + HOUR, NOON + 6 * HOUR)

    held = find_all_about(ADA, now=NOON + 7 * HOUR)

    (signature,) = held["signatures"]
    assert signature["next_step_at"].startswith("2026-11-22T17:00")  # 48 hours and the pause


def test_a_link_that_would_have_expired_lives_longer_by_the_pause(app, client, monkeypatch):
    signature = make_signature(make_action())
    made = signed_tokens.datetime.now(signed_tokens.UTC)
    link = link_to("confirm", signature)
    pause(EMAIL, made + 13 * DAY, made + 16 * DAY)

    class Later(signed_tokens.datetime):
        days = 0

        @classmethod
        def now(cls, tz):
            return (made + cls.days * DAY).astimezone(tz)

    monkeypatch.setattr(signed_tokens, "datetime", Later)
    statuses = {}
    for days in (12, 14.5, 16.9, 17.1):
        Later.days = days
        statuses[days] = client.get(link).status_code

    assert statuses == {12: 200, 14.5: 200, 16.9: 200, 17.1: 410}


def test_an_email_is_not_given_up_because_of_a_pause(app, post):
    post.transport = FailingTransport(MailDelayed("busy"), MailDelayed("busy"))
    post.queue(now=NOON)
    post.deliver(NOON)
    pause(EMAIL, NOON + HOUR, NOON + HOUR + MAX_AGE)

    post.deliver(NOON + 2 * HOUR + MAX_AGE)
    after_pause = only_row().status
    post.deliver(NOON + 4 * HOUR + MAX_AGE)

    assert after_pause == "queued"
    assert only_row().status == "sent"


def test_an_update_is_neither_queued_nor_started_nor_resumed(app):
    action = make_action()
    make_recipients(action, 3)
    sending, other = make_update(action), make_update(action)
    start_update(sending)
    off(EMAIL)

    assert queue_batches.queue_next_batches(NOON) == 0
    assert reload_update(sending).cursor == 0
    for verb in (send.start, send.resume):
        options = {"seen": ""} if verb is send.start else {}
        with pytest.raises(EmailIsOff):
            verb(other.id, name="x", actor="y", now=NOON, **options)

    on(EMAIL, NOON + HOUR)
    assert queue_batches.queue_next_batches(NOON + HOUR) == 3


@pytest.mark.parametrize(("hours", "works"), [(25, True), (28.9, True), (29, False)])
def test_a_code_lives_longer_by_the_pause(app, tmp_path, hours, works):
    action = make_action()
    make_signature(action, email=ADA)
    (code,) = delivered_codes(tmp_path / "mail", NOON)
    pause(EMAIL, NOON + 20 * HOUR, NOON + 25 * HOUR)
    now = NOON + hours * HOUR

    assert (confirm_by_code(action, email=ADA, code=code, now=now) is not None) is works


def test_a_code_is_known_and_its_tries_are_counted_after_a_long_pause(app, tmp_path):
    action = make_action()
    make_signature(action, email=ADA)
    (code,) = delivered_codes(tmp_path / "mail", NOON)
    for _try in range(MAX_TRIES):
        confirm_by_code(action, email=ADA, code=wrong(code), now=NOON + HOUR)
    pause(EMAIL, NOON + 2 * HOUR, NOON + 2 * HOUR + 9 * DAY)
    later = NOON + 9 * DAY + 3 * HOUR

    delete_old_emails(later)
    delete_old_tries(later)

    assert [row.status for row in rows()] == ["sent"]
    assert confirm_by_code(action, email=ADA, code=code, now=later) is None
    delete_old_emails(later + 2 * DAY)
    assert rows() == []


def test_a_failed_email_can_be_sent_again_for_thirty_days_and_the_pause(app, post):
    post.transport = FailingTransport(MailRefused("550"))
    post.queue(now=NOON)
    post.deliver(NOON)
    pause(EMAIL, NOON + DAY, NOON + 6 * DAY)

    assert delete_old_emails(NOON + 35 * DAY - timedelta(seconds=1)) == 0
    assert delete_old_emails(NOON + 35 * DAY) == 1


def test_a_failed_email_that_is_sent_again_while_email_is_off_has_its_full_time(app, post):
    post.transport = FailingTransport(MailRefused("550"), MailDelayed("busy"))
    post.queue(now=NOON)
    post.deliver(NOON)
    off(EMAIL, NOON + DAY)
    retry(mail_id=only_row().id, now=NOON + 2 * DAY)

    while_off = post.deliver(NOON + 9 * DAY)
    waiting = [(row.status, row.attempts, row.first_tried_at) for row in rows()]
    on(EMAIL, NOON + 10 * DAY)
    post.deliver(NOON + 10 * DAY)
    after_first_try = only_row().status
    post.deliver(NOON + 10 * DAY + HOUR)

    assert while_off == Delivered()
    assert waiting == [("queued", 0, None)]
    assert (after_first_try, only_row().status) == ("queued", "sent")


def test_a_confirmation_that_is_sent_again_while_email_is_off_changes_no_time(app):
    signature = make_signature(make_action(), email=ADA)
    due_at = signature.due_at
    pause(EMAIL, NOON + HOUR, NOON + 2 * HOUR)
    off(EMAIL, NOON + 10 * HOUR)
    db.session.execute(delete(OutboxMail))  # the first one, which was sent long ago
    db.session.commit()

    resend(signature, action="x", actor="y", now=NOON + 5 * DAY)
    too_early = remind(NOON + 9 * DAY, **LIMITS), expire(NOON + 99 * DAY)
    on(EMAIL, NOON + 10 * DAY + 10 * HOUR)

    db.session.rollback()
    db.session.refresh(signature)
    assert (too_early, signature.due_at) == ((0, 0), due_at)
    assert remind(NOON + 12 * DAY + HOUR - timedelta(seconds=1), **LIMITS) == 0
    assert remind(NOON + 12 * DAY + HOUR, **LIMITS) == 1


def test_an_invitation_is_overdue_later_by_the_pause(app):
    make_staff("reviewer", password=None, invited_at=NOON)
    pause(EMAIL, NOON + DAY, NOON + 3 * DAY)

    assert expired_invitations(NOON + 9 * DAY - timedelta(seconds=1)) == []
    assert len(expired_invitations(NOON + 9 * DAY)) == 1
