"""The constraints of the table of signatures."""

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.core.db.session import db
from campaign_actions.core.security.public_ids import new_public_id
from tests.support.factories import NOON, make_action, make_campaign, make_confirmed

ON_PAPER = {"channel": "paper", "email": None, "email_key": None}


def add(action, **values) -> Signature:
    """A confirmed signature, by default with an address."""
    times = {"signed_at": NOON, "confirmed_at": NOON, "updated_at": NOON}
    address = {"email": "ada@example.org", "email_key": "key", "channel": "page"}
    row = {"public_id": new_public_id(), "status": "confirmed", "given_name": "Ada"}
    signature = Signature(
        action_id=action.id, kind=action.kind.name, **times | address | row | values
    )
    db.session.add(signature)
    db.session.commit()
    return signature


def test_a_signature_on_paper_needs_no_address(app):
    action = make_action()

    signatures = [add(action, **ON_PAPER) for _number in range(2)]

    assert len({signature.id for signature in signatures}) == 2


@pytest.mark.parametrize(
    "values",
    [
        {"channel": "page"},
        {"channel": None},
        {"email": "ada@example.org"},
        {"email_key": "key"},
        {"wants_updates": True},
        {"channel": "page", "email": "ada@example.org"},
    ],
)
def test_every_other_signature_needs_an_address(app, values):
    action = make_action()

    with pytest.raises(IntegrityError):
        add(action, **ON_PAPER | values)
    db.session.rollback()


def test_only_a_comment_can_be_shown(app):
    action = make_action()

    with pytest.raises(IntegrityError):
        add(action, show_comment=True)
    db.session.rollback()


def test_an_erased_signature_has_no_email_key(app):
    action = make_action()
    erased = {"status": "erased", "email": None, "given_name": None, "confirmed_at": None}

    with pytest.raises(IntegrityError):
        add(action, **erased, email_key="key")
    db.session.rollback()


def test_withdrawing_an_invalid_signature_without_an_address_erases_it(app):
    invalid = {"status": "invalid", "invalidated_at": NOON}
    signature = add(make_action(), **ON_PAPER | invalid)

    withdraw(signature, now=NOON)

    assert db.session.scalars(select(Signature.status)).all() == ["erased"]


def test_a_public_id_is_unique_within_its_action(app):
    campaign = make_campaign()
    one, other = (make_action(campaign=campaign, slug=slug) for slug in ("one", "other"))
    public_id = make_confirmed(one).public_id

    add(other, public_id=public_id)

    with pytest.raises(IntegrityError):
        add(one, public_id=public_id)
    db.session.rollback()


def test_every_unique_key_includes_the_action(app):
    """Without it, PostgreSQL could not partition the table by action."""
    database, kind = inspect(db.engine), db.engine.dialect.name
    key = database.get_pk_constraint("signatures")["constrained_columns"]
    uniques = database.get_unique_constraints("signatures") + database.get_indexes("signatures")

    assert key == {"postgresql": ["action_id", "id"], "sqlite": ["id"]}[kind]
    for unique in uniques:
        if unique.get("unique", True):
            assert "action_id" in unique["column_names"]
