"""Whether emails are accepted at present, and if not, why."""

from datetime import timedelta

import pytest

from campaign_actions.core.mail.render import MailDelayed
from campaign_actions.core.mail.transports import open_transport
from campaign_actions.core.switches.state import EMAIL
from campaign_actions.outbox import delivery
from campaign_actions.outbox.delivery import Delivery, find_delivery, words_of
from campaign_actions.outbox.retry import retry
from tests.support.mail_server import mail_server
from tests.support.outbox import NOON, FailingTransport
from tests.support.servers import free_port
from tests.support.switches import off

MINUTE = timedelta(minutes=1)
UNREACHABLE = "the mail server cannot be reached (ConnectionRefusedError)"


@pytest.fixture
def port(app, post) -> int:
    """The port of a mail server that does not run."""
    port = free_port()
    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{port}"
    post.transport = open_transport()
    return port


def test_an_email_that_was_not_tried_says_nothing_yet(post):
    post.queue()

    assert find_delivery(NOON) == Delivery(has_accepted=False)


def test_a_mail_server_that_is_away_is_told_by_one_email_until_it_accepts_one(post, port):
    post.queue()
    post.deliver()

    away = find_delivery(NOON)
    due_again = find_delivery(NOON + MINUTE)
    with mail_server(port=port):
        post.deliver(NOON + MINUTE)
        post.transport.close()

    assert away == due_again == Delivery(has_accepted=False, reason=UNREACHABLE)
    assert away.words == "The mail server cannot be reached."
    assert find_delivery(NOON + MINUTE) == Delivery(has_accepted=True)


def test_it_is_told_again_when_it_goes_away_after_accepting_emails(post, port):
    with mail_server(port=port):
        post.queue()
        post.deliver()
        post.transport.close()
    post.queue(now=NOON + MINUTE)

    post.deliver(NOON + MINUTE)

    assert find_delivery(NOON + MINUTE) == Delivery(has_accepted=True, reason=UNREACHABLE)


def test_many_emails_that_were_not_tried_hide_no_fault(post, port, monkeypatch):
    monkeypatch.setattr(delivery, "MAX_READ", 1)
    for number in range(4):
        post.queue(to=f"{number}@example.org")

    post.deliver()

    assert find_delivery(NOON).reason == UNREACHABLE


@pytest.mark.parametrize(("mailboxes", "reason"), [(1, ""), (2, "the mail server deferred it")])
def test_a_delayed_email_alone_is_no_fault_of_the_mail_server(post, mailboxes, reason):
    post.transport = FailingTransport(*[MailDelayed("the mail server deferred it")] * mailboxes)
    for number in range(mailboxes):
        post.queue(to=f"{number}@example.org")

    post.deliver()

    assert find_delivery(NOON).reason == reason


def test_emails_that_are_to_be_tried_again_now_say_nothing_yet(post, port):
    post.queue()
    post.deliver()

    retry(now=NOON)

    assert find_delivery(NOON) == Delivery(has_accepted=False)


def test_nothing_fails_while_email_is_off(post, port):
    post.queue()
    post.deliver()

    off(EMAIL)

    assert find_delivery(NOON) == Delivery(has_accepted=False)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("", ""),
        (
            "the mail server does not accept email: 535 5.7.8",
            "The mail server does not accept emails.",
        ),
        ("the mail server refused the recipient: 550 5.1.1", "The mail server refused the email."),
        (
            "the mail server's reply was lost (TimeoutError)",
            "The mail server does not accept emails.",
        ),
    ],
)
def test_each_reason_has_words_for_people(app, reason, words):
    with app.test_request_context("/en/"):
        assert words_of(reason) == words
