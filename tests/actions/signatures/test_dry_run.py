"""A dry run covers every step of a signature and leaves nothing behind."""

import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.models import ActionCount, LedgerEntry, Signature
from campaign_actions.actions.queries import find_action
from campaign_actions.actions.questions.asked import TYPES
from campaign_actions.actions.signatures import dry_run
from campaign_actions.actions.signatures.dry_run import DryRunFailed, Lifetimes, dry_run_signature
from campaign_actions.actions.signatures.sign import ActionClosed
from campaign_actions.core.db.session import db, rolled_back
from campaign_actions.outbox.models import OutboxMail
from tests.support.factories import NOON, make_action, make_confirmed
from tests.support.questions import INVOLVED, PLACE, ask

LIFE = Lifetimes(remind_after=timedelta(hours=48), link=timedelta(days=14))


def rows() -> list[int]:
    tables = (Signature, OutboxMail, LedgerEntry)
    found = [db.session.scalar(select(func.count()).select_from(table)) for table in tables]
    db.session.commit()
    return found


@pytest.mark.parametrize("kind", ["petition", "pledge"])
def test_a_dry_run_leaves_nothing_behind(app, kind):
    action = make_action(kind=kind, asks_comment=True)
    make_confirmed(action)
    before = rows()

    dry_run_signature(action, now=NOON, life=LIFE)

    assert rows() == before == [1, 2, 1]
    fold()
    assert db.session.scalar(select(ActionCount.confirmed)) == 1


@pytest.mark.parametrize("country", ["", "GB"])
@pytest.mark.parametrize("asked", TYPES)
def test_a_dry_run_answers_questions_of_every_type(app, asked, country):
    settings = dict(INVOLVED, type=asked, country=country, is_required=True, min_age=18)
    ask(make_action(), PLACE, settings)
    action = find_action("racism", "hate-crimes", locale="en", now=NOON)

    dry_run_signature(action, now=NOON, life=LIFE)

    assert [one.type for one in action.questions] == [asked]


def test_changes_in_a_dry_run_are_visible_only_inside_it(app):
    make_action()

    with rolled_back() as connection:
        connection.execute(db.text("update actions set goal = 7"))
        inside = db.session.scalar(db.text("select goal from actions"))
        with db.engine.connect() as beside:
            outside = beside.scalar(db.text("select goal from actions"))

    assert (inside, outside) == (7, 100)
    assert db.session.scalar(db.text("select goal from actions")) == 100


def test_an_error_in_a_dry_run_is_raised_and_rolled_back(app):
    make_action()

    with pytest.raises(LookupError):
        fail_in_a_dry_run()

    assert db.session.scalar(db.text("select goal from actions")) == 100


def fail_in_a_dry_run() -> None:
    with rolled_back() as connection:
        connection.execute(db.text("update actions set goal = 7"))
        raise LookupError


def test_a_form_that_rejects_everyone_fails_the_dry_run(app):
    action = replace(make_action(), consent_version=None)  # nobody can agree to a missing text

    with pytest.raises(DryRunFailed, match="form"):
        dry_run_signature(action, now=NOON, life=LIFE)


def test_an_existing_signature_is_not_mistaken_for_that_of_the_dry_run(app, monkeypatch):
    action = make_action()
    make_confirmed(action, email="rehearsal-ab@example.org")
    monkeypatch.setattr(dry_run.secrets, "token_hex", lambda _n: "ab")

    with pytest.raises(DryRunFailed, match="signature"):
        dry_run_signature(action, now=NOON, life=LIFE)

    assert db.session.scalar(select(Signature.status)) == "confirmed"


def test_a_dry_run_of_a_closed_action_is_refused(app):
    action = make_action(closes_at=NOON)

    with pytest.raises(ActionClosed):
        dry_run_signature(action, now=NOON, life=LIFE)

    assert rows() == [0, 0, 0]


def test_each_dry_run_uses_a_new_example_address(app):
    action = make_action()

    with addresses_written() as addresses:
        dry_run_signature(action, now=NOON, life=LIFE)
        dry_run_signature(action, now=NOON, life=LIFE)

    assert len(addresses) == 2
    assert all(address.endswith("@example.org") for address in addresses)


@contextmanager
def addresses_written():
    """The email addresses in parameters of statements inside."""
    addresses = set()

    def note(_connection, _cursor, _statement, parameters, *_rest):
        addresses.update(re.findall(r"[\w.-]+@[\w.-]+", repr(parameters)))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield addresses
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
