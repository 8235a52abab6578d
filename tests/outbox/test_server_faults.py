"""What a mail server does wrong costs no mail: it arrives when the server is well again."""

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
        app.config["MAIL_URL"] = f"smtp://127.0.0.1:{server.port}?timeout=0.5"
        post.transport = open_transport()
        yield server
        post.transport.close()


def recipients(server):
    return [envelope.rcpt_tos[0] for envelope in server.envelopes]


def test_while_the_server_is_down_one_mail_is_tried_and_all_arrive_when_it_is_up(app, post):
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


def test_a_mail_put_off_holds_up_no_other_and_arrives_later(post, server):
    post.queue(to=TO[0])
    server.rcpt_answer = "450 4.2.0 greylisted"
    put_off = post.deliver()
    server.rcpt_answer = OK
    post.queue(to=TO[1])

    others = post.deliver()
    later = post.deliver(NOON + MINUTE)

    assert (put_off.delayed, others.sent, later.sent) == (1, 1, 1)
    assert recipients(server) == [TO[1], TO[0]]


def test_while_the_server_takes_its_time_no_connection_to_the_database_waits(app, post, server):
    engine, held = db.engine, []

    async def look(_server, _session, envelope):
        held.append(engine.pool.checkedout())
        return OK

    def about_the_database(*of):
        db.session.connection()  # as the mails do that say what somebody signed
        return note(*of)

    server.handle_DATA = look
    post.mails["note"] = about_the_database
    post.queue(to=TO[0])

    assert post.deliver().sent == 1
    assert held == [0]


def test_a_mail_refused_is_dead_with_its_reason_and_the_next_one_arrives(post, server):
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
def test_a_mail_that_the_server_hangs_on_arrives_when_it_answers_again(post, server, hangs_in):
    post.queue()
    server.hangs_in = hangs_in
    slow = post.deliver()
    server.hangs_in = ""

    later = post.deliver(NOON + MINUTE)

    assert (slow.delayed, later.sent) == (1, 1)
    assert len(server.envelopes) == 1


def test_mails_whose_answers_were_lost_arrive_again_under_the_same_ids(post, server):
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


def test_a_server_that_takes_commands_in_one_breath_gets_them_so(post, server):
    server.is_pipelining = True
    for to in TO:
        post.queue(to=to)
    server.rcpt_answer = "450 4.2.0 later"
    put_off = post.deliver()
    server.rcpt_answer = OK

    sent = post.deliver(NOON + MINUTE)

    assert (put_off.delayed, sent.sent) == (3, 3)
    assert sorted(recipients(server)) == TO
    assert server.connections == 1
