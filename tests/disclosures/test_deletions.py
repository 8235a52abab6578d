"""Deletion follows the file: who withdrew or was deleted is looked up in every file that still exists."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions.actions.changes.number import number_changes
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate
from campaign_actions.actions.signatures.retention import erase_closed
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.audit.log import COMMAND
from campaign_actions.core.db.session import db, read_snapshot
from campaign_actions.disclosures.deletions import follow as following
from campaign_actions.disclosures.deletions.follow import follow_changes
from campaign_actions.disclosures.deletions.reported import destroy, tick_off
from campaign_actions.disclosures.files import is_overdue, records
from campaign_actions.disclosures.models import ExportDeletion
from campaign_actions.disclosures.plan import make_plan
from campaign_actions.disclosures.records import begin_record
from campaign_actions.updates.unsubscribe import unsubscribe
from tests.support.concurrency import run_concurrently
from tests.support.exports import changes_since, chunks_of, export_file, make_export
from tests.support.factories import (
    LONG_AGO,
    NOON,
    find_signature_of,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
)
from tests.support.statements import recorded

KEEP = {"keep_months": 12}
LATER = NOON + timedelta(hours=1)


def follow(now=NOON) -> int:
    """As the worker does."""
    number_changes()
    return follow_changes(now, **KEEP)


def asked() -> list[tuple[int, int, str, bool]]:
    """Export, signature, reason and whether it is open, of each entry to delete."""
    db.session.commit()  # ends the snapshot that the test reads in
    rows = db.session.scalars(select(ExportDeletion))
    found = [(row.export_id, row.signature_id, row.reason, row.done_at is None) for row in rows]
    return sorted(found)


def test_someone_who_withdraws_is_asked_for_once_in_each_file_that_has_them(app):
    campaign = make_campaign()
    action, other = [make_action(campaign=campaign, slug=slug) for slug in ("one", "two")]
    signature = make_confirmed(action)
    have = [export_file(make_export(action))[1], export_file(make_export(action, other))[1]]
    export_file(make_export(other))
    export_file(make_export(action, country="FR"))

    withdraw(signature, now=NOON)
    for _round in range(2):
        follow()

    assert asked() == [(record.id, signature.id, "withdrawn", True) for record in have]


def test_people_who_confirm_without_updates_cost_no_reading_of_files_that_may_have_them(app):
    action = make_action()
    set_covered("petition", "en", {"crm": 1}, now=NOON)
    for purpose in ("team", "crm"):
        export_file(make_export(action, purpose=purpose))
    follow()

    make_confirmed(action)
    with recorded() as statements:
        follow()

    reading = "SELECT export_records.contents"
    assert sum(statement.startswith(reading) for statement in statements) == 1, "that for crm"


def test_someone_who_is_deleted_is_asked_for(app):
    action = make_action()
    kept, signature = make_confirmed(action), make_confirmed(action, email="ada@example.org")
    _data, record = export_file(make_export(action))

    erase("ada@example.org", now=NOON)
    follow()

    assert asked() == [(record.id, signature.id, "deleted", True)]
    assert kept.id != signature.id


def test_a_deletion_after_a_withdrawal_changes_the_reason(app):
    signature = make_confirmed(action := make_action(), email="ada@example.org")
    _data, record = export_file(make_export(action))

    withdraw(signature, now=NOON)
    follow()
    erase("ada@example.org", now=LATER)
    follow(LATER)

    assert asked() == [(record.id, signature.id, "deleted", True)]


def test_invalid_signatures_are_not_asked_for(app):
    """Nobody asked us to delete them. An increment says that they are invalid."""
    signature = make_confirmed(action := make_action())
    export_file(make_export(action))

    facts = {"action": "racism/hate-crimes", "actor": "grace@example.org", "now": NOON}
    invalidate(signature, reason="script", **facts)
    follow()

    assert asked() == []


def sign_again(action, signature, *, is_confirmed: bool) -> None:
    make_signature(action, email="ada@example.org")
    if is_confirmed:
        confirm(find_signature_of(action.id, signature.email_key), now=LATER)


@pytest.mark.parametrize(("is_confirmed", "is_asked"), [(False, True), (True, False)])
@pytest.mark.parametrize("followed", ["each", "together"])
def test_someone_who_confirms_again_is_no_longer_asked_for(app, is_confirmed, is_asked, followed):
    signature = make_confirmed(action := make_action(), email="ada@example.org")
    _data, record = export_file(make_export(action))

    withdraw(signature, now=NOON)
    if followed == "each":
        follow()
    sign_again(action, signature, is_confirmed=is_confirmed)
    follow()

    # A withdrawal whose signer has signed, but not confirmed, is followed as well.
    expected = [(record.id, signature.id, "withdrawn", True)] if is_asked else []
    assert asked() == expected


@pytest.fixture
def updates(app):
    """A file of people who want updates, one for the team, and someone who is in both."""
    action = make_action()
    set_covered("petition", "en", {"crm": 1}, now=NOON)
    signature = make_confirmed(action, email="ada@example.org", wants_updates=True)
    files = [export_file(make_export(action, purpose=name))[1] for name in ("crm", "team")]
    return action, signature, *files


def test_unsubscribing_is_followed_into_files_of_people_who_want_updates(updates):
    _action, signature, crm, _team = updates

    unsubscribe(signature, now=NOON)
    follow()

    assert asked() == [(crm.id, signature.id, "unsubscribed", True)]


def test_someone_who_takes_part_again_without_updates_stays_asked_for_there(updates):
    action, signature, crm, _team = updates

    withdraw(signature, now=NOON)
    follow()
    make_signature(action, email="ada@example.org", wants_updates=False)
    confirm(find_signature_of(action.id, signature.email_key), now=NOON)
    follow()

    assert asked() == [(crm.id, signature.id, "unsubscribed", True)]


def test_someone_who_takes_part_again_with_updates_is_no_longer_asked_for(updates):
    action, signature, _crm, _team = updates

    withdraw(signature, now=NOON)
    follow()
    make_signature(action, email="ada@example.org", wants_updates=True)
    confirm(find_signature_of(action.id, signature.email_key), now=NOON)
    follow()

    assert asked() == []


def test_what_was_ticked_off_stays_so_after_confirming_again(app):
    signature = make_confirmed(action := make_action(), email="ada@example.org")
    _data, record = export_file(make_export(action))
    withdraw(signature, now=NOON)
    follow()
    tick_off(record, None, until=NOON, by=1, actor=COMMAND, now=NOON)

    sign_again(action, signature, is_confirmed=True)
    follow()

    assert asked() == [(record.id, signature.id, "withdrawn", False)]


@pytest.mark.parametrize("followed", [True, False], ids=["read by the worker", "not read yet"])
def test_a_withdrawal_between_snapshot_and_record_is_not_missed(app, followed):
    action = make_action()
    gone, _kept = make_confirmed(action), make_confirmed(action)
    number_changes()
    with read_snapshot() as connection:
        plan = make_plan(connection, make_export(action), None)

    withdraw(gone, now=NOON)
    if followed:
        follow()
    record_id = begin_record(plan, file_name="x.csv", actor=COMMAND, approved={}, now=NOON)
    at_once = asked()
    follow()

    expected = [(record_id, gone.id, "withdrawn", True)]
    assert at_once == (expected if followed else [])
    assert asked() == expected


@pytest.mark.parametrize("how", ["running", "interrupted"])
def test_files_that_may_be_incomplete_are_looked_up(app, how):
    signature = make_confirmed(action := make_action())
    chunks = chunks_of(make_export(action))
    next(chunks)
    if how == "interrupted":
        chunks.close()

    withdraw(signature, now=NOON)
    follow()
    chunks.close()

    assert [row[1:] for row in asked()] == [(signature.id, "withdrawn", True)]


def test_increments_are_files_of_their_own(app):
    make_confirmed(action := make_action())
    _whole, record = export_file(make_export(action))
    signature = make_confirmed(action)
    _data, increment = export_file(changes_since(record))

    withdraw(signature, now=NOON)
    follow()

    assert asked() == [(increment.id, signature.id, "withdrawn", True)]


def test_data_deleted_on_schedule_makes_the_file_overdue_instead_of_listing_everyone(app):
    action = make_action(closes_at=NOON - timedelta(days=1))
    open_action = make_action(campaign=make_campaign(slug="open"))
    make_confirmed(action, now=LONG_AGO)
    early = make_confirmed(action, now=LONG_AGO)
    _data, record = export_file(make_export(action))
    export_file(make_export(open_action))
    withdraw(early, now=NOON)
    follow()

    end = NOON + timedelta(days=400)
    before = overdue(NOON)
    erased = erase_closed(end, **KEEP)
    follow(end)

    assert erased == 2
    assert [row[1] for row in asked()] == [early.id], "who withdrew before is still listed"
    assert (before, overdue(end)) == ([], [record.id])


def overdue(now) -> list[int]:
    db.session.commit()
    return [record.id for record in records(is_overdue(now, **KEEP), limit=10)]


def test_a_file_that_was_destroyed_is_neither_asked_about_nor_overdue(app):
    action = make_action(closes_at=NOON + timedelta(days=1))
    signature = make_confirmed(action)
    _data, record = export_file(make_export(action))
    destroy(record, by=1, actor=COMMAND, now=NOON)

    withdraw(signature, now=NOON)
    follow()

    assert asked() == []
    assert overdue(NOON + timedelta(days=400)) == []


def test_each_change_is_read_once_however_many_batches_it_takes(app, monkeypatch):
    monkeypatch.setattr(following, "MAX_BATCH", 2)
    action = make_action()
    signatures = [make_confirmed(action) for _number in range(5)]
    _data, record = export_file(make_export(action))
    for signature in signatures:
        withdraw(signature, now=NOON)

    counts = [follow(), follow()]

    assert counts == [10, 0]
    assert [row[:2] for row in asked()] == sorted((record.id, one.id) for one in signatures)


def test_one_run_reads_a_part_of_many_changes_so_that_other_tasks_get_their_turn(app, monkeypatch):
    monkeypatch.setattr(following, "MAX_BATCH", 2)
    monkeypatch.setattr(following, "MAX_BATCHES", 2)
    action = make_action()
    for _number in range(5):
        make_confirmed(action)

    assert [follow(), follow()] == [4, 1]


def test_several_workers_read_each_change_once(app, monkeypatch):
    monkeypatch.setattr(following, "MAX_BATCH", 5)
    action = make_action()
    signatures = [make_confirmed(action) for _number in range(20)]
    _data, record = export_file(make_export(action))
    for signature in signatures:
        withdraw(signature, now=NOON)
    number_changes()

    counts = run_concurrently(app, *[lambda: follow_changes(NOON, **KEEP)] * 4)

    assert sum(counts) == 40
    assert [row[:2] for row in asked()] == sorted((record.id, one.id) for one in signatures)
