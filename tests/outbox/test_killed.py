"""SIGKILL of a worker in the middle of a batch: every mail arrives, and at most one twice."""

import signal
from collections import Counter, defaultdict

import pytest

from campaign_actions.core.db.session import utc_now
from campaign_actions.core.mail.render import mail_makers
from campaign_actions.core.mail.transports import open_transport
from campaign_actions.outbox.deliver import Sender, deliver_due
from campaign_actions.outbox.lease import AT_ONCE, LEASE
from tests.support.factories import make_action, make_signature
from tests.support.mail_server import mail_server
from tests.support.outbox import rows
from tests.support.outbox_worker import wait_until

SIGNERS = 2 * AT_ONCE + 10


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_of_a_killed_workers_batch_every_mail_arrives_and_at_most_one_twice(app, start):
    action = make_action()
    for _signer in range(SIGNERS):
        make_signature(action, now=utc_now())
    with mail_server() as server:
        first = start(f"smtp://127.0.0.1:{server.port}")
        wait_until(lambda: len(server.envelopes) > AT_ONCE + 5, 50)
        first.process.send_signal(signal.SIGKILL)
        first.process.communicate()

        leased = [row for row in rows() if row.status == "queued" and row.leased_until]
        start(f"smtp://127.0.0.1:{server.port}")
        wait_until(lambda: waiting() == {row.id for row in leased}, 50)
        free_at = max(row.leased_until for row in leased)
        app.config["MAIL_URL"] = f"smtp://127.0.0.1:{server.port}"
        courier = Sender(open_transport(), mail_makers.of(app), per_day=5)
        rest = deliver_due(courier, lambda: free_at)
        courier.transport.close()

    assert 0 < len(leased) == rest.sent <= AT_ONCE
    assert free_at - utc_now() <= LEASE
    assert {row.status for row in rows()} == {"sent"}
    assert_each_arrived_and_at_most_one_twice(server)


def waiting():
    return {row.id for row in rows() if row.status == "queued"}


def assert_each_arrived_and_at_most_one_twice(server):
    ids = defaultdict(list)
    for message in server.messages:
        ids[message["To"]].append(message["Message-ID"])
    assert len(ids) == SIGNERS
    doubles = [found for found in ids.values() if len(found) > 1]
    assert len(doubles) <= 1
    assert all(Counter(found) == {found[0]: 2} for found in doubles)
