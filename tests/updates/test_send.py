"""An update goes once to each signer who asked for it, whatever happens on the way."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy import update as change

from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from campaign_actions.core.switches.state import EMAIL
from campaign_actions.updates import queue_batches, send
from campaign_actions.updates.draft import NotADraft, TextsChanged, save_draft
from campaign_actions.updates.emails import RESUME_WITHIN
from campaign_actions.updates.send import AnotherUpdateRunning, CannotResume, NotReady
from campaign_actions.updates.unsubscribe import unsubscribe
from tests.support.factories import (
    NOON,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
    make_update,
)
from tests.support.mail_server import OK, mail_server
from tests.support.switches import pause
from tests.support.updates import (
    WHO,
    deliver,
    make_recipients,
    make_update_for,
    queue_all,
    queued_emails,
    reload_update,
    start_update,
)

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def server(app):
    with mail_server() as server:
        server.url = f"smtp://127.0.0.1:{server.port}"
        yield server


@pytest.fixture
def small_batches(monkeypatch):
    """Batches of two."""
    monkeypatch.setattr(queue_batches, "BATCH_SIZE", 2)
    monkeypatch.setattr(queue_batches, "MAX_UNTRIED", 4)


def recipients(server):
    return Counter(envelope.rcpt_tos[0] for envelope in server.envelopes)


def test_each_confirmed_signer_who_wants_updates_gets_it_once(app, server, small_batches):
    action = make_action()
    readers = make_recipients(action, 7)
    make_confirmed(action, email="silent@example.org")
    make_signature(action, email="pending@example.org", wants_updates=True)
    withdraw(make_confirmed(action, email="gone@example.org", wants_updates=True), now=NOON)
    deliver(app, server.url)
    server.envelopes.clear()
    update = make_update(action)

    assert start_update(update) == 7
    for _turn in range(9):
        queue_batches.queue_next_batches(NOON)
        deliver(app, server.url)
    queue_batches.queue_next_batches(NOON)

    assert recipients(server) == {reader.email: 1 for reader in readers}
    found = reload_update(update)
    assert (found.status, found.recipients, found.queued) == ("sent", 7, 7)
    assert found.ended_at == NOON


def test_signers_get_the_language_they_signed_in_or_else_the_first_with_a_text(app, server):
    action = make_action(locales=("en", "ru", "es"))
    for locale in ("en", "ru", "es"):
        make_recipients(action, 1, locale=locale, email=f"{locale}@example.org")
    update = make_update(action, texts={"es": ("Asunto", "Texto"), "ru": ("Тема", "Текст")})

    start_update(update)
    queue_all()
    deliver(app, server.url)

    assert {message["To"]: message["Subject"] for message in server.messages} == {
        "en@example.org": "Asunto",  # of the languages served, Spanish comes before Russian
        "es@example.org": "Asunto",
        "ru@example.org": "Тема",
    }


def test_few_emails_are_queued_at_once(app, small_batches):
    update = make_update_for(9)
    start_update(update)

    queue_all()

    assert len(queued_emails(update)) == 4
    assert reload_update(update).status == "sending"


def test_signers_who_confirm_after_the_start_are_not_recipients(app, server):
    action = make_action()
    late = make_signature(action, email="late@example.org", wants_updates=True)
    make_recipients(action, 1)
    update = make_update(action)

    start_update(update)
    confirm(late, now=NOON + MINUTE)
    make_recipients(action, 1, now=NOON + MINUTE)
    queue_all(NOON + MINUTE)

    assert len(queued_emails(update)) == 1


def test_unsubscribing_or_withdrawing_drops_a_queued_email(app, server):
    action = make_action()
    readers = make_recipients(action, 3)
    update = make_update(action)
    start_update(update)
    queue_all()

    unsubscribe(readers[0], now=NOON)
    withdraw(readers[1], now=NOON)
    done = deliver(app, server.url)

    assert recipients(server) == {readers[2].email: 1}
    assert done.dropped == 2


def test_erasing_a_person_removes_their_queued_emails(app):
    action = make_action()
    make_recipients(action, 1, email="ada@example.org")
    update = make_update(action)
    start_update(update)
    queue_all()

    erase("ada@example.org", now=NOON)

    assert queued_emails(update) == []


def test_withdrawing_from_one_action_keeps_the_update_of_another(app):
    campaign = make_campaign()
    first = make_action(campaign=campaign)
    other = make_action(campaign=campaign, slug="other")
    make_recipients(first, 1, email="ada@example.org")
    update = make_update(first, id=other.id)  # the same number, by chance
    start_update(update)
    queue_all()
    pending = make_signature(other, email="ada@example.org")

    withdraw(pending, now=NOON)

    assert [row.recipient for row in queued_emails(update)] == ["ada@example.org"]


def test_a_stopped_update_sends_nothing_and_resumes_where_it_was(app, server, small_batches):
    action = make_action()
    readers = make_recipients(action, 8)
    update = make_update(action)
    start_update(update)
    queue_all()
    deliver(app, server.url, stopping=Stop(after=3))
    before = len(server.envelopes)

    assert send.stop(update.id, now=NOON, **WHO)
    stopped = deliver(app, server.url)
    assert queue_batches.queue_next_batches(NOON) == 0
    assert (stopped.sent, len(server.envelopes)) == (0, before)
    assert 0 < before < 8
    send.resume(update.id, now=NOON + MINUTE, **WHO)
    for turn in range(9):
        queue_batches.queue_next_batches(NOON + turn * MINUTE)
        deliver(app, server.url, NOON + (turn + 1) * MINUTE)

    assert recipients(server) == {reader.email: 1 for reader in readers}
    assert reload_update(update).status == "sent"


def test_a_resumed_update_goes_on_at_once(app, server):
    update = make_update_for(2)
    start_update(update)
    queue_all()
    send.stop(update.id, now=NOON, **WHO)
    deliver(app, server.url)

    send.resume(update.id, now=NOON + SECOND, **WHO)
    done = deliver(app, server.url, NOON + SECOND)

    assert done.sent == 2


class Stop:
    """True after so many calls."""

    def __init__(self, *, after):
        self.left = after

    def __call__(self):
        self.left -= 1
        return self.left < 0


def test_emails_of_a_stopped_update_are_dropped_when_it_can_no_longer_resume(app, server):
    update = make_update_for(2)
    start_update(update)
    queue_all()
    send.stop(update.id, now=NOON, **WHO)

    deliver(app, server.url, NOON + RESUME_WITHIN)

    assert queued_emails(update) == []
    with pytest.raises(CannotResume):
        send.resume(update.id, now=NOON + RESUME_WITHIN, **WHO)


def test_the_time_to_resume_does_not_run_while_email_is_off(app, server):
    update = make_update_for(2)
    start_update(update)
    queue_all()
    send.stop(update.id, now=NOON, **WHO)
    pause(EMAIL, NOON, NOON + 3 * RESUME_WITHIN)
    last = NOON + 4 * RESUME_WITHIN - SECOND

    kept = deliver(app, server.url, last)
    send.resume(update.id, now=last, **WHO)
    done = deliver(app, server.url, last)

    assert (kept.sent, done.sent) == (0, 2)


def test_stopping_twice_changes_nothing(app):
    update = make_update_for(1)
    start_update(update)

    assert send.stop(update.id, now=NOON, **WHO)
    assert not send.stop(update.id, now=NOON + MINUTE, **WHO)
    assert reload_update(update).ended_at == NOON


def test_an_update_is_sent_once_each_email_was_tried_and_failed_ones_are_retried(app, server):
    update = make_update_for(2)
    start_update(update)
    queue_all()
    server.rcpt_answer = "451 4.7.1 try later"

    deliver(app, server.url)
    queue_batches.queue_next_batches(NOON)
    server.rcpt_answer = OK
    done = deliver(app, server.url, NOON + MINUTE)

    assert reload_update(update).status == "sent"
    assert done.sent == 2


def test_an_update_is_not_sent_while_the_mail_server_is_unavailable(app):
    update = make_update_for(2)
    start_update(update)
    queue_all()

    deliver(app, "smtp://127.0.0.1:1")
    queue_batches.queue_next_batches(NOON)

    assert reload_update(update).status == "sending"


def test_an_update_starts_only_once(app):
    update = make_update_for(1)
    start_update(update)

    with pytest.raises(NotADraft):
        start_update(update)


def test_two_updates_of_an_action_are_not_sent_at_once(app):
    action = make_action()
    make_recipients(action, 1)
    first, second = make_update(action), make_update(action)
    start_update(first)

    with pytest.raises(NotReady):
        start_update(second)
    send.stop(first.id, now=NOON, **WHO)
    start_update(second)
    with pytest.raises(AnotherUpdateRunning):
        send.resume(first.id, now=NOON, **WHO)


def test_an_update_with_a_blocker_is_not_sent(app):
    update = make_update_for(1, texts={"en": ("", "Only a body")})

    with pytest.raises(NotReady):
        start_update(update)

    assert reload_update(update).status == "draft"


def test_an_update_changed_since_its_checks_is_not_sent(app):
    update = make_update_for(1)

    with pytest.raises(TextsChanged):
        send.start(update.id, seen="another", now=NOON, **WHO)

    assert reload_update(update).status == "draft"


def test_a_started_update_cannot_be_changed(app):
    update = make_update_for(1)
    start_update(update)

    with pytest.raises(NotADraft):
        save_draft(update.id, {"en": ("New", "New")}, seen="", now=NOON, **WHO)


def test_the_audit_log_records_starting_stopping_and_resuming(app):
    update = make_update_for(2)

    start_update(update)
    queue_all()
    send.stop(update.id, now=NOON, **WHO)
    send.resume(update.id, now=NOON, **WHO)

    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.event, entry.rows, entry.subject) for entry in entries] == [
        ("update-sent", 2, "racism/hate-crimes"),
        ("update-stopped", 2, "racism/hate-crimes"),
        ("update-continued", None, "racism/hate-crimes"),
    ]
    assert entries[0].details == {"update": update.id}


def test_someone_who_is_erased_and_signs_again_does_not_get_it_twice(app, server, small_batches):
    action = make_action()
    make_recipients(action, 1, email="ada@example.org")
    make_recipients(action, 8)
    update = make_update(action)
    start_update(update)
    queue_all()
    deliver(app, server.url)

    erase("ada@example.org", now=NOON)
    make_recipients(action, 1, email="ada@example.org", now=NOON + MINUTE)
    for _turn in range(9):
        queue_batches.queue_next_batches(NOON + MINUTE)
        deliver(app, server.url, NOON + MINUTE)

    assert recipients(server)["ada@example.org"] == 1


def test_signers_before_the_cursor_who_subscribe_later_are_not_recipients(app, small_batches):
    action = make_action()
    silent = make_confirmed(action)
    make_recipients(action, 3)
    update = make_update(action)
    start_update(update)
    queue_batches.queue_batch(update.id, NOON)

    db.session.execute(change(Signature).filter_by(id=silent.id).values(wants_updates=True))
    db.session.commit()
    queue_all()

    assert silent.email not in {row.recipient for row in queued_emails(update)}
