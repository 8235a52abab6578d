"""An update goes to each who asked for it, once, whatever happens on the way."""

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
from campaign_actions.updates import send
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
from tests.support.updates import WHO, deliver, fresh, make_readers, queue_all, queued, start

MINUTE = timedelta(minutes=1)


@pytest.fixture
def server(app):
    with mail_server() as server:
        server.url = f"smtp://127.0.0.1:{server.port}"
        yield server


@pytest.fixture
def small(monkeypatch):
    """Chunks of two, so that few signers are many."""
    monkeypatch.setattr(send, "BATCH_SIZE", 2)
    monkeypatch.setattr(send, "MAX_UNTRIED", 4)


def recipients(server):
    return Counter(envelope.rcpt_tos[0] for envelope in server.envelopes)


def test_it_goes_once_to_each_who_confirmed_and_asked_for_it(app, server, small):
    action = make_action()
    readers = make_readers(action, 7)
    make_confirmed(action, email="silent@example.org")
    make_signature(action, email="pending@example.org", wants_updates=True)
    withdraw(make_confirmed(action, email="gone@example.org", wants_updates=True), now=NOON)
    deliver(app, server.url)
    server.envelopes.clear()
    update = make_update(action)

    assert start(update) == 7
    for _turn in range(9):
        send.queue_next_batches(NOON)
        deliver(app, server.url)
    send.queue_next_batches(NOON)

    assert recipients(server) == {reader.email: 1 for reader in readers}
    found = fresh(update)
    assert (found.status, found.recipients, found.queued) == ("sent", 7, 7)
    assert found.ended_at == NOON


def test_each_gets_it_in_the_language_they_signed_in_and_else_in_the_first_that_has_a_text(
    app, server
):
    action = make_action(locales=("en", "ru", "es"))
    for locale in ("en", "ru", "es"):
        make_readers(action, 1, locale=locale, email=f"{locale}@example.org")
    update = make_update(action, texts={"es": ("Asunto", "Texto"), "ru": ("Тема", "Текст")})

    start(update)
    queue_all()
    deliver(app, server.url)

    assert {message["To"]: message["Subject"] for message in server.messages} == {
        "en@example.org": "Asunto",  # of the languages served, Spanish comes before Russian
        "es@example.org": "Asunto",
        "ru@example.org": "Тема",
    }


def test_few_wait_in_the_outbox_at_once(app, small):
    action = make_action()
    make_readers(action, 9)
    update = make_update(action)
    start(update)

    queue_all()

    assert len(queued(update)) == 4
    assert fresh(update).status == "sending"


def test_who_confirms_after_it_was_started_gets_the_next_one(app, server):
    action = make_action()
    late = make_signature(action, email="late@example.org", wants_updates=True)
    make_readers(action, 1)
    update = make_update(action)

    start(update)
    confirm(late, now=NOON + MINUTE)
    make_readers(action, 1, now=NOON + MINUTE)
    queue_all(NOON + MINUTE)

    assert len(queued(update)) == 1


def test_who_asks_for_no_more_after_it_was_queued_gets_none(app, server):
    action = make_action()
    readers = make_readers(action, 3)
    update = make_update(action)
    start(update)
    queue_all()

    unsubscribe(readers[0], now=NOON)
    withdraw(readers[1], now=NOON)
    done = deliver(app, server.url)

    assert recipients(server) == {readers[2].email: 1}
    assert done.dropped == 2


def test_who_is_erased_leaves_no_address_in_the_outbox(app):
    action = make_action()
    make_readers(action, 1, email="ada@example.org")
    update = make_update(action)
    start(update)
    queue_all()

    erase("ada@example.org", now=NOON)

    assert queued(update) == []


def test_erasing_somebody_under_one_action_leaves_the_update_of_another(app):
    campaign = make_campaign()
    first = make_action(campaign=campaign)
    other = make_action(campaign=campaign, slug="other")
    make_readers(first, 1, email="ada@example.org")
    update = make_update(first, id=other.id)  # the same number, by chance
    start(update)
    queue_all()
    pending = make_signature(other, email="ada@example.org")

    withdraw(pending, now=NOON)

    assert [row.recipient for row in queued(update)] == ["ada@example.org"]


def test_stopped_in_the_middle_no_more_go_out_and_it_goes_on_where_it_was(app, server, small):
    action = make_action()
    readers = make_readers(action, 8)
    update = make_update(action)
    start(update)
    queue_all()
    deliver(app, server.url, stopping=Stop(after=3))
    before = len(server.envelopes)

    assert send.stop(update.id, now=NOON, **WHO)
    stopped = deliver(app, server.url)
    assert send.queue_next_batches(NOON) == 0
    assert (stopped.sent, len(server.envelopes)) == (0, before)
    assert 0 < before < 8
    send.resume(update.id, now=NOON + MINUTE, **WHO)
    for turn in range(9):
        send.queue_next_batches(NOON + turn * MINUTE)
        deliver(app, server.url, NOON + (turn + 1) * MINUTE)

    assert recipients(server) == {reader.email: 1 for reader in readers}
    assert fresh(update).status == "sent"


class Stop:
    """Asked to stop after so many questions."""

    def __init__(self, *, after):
        self.left = after

    def __call__(self):
        self.left -= 1
        return self.left < 0


def test_what_waits_for_a_stopped_update_is_let_go_in_the_end(app, server):
    action = make_action()
    make_readers(action, 2)
    update = make_update(action)
    start(update)
    queue_all()
    send.stop(update.id, now=NOON, **WHO)

    deliver(app, server.url, NOON + RESUME_WITHIN)

    assert queued(update) == []
    with pytest.raises(CannotResume):
        send.resume(update.id, now=NOON + RESUME_WITHIN, **WHO)


def test_stopping_twice_is_stopping_once(app):
    action = make_action()
    make_readers(action, 1)
    update = make_update(action)
    start(update)

    assert send.stop(update.id, now=NOON, **WHO)
    assert not send.stop(update.id, now=NOON + MINUTE, **WHO)
    assert fresh(update).ended_at == NOON


def test_it_is_sent_when_each_was_tried_and_those_that_fail_are_tried_on(app, server):
    action = make_action()
    make_readers(action, 2)
    update = make_update(action)
    start(update)
    queue_all()
    server.rcpt_answer = "451 4.7.1 try later"

    deliver(app, server.url)
    send.queue_next_batches(NOON)
    server.rcpt_answer = OK
    done = deliver(app, server.url, NOON + MINUTE)

    assert fresh(update).status == "sent"
    assert done.sent == 2


def test_with_the_mail_server_away_it_is_not_over(app):
    action = make_action()
    make_readers(action, 2)
    update = make_update(action)
    start(update)
    queue_all()

    deliver(app, "smtp://127.0.0.1:1")
    send.queue_next_batches(NOON)

    assert fresh(update).status == "sending"


def test_one_is_started_once(app):
    action = make_action()
    make_readers(action, 1)
    update = make_update(action)
    start(update)

    with pytest.raises(NotADraft):
        start(update)


def test_two_updates_of_an_action_do_not_go_out_at_once(app):
    action = make_action()
    make_readers(action, 1)
    first, second = make_update(action), make_update(action)
    start(first)

    with pytest.raises(NotReady):
        start(second)
    send.stop(first.id, now=NOON, **WHO)
    start(second)
    with pytest.raises(AnotherUpdateRunning):
        send.resume(first.id, now=NOON, **WHO)


def test_what_is_not_ready_is_not_sent(app):
    action = make_action()
    make_readers(action, 1)
    update = make_update(action, texts={"en": ("", "Only a body")})

    with pytest.raises(NotReady):
        start(update)

    assert fresh(update).status == "draft"


def test_what_was_changed_after_it_was_looked_at_is_not_sent(app):
    action = make_action()
    make_readers(action, 1)
    update = make_update(action)

    with pytest.raises(TextsChanged):
        send.start(update.id, seen="another", now=NOON, **WHO)

    assert fresh(update).status == "draft"


def test_a_started_one_is_not_changed_any_more(app):
    action = make_action()
    make_readers(action, 1)
    update = make_update(action)
    start(update)

    with pytest.raises(NotADraft):
        save_draft(update.id, {"en": ("New", "New")}, seen="", now=NOON, **WHO)


def test_starting_stopping_and_going_on_stand_in_the_audit_log(app):
    action = make_action()
    make_readers(action, 2)
    update = make_update(action)

    start(update)
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


def test_a_person_who_was_erased_and_signs_anew_does_not_get_it_twice(app, server, small):
    action = make_action()
    make_readers(action, 1, email="ada@example.org")
    make_readers(action, 8)
    update = make_update(action)
    start(update)
    queue_all()
    deliver(app, server.url)

    erase("ada@example.org", now=NOON)
    make_readers(action, 1, email="ada@example.org", now=NOON + MINUTE)
    for _turn in range(9):
        send.queue_next_batches(NOON + MINUTE)
        deliver(app, server.url, NOON + MINUTE)

    assert recipients(server)["ada@example.org"] == 1


def test_a_late_tick_behind_the_cursor_is_not_written_to(app, small):
    action = make_action()
    silent = make_confirmed(action)
    make_readers(action, 3)
    update = make_update(action)
    start(update)
    send.queue_batch(update.id, NOON)

    db.session.execute(change(Signature).filter_by(id=silent.id).values(wants_updates=True))
    db.session.commit()
    queue_all()

    assert silent.email not in {row.recipient for row in queued(update)}
