"""Signing: one signature for each person, and no one else can tell whether they have signed."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.sign import ActionClosed, sign
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import OutboxMail
from tests.support.concurrency import run_concurrently
from tests.support.factories import (
    ADA,
    NOON,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
)

SIGN = ADA | {"locale": "en", "now": NOON}
LATER = NOON + timedelta(hours=1)


def signatures() -> list[Signature]:
    return list(db.session.scalars(select(Signature).order_by(Signature.id)))


def count_mails() -> int:
    return db.session.scalars(select(func.count()).select_from(OutboxMail)).one()


def test_a_new_signature_is_pending(app):
    action = make_action()

    sign(action, **SIGN)

    (signature,) = signatures()
    assert (signature.status, signature.confirmed_at) == ("pending", None)
    assert (signature.email, signature.given_name) == ("ada@example.org", "Ada")
    mail = db.session.scalars(select(OutboxMail)).one()
    assert (mail.template, mail.recipient, mail.about) == ("sign", "ada@example.org", action.id)


def test_a_person_has_one_signature_in_any_spelling_of_the_address(app):
    action = make_action()

    sign(action, **SIGN)
    sign(action, **SIGN | {"email": "Ada+again@Example.org"})

    assert len(signatures()) == 1
    assert count_mails() == 2


def test_a_person_can_sign_two_actions(app):
    campaign = make_campaign()

    for slug in ("one", "two"):
        sign(make_action(campaign=campaign, slug=slug), **SIGN)

    assert len(signatures()) == 2


@pytest.mark.parametrize("status", ["pending", "confirmed"])
def test_signing_again_does_not_overwrite_a_signature(app, status):
    action = make_action()
    make = make_confirmed if status == "confirmed" else make_signature
    before = make(action, email="ada@example.org", given_name="Ada")

    sign(action, **SIGN | {"given_name": "Mallory", "now": LATER})

    db.session.refresh(before)
    assert (before.status, before.given_name, before.signed_at) == (status, "Ada", NOON)


def test_a_withdrawn_signature_can_be_signed_again_with_new_details(app):
    action = make_action()
    signature = make_confirmed(action, email="ada@example.org")
    public_id = signature.public_id
    withdraw(signature, now=NOON)

    sign(action, **SIGN | {"given_name": "Augusta", "now": LATER})

    db.session.refresh(signature)
    assert (signature.status, signature.given_name) == ("pending", "Augusta")
    assert (signature.confirmed_at, signature.withdrawn_at) == (None, None)
    assert signature.public_id == public_id


def test_an_erased_person_can_sign_as_a_new_person(app):
    action = make_action()
    make_signature(action, email="ada@example.org")
    erase("ada@example.org", now=NOON)

    sign(action, **SIGN)

    assert [signature.status for signature in signatures()] == ["erased", "pending"]


def test_a_closed_action_cannot_be_signed(app):
    action = make_action(closes_at=NOON)

    with pytest.raises(ActionClosed):
        sign(action, **SIGN)

    assert signatures() == []
    assert count_mails() == 0


def test_sixty_four_simultaneous_requests_make_one_signature(app):
    action = make_action()

    run_concurrently(app, *[lambda: sign(action, **SIGN)] * 64)

    assert len(signatures()) == 1
    assert count_mails() == 64
