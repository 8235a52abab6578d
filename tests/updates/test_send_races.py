"""Several workers and killed workers: each recipient gets an update, and nobody gets it twice."""

import signal
from collections import Counter
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select, text
from sqlalchemy import update as change
from sqlalchemy.exc import DBAPIError

from campaign_actions.actions.models import UPDATES_BY_ACTIONS, Signature
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.errors import Conflict
from campaign_actions.core.mail.render import mail_makers
from campaign_actions.core.mail.transports import open_transport
from campaign_actions.outbox.deliver import Sender, deliver_due
from campaign_actions.outbox.lease import LEASE
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.updates import queue_batches
from campaign_actions.updates.models import Update
from tests.support.concurrency import run_concurrently
from tests.support.factories import NOON, make_action, make_campaign, make_update
from tests.support.mail_server import mail_server
from tests.support.outbox_worker import Worker, wait_until
from tests.support.updates import (
    make_recipients,
    make_update_for,
    queued_emails,
    reload_update,
    start_update,
)

WORKERS = 4


def test_concurrent_workers_queue_one_email_for_each_recipient(app, monkeypatch):
    monkeypatch.setattr(queue_batches, "BATCH_SIZE", 3)
    monkeypatch.setattr(queue_batches, "MAX_UNTRIED", 300)
    action = make_action()
    readers = make_recipients(action, 60)
    update = make_update(action)
    start_update(update)

    def work():
        for _turn in range(30):
            queue_batches.queue_next_batches(NOON)

    run_concurrently(app, *[work] * WORKERS)

    assert Counter(row.recipient for row in queued_emails(update)) == {r.email: 1 for r in readers}
    assert reload_update(update).queued == 60


def test_concurrent_workers_send_an_update_to_several_actions_once_to_each_person(app, monkeypatch):
    monkeypatch.setattr(queue_batches, "BATCH_SIZE", 3)
    monkeypatch.setattr(queue_batches, "MAX_UNTRIED", 300)
    campaign = make_campaign()
    actions = [make_action(campaign=campaign, slug=slug) for slug in ("one", "two", "three")]
    set_covered("petition", "en", {UPDATES_BY_ACTIONS: 1}, now=NOON)
    for number in range(20):
        for action in actions[: 1 + number % 3]:
            make_recipients(action, 1, email=f"person-{number}@example.org")
    update = make_update(actions[0], others=actions[1:])
    start_update(update)

    def work():
        for _turn in range(30):
            queue_batches.queue_next_batches(NOON)

    run_concurrently(app, *[work] * WORKERS)

    found = Counter(row.recipient for row in queued_emails(update))
    assert found == {f"person-{number}@example.org": 1 for number in range(20)}
    assert reload_update(update).queued == 20


def test_a_draft_started_by_several_people_at_once_starts_once(app):
    update = make_update_for(1)

    starts = [lambda: start_update(update)] * WORKERS
    started = run_concurrently(app, *starts, refused=Conflict)

    assert started.count(1) == 1
    assert reload_update(update).status == "sending"


def test_of_several_drafts_of_an_action_started_at_once_one_starts(app):
    action = make_action()
    make_recipients(action, 1)
    drafts = [make_update(action).id for _draft in range(WORKERS)]

    starts = [lambda: start_update(find_draft(drafts.pop()))] * WORKERS
    started = run_concurrently(app, *starts, refused=Conflict)

    assert started.count(1) == 1


def find_draft(update_id):
    return db.session.get_one(Update, update_id)


@pytest.mark.parametrize("refused", ["insert on outbox_mails", "update on updates"])
def test_a_failed_batch_neither_moves_the_cursor_nor_queues_anything(app, refused):
    update = make_update_for(3)
    start_update(update)

    with refusing(refused), pytest.raises(DBAPIError, match="this disk is full"):
        queue_batches.queue_next_batches(NOON)

    assert (queued_emails(update), reload_update(update).cursor) == ([], 0)


@contextmanager
def refusing(change):
    """The database refuses this change, such as "insert on outbox_mails", while the block runs."""
    run_all(CREATE_REFUSING_TRIGGER, change)
    try:
        yield
    finally:
        db.session.rollback()
        run_all(DROP_REFUSING_TRIGGER, change)


CREATE_REFUSING_TRIGGER = {
    "sqlite": [
        "create trigger refusing before {change} begin"
        " select raise(abort, 'this disk is full'); end"
    ],
    "postgresql": [
        "create function refuse() returns trigger language plpgsql as"
        " $$begin raise exception 'this disk is full'; end$$",
        "create trigger refusing before {change} for each row execute function refuse()",
    ],
}
DROP_REFUSING_TRIGGER = {
    "sqlite": ["drop trigger refusing"],
    "postgresql": ["drop function refuse cascade"],
}


def run_all(statements, change):
    for statement in statements[db.engine.dialect.name]:
        db.session.execute(text(statement.format(change=change)))
    db.session.commit()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_workers_send_twice_at_most_the_emails_they_were_handing_over(app, start_worker):
    action = make_action()
    readers = make_recipients(action, 1300)
    update = make_update(action)
    db.session.execute(change(Signature).values(confirmed_at=utc_now()))
    db.session.commit()
    start_update(update, utc_now())

    with mail_server() as server:
        url = f"smtp://127.0.0.1:{server.port}"
        for reached in (60, 400, 800):  # within the first batch and across others
            workers = [start_worker(url), start_worker(url)]
            wait_until(lambda reached=reached: len(server.envelopes) > reached, 60)
            for worker in workers:
                worker.process.send_signal(signal.SIGKILL)
                worker.process.communicate()
        app.config["MAIL_URL"] = url
        sender = Sender(open_transport(), mail_makers.of(app), daily_limit=5)
        later = utc_now() + LEASE
        for _turn in range(5):
            queue_batches.queue_next_batches(later)
            deliver_due(sender, lambda: later)
        queue_batches.queue_next_batches(later)
        sender.transport.close()

    arrived = Counter(envelope.rcpt_tos[0] for envelope in server.envelopes)
    assert set(arrived) == {reader.email for reader in readers}
    assert sum(arrived.values()) - len(arrived) <= 6  # three times two workers, one in each hand
    ids = {(message["To"], message["Message-ID"]) for message in server.messages}
    assert len(ids) == len(readers), "a double has the same Message-ID"
    assert db.session.scalar(select(func.count()).select_from(OutboxMail)) == len(readers)
    assert reload_update(update).status == "sent"


@pytest.fixture
def start_worker(app):
    """Starts workers on the database of this test and ends them with it."""
    workers = []

    def begin(url):
        workers.append(Worker(app, url))
        return workers[-1]

    yield begin
    for worker in workers:
        if worker.process.poll() is None:
            worker.kill()
