"""Erasing a person while they sign, confirm or withdraw leaves no half-erased row."""

from sqlalchemy import func, select

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.models import ActionCount, Signature
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.sign import sign
from campaign_actions.actions.signatures.withdraw import (
    KEPT_WHEN_ERASED,
    NOT_NULL_VALUES,
    erase,
    withdraw,
)
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import OutboxMail
from tests.support.concurrency import run_concurrently
from tests.support.factories import ADA, NOON, make_action, make_confirmed, make_signature

ROUNDS = 12


def assert_consistent(action) -> None:
    """Each row is complete or erased, and the count is the number of confirmed rows."""
    fold()
    rows = db.session.execute(select(Signature.__table__)).all()
    for row in rows:
        person = {
            name: value for name, value in row._mapping.items() if name not in KEPT_WHEN_ERASED
        }
        if row.status == "erased":
            assert person == dict.fromkeys(person) | NOT_NULL_VALUES
        else:
            assert row.email
            assert row.email_key
    confirmed = sum(row.status == "confirmed" for row in rows)
    counted = db.session.scalar(select(ActionCount.confirmed).filter_by(action_id=action.id))
    assert (counted or 0) == confirmed


def count_mails_without_signature() -> int:
    owner = Signature.email_key == OutboxMail.email_key
    query = (
        select(func.count())
        .select_from(OutboxMail)
        .where(~select(Signature.id).where(owner).exists())
    )
    return int(db.session.scalar(query) or 0)


def test_erasing_while_confirming_leaves_nothing_half_erased(app):
    action = make_action()
    for _round in range(ROUNDS):
        signature = make_signature(action, email="ada@example.org")

        run_concurrently(
            app,
            lambda: erase("ada@example.org", now=NOON),
            lambda of=signature: confirm(of, now=NOON, given_name="Ada", comment="Mine"),
            lambda of=signature: confirm(of, now=NOON, given_name="Ada", comment="Mine"),
        )

        assert_consistent(action)
        assert not db.session.scalars(select(Signature).where(Signature.email.is_not(None))).all()


def test_erasing_while_signing_leaves_nothing_half_erased(app):
    """The signature is erased with the rest, or is a complete new one."""
    action = make_action()
    person = ADA | {"email": "ada@example.org", "locale": "en", "now": NOON}
    for _round in range(ROUNDS):
        make_confirmed(action, email="ada@example.org")

        run_concurrently(
            app,
            lambda: erase("ada@example.org", now=NOON),
            *(lambda: sign(action, **person) for _time in range(3)),
        )

        assert_consistent(action)
        assert count_mails_without_signature() == 0
        erase("ada@example.org", now=NOON)


def test_erasing_while_withdrawing_leaves_nothing_half_erased(app):
    action = make_action()
    for _round in range(ROUNDS):
        signature = make_confirmed(action, email="ada@example.org")

        run_concurrently(
            app,
            lambda: erase("ada@example.org", now=NOON),
            lambda of=signature: withdraw(of, now=NOON),
            lambda of=signature: withdraw(of, now=NOON),
        )

        assert_consistent(action)
        assert not db.session.scalars(select(Signature).where(Signature.email.is_not(None))).all()
