"""A worker is killed in the middle of a batch: every email arrives, and at most one arrives twice."""

import signal
from collections import Counter, defaultdict

import pytest

from campaign_actions.core.db.session import utc_now
from campaign_actions.core.mail.render import mail_makers
from campaign_actions.core.mail.transports import open_transport
from campaign_actions.outbox.deliver import Sender, deliver_due
from campaign_actions.outbox.lease import LEASE, MAX_MAILBOXES
from tests.support.factories import make_action, make_signature
from tests.support.mail_server import mail_server
from tests.support.outbox import rows
from tests.support.outbox_worker import wait_until

BATCH_SIZE = MAX_MAILBOXES["signer"]
SIGNERS = 2 * BATCH_SIZE + 10


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_email_of_a_killed_worker_arrives_and_at_most_one_twice(app, start):
    action = make_action()
    for _signer in range(SIGNERS):
        make_signature(action, now=utc_now())
    with mail_server() as server:
        first = start(f"smtp://127.0.0.1:{server.port}")
        wait_until(lambda: len(server.envelopes) > BATCH_SIZE + 5, 50)
        first.process.send_signal(signal.SIGKILL)
        first.process.communicate()

        leased = [row for row in rows() if row.status == "queued" and row.leased_until]
        start(f"smtp://127.0.0.1:{server.port}")
        wait_until(lambda: queued_ids() == {row.id for row in leased}, 50)
        free_at = max(row.leased_until for row in leased)
        app.config["MAIL_URL"] = f"smtp://127.0.0.1:{server.port}"
        sender = Sender(open_transport(), mail_makers.of(app), daily_limit=5)
        rest = deliver_due(sender, lambda: free_at)
        sender.transport.close()

    assert 0 < len(leased) == rest.sent <= BATCH_SIZE
    assert free_at - utc_now() <= LEASE
    assert {row.status for row in rows()} == {"sent"}
    assert_each_arrived_and_at_most_one_twice(server)


def queued_ids():
    return {row.id for row in rows() if row.status == "queued"}


def assert_each_arrived_and_at_most_one_twice(server):
    ids = defaultdict(list)
    for message in server.messages:
        ids[message["To"]].append(message["Message-ID"])
    assert len(ids) == SIGNERS
    duplicates = [found for found in ids.values() if len(found) > 1]
    assert len(duplicates) <= 1
    assert all(Counter(found) == {found[0]: 2} for found in duplicates)
