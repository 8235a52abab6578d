"""Workers that are killed, and several at once: nobody gets an update twice, and nobody is left out."""

import signal
from collections import Counter
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy import update as change

from campaign_actions.actions.models import Signature
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.mail.render import mail_makers
from campaign_actions.core.mail.transports import open_transport
from campaign_actions.outbox.deliver import Sender, deliver_due
from campaign_actions.outbox.lease import LEASE
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.updates import send
from tests.support.factories import NOON, make_action, make_update
from tests.support.mail_server import mail_server
from tests.support.outbox_worker import Worker, wait_until
from tests.support.updates import fresh, make_readers, queued, start

WORKERS = 4


def at_once(app, work):
    """So many threads, each with its own connection, begin at the same moment; their troubles."""
    begin, troubles = Barrier(WORKERS), []

    def run():
        with app.app_context():
            begin.wait()
            try:
                work()
            except Exception as error:
                troubles.append(error)

    threads = [Thread(target=run) for _worker in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return troubles


def test_workers_at_once_queue_each_signer_once(app, monkeypatch):
    monkeypatch.setattr(send, "CHUNK", 3)
    monkeypatch.setattr(send, "WINDOW", 300)
    action = make_action()
    readers = make_readers(action, 60)
    update = make_update(action)
    start(update)

    def work():
        for _turn in range(30):
            send.send_on(NOON)

    troubles = at_once(app, work)

    assert troubles == []
    assert Counter(row.recipient for row in queued(update)) == {r.email: 1 for r in readers}
    assert fresh(update).queued == 60


def test_the_same_draft_started_by_many_at_once_is_started_once(app):
    action = make_action()
    make_readers(action, 1)
    update = make_update(action)

    troubles = at_once(app, lambda: start(update))

    assert len(troubles) == WORKERS - 1
    assert fresh(update).status == "sending"


def test_of_many_drafts_of_an_action_started_at_once_one_goes_out(app):
    action = make_action()
    make_readers(action, 1)
    drafts = [make_update(action).id for _draft in range(WORKERS)]

    troubles = at_once(app, lambda: start(fresh_by(drafts.pop())))

    assert len(troubles) == WORKERS - 1


def fresh_by(update_id):
    return db.session.get_one(send.Update, update_id)


def test_a_chunk_that_fails_moves_no_cursor_and_queues_nothing(app, monkeypatch):
    action = make_action()
    make_readers(action, 3)
    update = make_update(action)
    start(update)

    def broken(*_args, **_facts):
        queue(*_args, **_facts)
        raise OSError("the power went")

    queue = send.queue_many
    monkeypatch.setattr(send, "queue_many", broken)
    with pytest.raises(OSError, match="power"):
        send.send_on(NOON)

    assert (queued(update), fresh(update).cursor) == ([], 0)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_workers_killed_in_the_middle_send_to_each_and_twice_only_what_they_had_in_hand(
    app, start_worker
):
    action = make_action()
    readers = make_readers(action, 1300)
    update = make_update(action)
    db.session.execute(change(Signature).values(confirmed_at=utc_now()))
    db.session.commit()
    start(update, utc_now())

    with mail_server() as server:
        url = f"smtp://127.0.0.1:{server.port}"
        for reached in (60, 400, 800):  # in the first chunk, and across the border of others
            workers = [start_worker(url), start_worker(url)]
            wait_until(lambda reached=reached: len(server.envelopes) > reached, 60)
            for worker in workers:
                worker.process.send_signal(signal.SIGKILL)
                worker.process.communicate()
        app.config["MAIL_URL"] = url
        courier = Sender(open_transport(), mail_makers.of(app), per_day=5)
        later = utc_now() + LEASE
        for _turn in range(5):
            send.send_on(later)
            deliver_due(courier, lambda: later)
        send.send_on(later)
        courier.transport.close()

    arrived = Counter(envelope.rcpt_tos[0] for envelope in server.envelopes)
    assert set(arrived) == {reader.email for reader in readers}
    assert sum(arrived.values()) - len(arrived) <= 6  # three times two workers, one in each hand
    ids = {(message["To"], message["Message-ID"]) for message in server.messages}
    assert len(ids) == len(readers), "a double has the same Message-ID"
    assert db.session.scalar(select(func.count()).select_from(OutboxMail)) == len(readers)
    assert fresh(update).status == "sent"


@pytest.fixture
def start_worker(app):
    """Starts workers on the database of this test; none outlives it."""
    workers = []

    def begin(url):
        workers.append(Worker(app, url))
        return workers[-1]

    yield begin
    for worker in workers:
        if worker.process.poll() is None:
            worker.kill()
