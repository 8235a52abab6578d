"""Concurrent workers: each email is sent once, within the daily limit of its mailbox."""

from collections import Counter
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.mail.transports import open_transport
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.deliver import Sender, deliver_due
from campaign_actions.outbox.lease import DAY
from tests.support.mail_server import mail_server
from tests.support.outbox import NOON, note, queue_mail, rows, text_of, titles_in

WORKERS = 8


@pytest.fixture
def server(app):
    with mail_server() as server:
        app.config["MAIL_URL"] = f"smtp://127.0.0.1:{server.port}"
        yield server


def deliver_concurrently(app, now, *, daily_limit=5, workers=WORKERS):
    """Run workers, each with its own connections; returns how many emails each sent.

    Emails may be left for the next round, since each worker skips a mailbox that another is using.
    """
    start, errors, sent = Barrier(workers), [], []

    def work():
        with app.app_context():
            sender = Sender(open_transport(), {"note": note}, daily_limit)
            start.wait()
            try:
                sent.append(deliver_due(sender, lambda: now).sent)
                sender.transport.close()
            except Exception as error:
                errors.append(error)

    threads = [Thread(target=work) for _worker in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    return sent


def queue(recipients):
    with write_transaction() as connection:
        for about, to in enumerate(recipients):
            key = email_key(to)
            queue_mail(connection, "note", to=to, email_key=key, locale="en", about=about, now=NOON)


def test_eight_workers_send_each_email_once(app, server):
    queue(f"{number}@example.org" for number in range(80))

    sent = deliver_concurrently(app, NOON)

    assert sum(sent) == 80
    arrived = Counter(envelope.rcpt_tos[0] for envelope in server.envelopes)
    assert arrived == {f"{number}@example.org": 1 for number in range(80)}
    assert {row.status for row in rows()} == {"sent"}


def test_eight_workers_share_the_work(app, server):
    queue(f"{number}@example.org" for number in range(80))

    sent = deliver_concurrently(app, NOON)

    assert len([number for number in sent if number]) > 1


def test_eight_workers_keep_the_daily_limit_of_a_mailbox(app, server):
    queue([f"ada+{number}@example.org" for number in range(20)] + ["bo@example.org"] * 7)

    deliver_concurrently(app, NOON)
    deliver_concurrently(app, NOON + timedelta(hours=1))
    deliver_concurrently(app, NOON + timedelta(hours=2), workers=1)

    arrived = Counter(e.rcpt_tos[0].partition("@")[0].partition("+")[0] for e in server.envelopes)
    assert arrived == {"ada": 5, "bo": 5}
    assert Counter(row.status for row in rows()) == {"sent": 10, "queued": 17}


def test_eight_workers_send_held_emails_of_a_mailbox_as_one(app, server):
    queue(["ada@example.org"] * 20)
    deliver_concurrently(app, NOON, workers=1)
    server.envelopes.clear()

    deliver_concurrently(app, NOON + DAY)

    (digest,) = server.messages
    assert len(titles_in(text_of(digest))) == 15
    assert {row.status for row in rows()} == {"sent"}


def test_signing_works_while_eight_workers_deliver(app, server):
    queue(f"{number}@example.org" for number in range(40))
    signer = Thread(target=_sign_many, args=(app,))

    signer.start()
    deliver_concurrently(app, NOON)
    signer.join()
    deliver_concurrently(app, NOON)

    assert Counter(e.rcpt_tos[0] for e in server.envelopes).most_common(1)[0][1] == 1
    assert len(server.envelopes) == 80


def _sign_many(app):
    with app.app_context():
        for number in range(40):
            queue([f"late-{number}@example.org"])


def test_workers_end_their_round_if_others_have_every_mailbox(app, server):
    queue(["ada@example.org"])

    sent = deliver_concurrently(app, NOON)

    assert sorted(sent) == [0] * 7 + [1]
