"""Withdrawing and erasing: counts are updated, and no data of erased people is left."""

import subprocess

import pytest
from sqlalchemy import select, text

from campaign_actions.actions.models import LedgerEntry, Signature
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.withdraw import (
    erase,
    erase_withdrawn,
    truncate_wal,
    withdraw,
)
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import OutboxMail
from tests.support.concurrency import run_concurrently
from tests.support.factories import NOON, make_action, make_campaign, make_confirmed, make_signature

PERSONAL = {"ada@example.org", "Augusta", "Lovelace", "I saw it myself", "I will call"}
AUGUSTA = {
    "email": "ada@example.org",
    "given_name": "Augusta",
    "family_name": "Lovelace",
    "comment": "I saw it myself",
    "source": "leaflet",
    "answers": {"promise": "I will call"},
}


def changes() -> list[int]:
    return list(db.session.scalars(select(LedgerEntry.change).order_by(LedgerEntry.id)))


def test_a_withdrawn_signature_does_not_count(app):
    signature = make_confirmed(make_action())

    withdraw(signature, now=NOON)

    db.session.refresh(signature)
    assert (signature.status, signature.withdrawn_at) == ("withdrawn", NOON)
    assert changes() == [1, -1]


def test_withdrawing_twice_changes_nothing(app):
    signature = make_confirmed(make_action())

    withdraw(signature, now=NOON)
    withdraw(signature, now=NOON)

    assert changes() == [1, -1]


def test_withdrawing_a_pending_signature_erases_it(app):
    signature = make_signature(make_action())

    withdraw(signature, now=NOON)

    db.session.refresh(signature)
    assert (signature.status, signature.email, signature.email_key) == ("erased", None, None)
    assert changes() == []


def test_erasing_a_person_covers_all_actions_and_queued_emails(app):
    campaign = make_campaign()
    for slug in ("one", "two"):
        make_confirmed(make_action(campaign=campaign, slug=slug), email="ada@example.org")
    other = make_confirmed(make_action(campaign=campaign, slug="three"), email="bob@example.org")

    count = erase("ADA+x@example.org", now=NOON)

    assert count == 2
    statuses = db.session.scalars(select(Signature.status).order_by(Signature.id)).all()
    assert statuses == ["erased", "erased", "confirmed"]
    assert changes() == [1, 1, 1, -1, -1]
    mails = db.session.scalars(select(OutboxMail.email_key)).all()
    assert set(mails) == {other.email_key}


def test_an_erased_row_keeps_only_its_ids_kind_and_status(app):
    signature = make_confirmed(make_action(), **AUGUSTA)
    public_id = signature.public_id

    erase("ada@example.org", now=NOON)

    row = dict(db.session.execute(select(Signature.__table__)).one()._mapping)
    kept = {name for name, value in row.items() if value not in (None, False, {})}
    assert kept == {"id", "public_id", "action_id", "kind", "status", "updated_at"}
    assert (row["public_id"], row["status"]) == (public_id, "erased")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_erasing_leaves_no_personal_data_in_the_files_of_sqlite(app, databases):
    make_confirmed(make_action(), **AUGUSTA)
    db.session.commit()

    erase("ada@example.org", now=NOON)

    assert truncate_wal()
    path = databases["sqlite"].removeprefix("sqlite:///")
    for file in (path, f"{path}-wal"):
        content = read_elsewhere(file)
        assert [word for word in PERSONAL if word.encode() in content] == []


def read_elsewhere(file: str) -> bytes:
    """In another process, because closing a file would release the locks SQLite has on it in this one."""
    return subprocess.run(["cat", file], capture_output=True, check=True).stdout


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ("status = 'erased'", "ck_signatures_email_key"),
        ("status = 'erased', email_key = null, email = null", "ck_signatures_erased"),
    ],
)
def test_the_database_rejects_a_half_erased_row(app, values, rule):
    make_confirmed(make_action())

    with pytest.raises(Exception, match=rf"{rule}\b"):
        db.session.execute(text(f"update signatures set {values}"))


@pytest.mark.parametrize("round_", range(5))
def test_a_withdrawal_during_a_confirmation_is_never_lost(app, round_):
    signature = make_signature(make_action())

    run_concurrently(
        app,
        lambda: withdraw(signature, now=NOON),
        lambda: confirm(signature, given_name="Ada", family_name=None, now=NOON),
    )

    db.session.refresh(signature)
    assert signature.status in {"withdrawn", "erased"}
    assert sum(changes()) == 0


def test_withdrawing_a_pending_signature_deletes_its_email(app):
    signature = make_signature(make_action(), email="ada@example.org")

    withdraw(signature, now=NOON)

    assert db.session.scalars(select(OutboxMail.recipient)).all() == []


def test_a_withdrawn_signature_can_be_erased_once_and_the_count_does_not_change(app):
    signature = make_confirmed(make_action(), **AUGUSTA)
    withdraw(signature, now=NOON)

    done = [erase_withdrawn(signature, now=NOON) for _time in range(2)]

    assert done == [True, False]
    assert changes() == [1, -1]
    row = dict(db.session.execute(select(Signature.__table__)).one()._mapping)
    kept = {name for name, value in row.items() if value not in (None, False, {})}
    assert kept == {"id", "public_id", "action_id", "kind", "status", "updated_at"}
    assert db.session.scalars(select(OutboxMail)).all() == []


@pytest.mark.parametrize("make", [make_signature, make_confirmed])
def test_only_a_withdrawn_signature_is_erased_that_way(app, make):
    signature = make(make_action())

    assert not erase_withdrawn(signature, now=NOON)

    db.session.refresh(signature)
    assert signature.email


def test_erasing_and_signing_again_at_once_lose_nothing_that_was_acknowledged(app):
    action = make_action()
    signature = make_confirmed(action, email="ada@example.org")
    withdraw(signature, now=NOON)

    run_concurrently(
        app,
        lambda: erase_withdrawn(signature, now=NOON),
        lambda: make_signature(action, email="ada@example.org"),
    )

    db.session.rollback()
    statuses = db.session.scalars(select(Signature.status).order_by(Signature.id)).all()
    assert statuses in (["pending"], ["erased", "pending"])
