"""Faults of the mail server lose no email: all arrive once the server works again."""

from datetime import timedelta

import pytest

from campaign_actions.core.db.session import db
from campaign_actions.core.mail.transports import open_transport
from campaign_actions.outbox.deliver import Delivered
from tests.support.mail_server import OK, mail_server
from tests.support.outbox import NOON, note, rows
from tests.support.servers import free_port

MINUTE = timedelta(minutes=1)
TO = [f"{number}@example.org" for number in range(3)]


@pytest.fixture
def server(app, post):
    with mail_server() as server:
        app.config["MAIL_URL"] = f"smtp://127.0.0.1:{server.port}"
        post.transport = open_transport()
        yield server
        post.transport.close()


def recipients(server):
    return [envelope.rcpt_tos[0] for envelope in server.envelopes]


def test_while_the_server_is_down_one_email_is_tried_and_later_all_arrive(app, post):
    for to in TO:
        post.queue(to=to)
    port = free_port()
    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{port}"
    post.transport = open_transport()

    down = post.deliver()
    with mail_server(port=port) as server:
        up = post.deliver(NOON + MINUTE)
        post.transport.close()

    assert (down, up.sent) == (Delivered(delayed=1, is_server_away=True), 3)
    assert sorted(recipients(server)) == TO


def test_a_delayed_email_delays_no_other_and_arrives_later(post, server):
    post.queue(to=TO[0])
    server.rcpt_answer = "450 4.2.0 greylisted"
    first = post.deliver()
    server.rcpt_answer = OK
    post.queue(to=TO[1])

    others = post.deliver()
    later = post.deliver(NOON + MINUTE)

    assert (first.delayed, others.sent, later.sent) == (1, 1, 1)
    assert recipients(server) == [TO[1], TO[0]]


def test_a_slow_mail_server_keeps_no_database_connection(app, post, server):
    engine, held = db.engine, []

    async def record_connections(_server, _session, envelope):
        held.append(engine.pool.checkedout())
        return OK

    def note_from_the_database(*of):
        db.session.connection()  # as emails do that name what someone signed
        return note(*of)

    server.handle_DATA = record_connections
    post.mails["note"] = note_from_the_database
    post.queue(to=TO[0])

    assert post.deliver().sent == 1
    assert held == [0]


def test_a_refused_email_is_dead_with_its_reason_and_the_next_one_arrives(post, server):
    post.queue(to=TO[0])
    server.rcpt_answer = f"550 5.1.1 <{TO[0]}> unknown"
    refused = post.deliver()
    server.rcpt_answer = OK
    post.queue(to=TO[1])

    others = post.deliver()

    assert (refused.dead, others.sent) == (1, 1)
    assert recipients(server) == [TO[1]]
    assert rows()[0].last_error == "the mail server refused the recipient: 550 5.1.1"


@pytest.mark.parametrize("hangs_in", ["rcpt", "data"])
def test_an_email_arrives_after_the_server_stops_hanging(app, post, server, hangs_in):
    post.queue()
    patient = post.transport
    app.config["MAIL_URL"] += "?timeout=0.5"
    post.transport = open_transport()
    server.hangs_in = hangs_in
    slow = post.deliver()
    post.transport.close()
    post.transport, server.hangs_in = patient, ""

    later = post.deliver(NOON + MINUTE)

    assert (slow.delayed, later.sent) == (1, 1)
    assert len(server.envelopes) == 1


def test_emails_with_lost_answers_arrive_again_under_the_same_ids(post, server):
    for to in TO:
        post.queue(to=to)
    server.drops_after_data = True
    lost = post.deliver()
    server.drops_after_data = False

    again = post.deliver(NOON + MINUTE)

    assert (lost.delayed, again.sent) == (3, 3)
    ids = [message["Message-ID"] for message in server.messages]
    assert sorted(ids[:3]) == sorted(ids[3:])
    assert len(set(ids)) == 3


def test_commands_are_pipelined_if_the_server_supports_it(post, server):
    server.is_pipelining = True
    for to in TO:
        post.queue(to=to)
    server.rcpt_answer = "450 4.2.0 later"
    first = post.deliver()
    server.rcpt_answer = OK

    sent = post.deliver(NOON + MINUTE)

    assert (first.delayed, sent.sent) == (3, 3)
    assert sorted(recipients(server)) == TO
    assert server.connections == 1
