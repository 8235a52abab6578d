"""The files that people have: ticking off what they deleted, and where someone is."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions.actions.changes.number import number_changes
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.core.db.session import db
from campaign_actions.disclosures.deletions.follow import follow_changes
from campaign_actions.disclosures.deletions.reported import destroy, tick_off
from campaign_actions.disclosures.export import export_of
from campaign_actions.disclosures.files import (
    deletions_in,
    files_containing,
    find_last,
    of_campaigns,
    open_deletions,
    write_deletions,
)
from campaign_actions.disclosures.models import ExportDeletion, ExportRecord
from tests.support.exports import chunks_of, export_file, make_export
from tests.support.factories import (
    NOON,
    make_action,
    make_campaign,
    make_confirmed,
    make_staff,
)
from tests.support.signature_pages import entries

LATER = NOON + timedelta(hours=1)
GRACE = {"by": 7, "actor": "grace@example.org"}


def follow(now=NOON) -> None:
    number_changes()
    follow_changes(now, keep_months=12)


@pytest.fixture
def held(app) -> tuple[ExportRecord, list]:
    """A file in which three of four people have to be deleted."""
    action = make_action()
    signatures = [make_confirmed(action) for _number in range(4)]
    _data, record = export_file(make_export(action))
    for signature in signatures[:3]:
        withdraw(signature, now=NOON)
    follow()
    return record, signatures


def open_codes(record) -> list[str]:
    db.session.commit()  # ends the snapshot that the test reads in
    return [code for code, _reason, _at in deletions_in(record, limit=100)]


def test_what_is_to_be_deleted_is_listed_oldest_first(app):
    action = make_action()
    first, second = [make_confirmed(action, email=f"{n}@example.org") for n in range(2)]
    _data, record = export_file(make_export(action))

    withdraw(second, now=NOON)
    follow()
    erase("0@example.org", now=LATER)
    follow(LATER)

    db.session.commit()
    assert [tuple(row) for row in deletions_in(record, limit=2)] == [
        (second.public_id, "withdrawn", NOON),
        (first.public_id, "deleted", LATER),
    ]
    assert len(deletions_in(record, limit=1)) == 1
    assert open_deletions([record.id, 99]) == {record.id: 2}


def test_selected_entries_are_ticked_off(held):
    record, (first, second, third, kept) = held

    count = tick_off(record, [first.public_id, kept.public_id, "x"], until=NOON, now=LATER, **GRACE)

    assert count == 1
    assert set(open_codes(record)) == {second.public_id, third.public_id}
    row = db.session.scalars(select(ExportDeletion).filter_by(signature_id=first.id)).one()
    assert (row.done_at, row.done_by) == (LATER, 7)


def test_all_entries_are_ticked_off(held):
    record, _signatures = held

    counts = [tick_off(record, None, until=NOON, now=LATER, **GRACE) for _round in range(2)]

    assert counts == [3, 0]
    assert (open_codes(record), open_deletions([record.id])) == ([], {})
    (entry,) = entries("export-deletions-done")
    assert (entry.actor, entry.rows) == (GRACE["actor"], 3)
    assert entry.details == {"export": record.id}


@pytest.mark.parametrize("chosen", ["all", "selected"])
def test_only_entries_that_the_person_has_seen_are_ticked_off(held, chosen):
    record, (*_gone, kept) = held
    withdraw(kept, now=LATER)
    follow(LATER)

    codes = [kept.public_id] if chosen == "selected" else None
    count = tick_off(record, codes, until=NOON, now=LATER, **GRACE)

    assert count == (3 if chosen == "all" else 0)
    assert kept.public_id in open_codes(record)


def test_entries_of_other_files_stay(held):
    record, (*_gone, kept) = held
    other = export_file(export_of(record))[1]
    withdraw(kept, now=NOON)
    follow()

    tick_off(record, None, until=NOON, now=LATER, **GRACE)

    assert (open_codes(record), open_codes(other)) == ([], [kept.public_id])


def test_a_file_is_destroyed_once_and_nothing_is_left_to_delete(held):
    record, _signatures = held

    done = [destroy(record, now=at, **GRACE) for at in (NOON, LATER)]

    db.session.expire_all()
    assert done == [True, False]
    assert (record.destroyed_at, record.destroyed_by) == (NOON, 7)
    assert open_codes(record) == []
    (entry,) = entries("export-destroyed")
    assert (entry.actor, entry.details) == (GRACE["actor"], {"export": record.id})


def test_the_list_of_codes_has_codes_and_changes_only(held):
    record, signatures = held

    data = b"".join(write_deletions(record)).decode()

    rows = list(csv.DictReader(io.StringIO(data)))
    assert data.splitlines()[0] == "signature_id,change"
    assert rows == [{"signature_id": s.public_id, "change": "withdrawn"} for s in signatures[:3]]


def test_the_files_that_contain_a_signature_are_found(held):
    record, (first, _second, _third, kept) = held
    again = export_of(record)
    export_file(replace(again, selection=replace(again.selection, country="FR")))
    handover = export_file(replace(again, purpose="handover", recipient="x"), now=LATER)[1]
    tick_off(record, [first.public_id], until=NOON, now=LATER, **GRACE)

    db.session.commit()
    of_kept = [(p.purpose, p.exported_at, p.deleted_at) for p in files_containing(kept)]
    assert of_kept == [("team", NOON, None), ("handover", LATER, None)]
    assert [(p.purpose, p.deleted_at) for p in files_containing(first)] == [("team", LATER)]

    destroy(handover, now=LATER, **GRACE)
    db.session.commit()
    assert [p.deleted_at for p in files_containing(kept)] == [None, LATER]


def test_the_last_file_of_someone_is_complete_and_their_own(app):
    grace, other = make_staff("exporter"), make_staff("exporter")
    make_confirmed(action := make_action())
    _data, record = export_file(make_export(action, staff_id=grace.id))
    export_file(make_export(action, staff_id=other.id))
    export_file(make_export(action))
    chunks = chunks_of(make_export(action, staff_id=grace.id))
    next(chunks)
    chunks.close()

    db.session.commit()
    last = [
        find_last(staff_id, ExportRecord.campaign_id == campaign)
        for staff_id in (grace.id, 99)
        for campaign in (action.campaign_id, 99)
    ]

    assert [one and one.id for one in last] == [record.id, None, None, None]


def test_files_are_visible_to_those_who_may_export_their_campaign(app):
    here, elsewhere = make_action(), make_action(campaign=make_campaign(slug="other"))
    records = [export_file(make_export(action))[1] for action in (here, elsewhere)]

    seen = {
        name: set(db.session.scalars(select(ExportRecord.id).where(of_campaigns(campaigns))))
        for name, campaigns in {
            "everywhere": None,
            "here": frozenset({here.campaign_id}),
            "nowhere": frozenset(),
        }.items()
    }

    both = {record.id for record in records}
    assert seen == {"everywhere": both, "here": {records[0].id}, "nowhere": set()}
