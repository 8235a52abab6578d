"""Confirming a signature counts it exactly once."""

from datetime import timedelta

from sqlalchemy import select

from campaign_actions.actions.models import LedgerEntry
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.core.db.session import db
from tests.support.concurrency import run_concurrently
from tests.support.factories import NOON, make_action, make_confirmed, make_signature


def changes() -> list[int]:
    return list(db.session.scalars(select(LedgerEntry.change).order_by(LedgerEntry.id)))


def test_a_confirmed_signature_counts(app):
    signature = make_signature(make_action(), country_code="DE", source="leaflet")

    confirm(signature, given_name="Ada", family_name="Lovelace", now=NOON)

    db.session.refresh(signature)
    assert (signature.status, signature.confirmed_at) == ("confirmed", NOON)
    assert (signature.family_name, signature.due_at) == ("Lovelace", None)
    entry = db.session.scalars(select(LedgerEntry)).one()
    assert (entry.change, entry.country_code, entry.source) == (1, "DE", "leaflet")


def test_the_name_can_be_corrected_when_confirming(app):
    signature = make_signature(make_action(), given_name="Adaa", family_name="L.")

    confirm(signature, given_name="Ada", family_name=None, now=NOON)

    db.session.refresh(signature)
    assert (signature.given_name, signature.family_name) == ("Ada", None)


def test_a_second_confirmation_changes_nothing(app):
    signature = make_confirmed(make_action())

    done = confirm(signature, given_name="Eve", family_name=None, now=NOON + timedelta(days=1))

    db.session.refresh(signature)
    assert done is False
    assert (signature.given_name, signature.confirmed_at) == ("Ada", NOON)
    assert changes() == [1]


def test_a_withdrawn_signature_cannot_be_confirmed(app):
    signature = make_confirmed(make_action())
    withdraw(signature, now=NOON)

    confirm(signature, given_name="Ada", family_name=None, now=NOON)

    db.session.refresh(signature)
    assert signature.status == "withdrawn"
    assert changes() == [1, -1]


def test_sixteen_simultaneous_confirmations_count_once(app):
    signature = make_signature(make_action())

    def press() -> bool:
        return confirm(signature, given_name="Ada", family_name=None, now=NOON)

    answers = run_concurrently(app, *[press] * 16)

    assert sorted(answers) == [False] * 15 + [True]
    assert changes() == [1]
