"""A receipt by email after confirming: to the address that was proven, within its daily limit."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from campaign_actions.actions.models import Action
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.emails import signature_mails
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate
from campaign_actions.actions.signatures.sign import sign
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.core.db.session import db
from campaign_actions.core.mail.transports import open_transport
from campaign_actions.outbox.lease import DAY
from tests.support.concurrency import run_concurrently
from tests.support.drafts import hide
from tests.support.factories import (
    ADA,
    NOON,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
)
from tests.support.mail_server import mail_server
from tests.support.outbox import rows, text_of

EMAIL = "ada@example.org"


@pytest.fixture
def post(post):
    post.mails = signature_mails(timedelta(days=14))
    return post


def subjects(post) -> list[str]:
    return sorted(mail["Subject"] for mail in post.arrived())


def queued() -> list[str]:
    return [row.template for row in rows()]


@pytest.mark.parametrize(
    ("kind", "subject", "withdrawal"),
    [
        ("petition", "You’ve signed", "Withdraw my signature"),
        ("pledge", "You’ve pledged", "Withdraw my pledge"),
    ],
)
def test_a_receipt_names_the_action_and_has_the_links_to_withdraw(
    app, monkeypatch, post, kind, subject, withdrawal
):
    action = make_action(kind=kind, closes_at=NOON + timedelta(days=30))
    make_confirmed(action, email=EMAIL)

    with mail_server() as server:
        monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://127.0.0.1:{server.port}")
        post.transport = open_transport()
        post.deliver(NOON)
        post.transport.close()

    _first, receipt = server.messages
    text = text_of(receipt)
    html = receipt.get_body(("html",)).get_content()
    assert receipt["Subject"] == f"{subject}: Title of hate-crimes (en)"
    assert receipt["To"] == EMAIL
    assert text.count("/en/withdraw/") == html.count("/en/withdraw/") == 2
    for words in (withdrawal, "This was not me", "I have signed this.", "20 December 2026"):
        assert words in text
        assert words in html
    assert "http://actions.example.org/en/campaigns/racism/hate-crimes/" in text
    assert "/confirm/" not in text


def test_confirming_queues_one_receipt_however_often_it_is_pressed(app):
    signature = make_signature(make_action())

    run_concurrently(app, *[lambda: confirm(signature, now=NOON)] * 16)

    assert queued() == ["sign", "receipt"]


def test_an_action_can_do_without_receipts(app):
    make_confirmed(make_action(sends_receipt=False))

    assert queued() == ["sign"]


@pytest.mark.parametrize("end", ["withdrawn", "invalid", "erased"])
def test_someone_who_is_not_counted_when_it_would_be_sent_gets_no_receipt(app, post, end):
    signature = make_signature(make_action(), email=EMAIL)
    post.deliver(NOON)
    confirm(signature, now=NOON)
    if end == "withdrawn":
        withdraw(signature, now=NOON)
    elif end == "invalid":
        invalidate(signature, action="", reason="script", actor="grace@example.org", now=NOON)
    else:
        erase(EMAIL, now=NOON)

    post.deliver(NOON)

    assert [row.template for row in rows() if row.status == "queued"] == []
    assert len(post.arrived()) == 1


def test_a_receipt_goes_to_the_confirmed_address_not_to_one_that_was_typed_later(app, post):
    action = make_action()
    make_confirmed(action, email=EMAIL)
    sign(action, **ADA | {"email": "ada+stranger@example.org", "locale": "en", "now": NOON})

    post.deliver(NOON)

    assert {mail["To"] for mail in post.arrived()} == {EMAIL}


@pytest.mark.parametrize("hidden", ["unpublished", "closed"])
def test_a_receipt_passes_on_no_page_that_people_cannot_use(app, post, hidden):
    action = make_action()
    make_confirmed(action, email=EMAIL)
    if hidden == "unpublished":
        hide(action.campaign_id, hidden)
    else:
        db.session.execute(update(Action).values(closes_at=NOON, retain_from=NOON))
        db.session.commit()

    post.deliver(NOON)

    text = text_of(post.arrived()[1])
    assert "Pass it on" not in text
    assert "/campaigns/" not in text
    assert "/en/withdraw/" in text


def test_receipts_and_confirmations_together_keep_to_the_daily_limit(app, post):
    """Receipts leave room for confirmations, which someone is waiting for."""
    campaign = make_campaign()
    for number in range(6):
        action = make_action(campaign=campaign, slug=f"action-{number}")
        signature = make_signature(action, email=EMAIL)
        post.deliver(NOON)
        if number < 5:
            confirm(signature, now=NOON)
        post.deliver(NOON)

    assert [subject.partition(":")[0] for subject in subjects(post)] == [
        "Confirm your signature",
        "Confirm your signature",
        "Confirm your signature",
        "Confirm your signature",
        "You’ve signed",
    ]


def test_receipts_over_the_limit_go_out_as_one_email_the_next_day(app, post):
    campaign = make_campaign()
    for number in range(4):
        action = make_action(campaign=campaign, slug=f"action-{number}")
        make_confirmed(action, email=EMAIL)
    post.deliver(NOON)
    before = len(post.arrived())

    post.deliver(NOON + DAY)

    receipts = [text.count("This was not me") for text in map(text_of, post.arrived())]
    assert before == 4
    assert sorted(receipts) == [0, 0, 0, 0, 4]


class RememberingTransport:
    """Delivers to files and remembers the order."""

    def __init__(self, files):
        self.files, self.recipients = files, []

    def send(self, message, *, name):
        self.recipients.append(message.recipient)
        self.files.send(message, name=name)


def test_confirmations_go_out_before_receipts_that_waited_longer(app, post):
    confirmed = make_confirmed(make_action(), email="bob@example.org")
    make_signature(make_action(slug="two", campaign=make_campaign(slug="two")), email=EMAIL)
    post.transport = transport = RememberingTransport(post.transport)

    post.deliver(NOON)

    assert transport.recipients == [confirmed.email, EMAIL, confirmed.email]
