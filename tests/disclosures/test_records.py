"""Records of exports: begun before the first byte, complete after the last one, and never by mistake."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from pyroaring import BitMap64
from sqlalchemy import delete, func, select, update

from campaign_actions.actions.changes.number import number_changes
from campaign_actions.actions.models import Signature, SignatureChange
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.audit.log import COMMAND, UnknownAuditName
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db, read_snapshot
from campaign_actions.disclosures.models import ExportedAction, ExportRecord
from campaign_actions.disclosures.plan import make_plan
from campaign_actions.disclosures.records import (
    MAX_DURATION,
    Sent,
    begin_record,
    end_abandoned,
    end_record,
)
from campaign_actions.disclosures.write import write_export
from campaign_actions.exports import streaming
from tests.support.concurrency import run_concurrently
from tests.support.exports import changes_since, chunks_of, export_file, make_export
from tests.support.factories import (
    NOON,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
    make_staff,
)
from tests.support.signature_pages import entries

on_postgresql = pytest.mark.parametrize("app", ["postgresql"], indirect=True)


def records() -> list[ExportRecord]:
    db.session.commit()  # ends the snapshot that the test reads in
    return list(db.session.scalars(select(ExportRecord).order_by(ExportRecord.id)))


def ids(bitmap: bytes) -> set[int]:
    return set(BitMap64.deserialize(bitmap))


def make_many(action, number: int) -> list[Signature]:
    return [make_confirmed(action) for _number in range(number)]


def test_a_complete_record_says_what_was_sent(app):
    action, member = make_action(), make_staff("exporter")
    signatures = make_many(action, 3)
    make_signature(action)

    export = make_export(action, staff_id=member.id, recipient="Council", country="RU")
    data, record = export_file(export)

    assert (record.state, record.started_at, record.ended_at) == ("complete", NOON, NOON)
    assert (record.staff_id, record.campaign_id) == (member.id, action.campaign_id)
    assert (record.rows, record.sha256) == (3, sha256(data).hexdigest())
    assert record.cursor == db.session.scalar(select(func.max(SignatureChange.number)))
    assert record.columns == data.decode().partition("\n")[0].split(",")
    assert ids(record.contents) == {signature.id for signature in signatures}
    assert record.members is None
    assert record.has_all_codes
    assert (record.recipient, record.selection) == ("Council", export.selection.to_text())


def test_the_record_of_an_increment_knows_what_is_in_it_and_what_is_in_both_files(app):
    action = make_action()
    first, second = make_many(action, 2)
    _whole, record = export_file(make_export(action))

    withdraw(first, now=NOON)
    third = make_confirmed(action)
    _data, increment = export_file(changes_since(record))

    assert increment.base_id == record.id
    assert increment.rows == 2
    assert ids(increment.contents) == {third.id}
    assert ids(increment.members) == {second.id, third.id}


def test_the_hash_is_that_of_the_bytes_as_they_were_sent(app):
    make_many(action := make_action(), 2)

    for format_name in ("xlsx", "jsonl"):
        data, record = export_file(make_export(action, format=format_name))
        assert record.sha256 == sha256(data).hexdigest()


def test_a_record_names_the_actions_of_its_file(app):
    campaign = make_campaign()
    one, two, _three = [make_action(campaign=campaign, slug=s) for s in ("one", "two", "three")]

    _data, record = export_file(make_export(one, two))

    named = db.session.scalars(select(ExportedAction.action_id).filter_by(export_id=record.id))
    assert set(named) == {one.id, two.id}


def test_the_manifest_has_the_facts_about_a_file(app):
    make_many(action := make_action(), 2)

    data, record = export_file(make_export(action, recipient="Совет", country="RU"))

    assert json.loads(record.manifest) == {
        "export": record.id,
        "completed_at": "2026-11-20T12:00:00Z",
        "actions": ["racism/hate-crimes"],
        "filter": {"country": "RU"},
        "purpose": "team",
        "recipient": "Совет",
        "preset": None,
        "format": "csv",
        "columns": record.columns,
        "headings_in": None,
        "consent_from": {},
        "campaign_ref": None,
        "rows": 2,
        "changes": None,
        "since_export": None,
        "cursor": record.cursor,
        "bytes": len(data),
        "sha256": record.sha256,
        "encrypted_to": None,
    }
    assert "Совет" in record.manifest, "people can read it"


def test_the_manifest_of_an_increment_counts_each_kind_of_change(app):
    first, _second = make_many(action := make_action(), 2)
    _whole, record = export_file(make_export(action))
    withdraw(first, now=NOON)
    make_confirmed(action)

    _data, increment = export_file(changes_since(record))

    manifest = json.loads(increment.manifest)
    kinds = ("new", "corrected", "withdrawn", "invalid", "deleted", "removed")
    assert manifest["changes"] == dict.fromkeys(kinds, 0) | {"new": 1, "withdrawn": 1}
    assert (manifest["rows"], manifest["since_export"]) == (2, record.id)


def test_an_export_is_recorded_before_its_first_byte(app):
    signature = make_confirmed(action := make_action())
    begun = []
    chunks = chunks_of(make_export(action), on_begin=lambda *facts: begun.append(records()))

    before = (records(), entries("exported"))
    next(chunks)
    chunks.close()

    ((record,),) = begun
    assert before == ([], [])
    assert ids(record.contents) == {signature.id}
    (entry,) = entries("exported")
    assert (entry.actor, entry.rows, entry.details["export"]) == (COMMAND, 1, record.id)


def test_there_is_no_record_without_an_entry_in_the_audit_log(app):
    make_confirmed(action := make_action())
    unknown = {"a name that the audit log does not know": 1}
    options = {"actor": "ada@example.org", "approved": unknown, "clock": lambda: NOON}
    chunks = write_export(make_export(action), file_name="x.csv", **options)

    with pytest.raises(UnknownAuditName):
        next(chunks)

    assert records() == []
    assert db.session.scalar(select(func.count(AuditEntry.id))) == 0


def test_an_export_whose_caller_fails_at_its_beginning_is_interrupted(app):
    def fail(_record_id, _plan) -> None:
        raise RuntimeError

    chunks = chunks_of(make_export(make_action()), on_begin=fail)
    with pytest.raises(RuntimeError):
        next(chunks)

    assert [record.state for record in records()] == ["interrupted"]


@pytest.fixture
def in_chunks(monkeypatch):
    """Each row is a chunk."""
    monkeypatch.setattr(streaming, "CHUNK_ROWS", 1)


@pytest.mark.parametrize("how", ["closed", "failed"])
def test_an_export_that_ends_in_the_middle_is_interrupted(app, in_chunks, how):
    signatures = make_many(action := make_action(), 5)
    chunks = chunks_of(make_export(action))
    sent = [next(chunks), next(chunks)]

    if how == "closed":
        chunks.close()
    else:
        with pytest.raises(ConnectionResetError):
            chunks.throw(ConnectionResetError())

    (record,), (entry,) = records(), entries("export-ended")
    unknown = (record.rows, record.sha256, record.cursor, record.manifest)
    assert (record.state, record.ended_at, unknown) == ("interrupted", NOON, (None,) * 4)
    assert ids(record.contents) == {one.id for one in signatures}, "any of them may have arrived"
    assert (entry.rows, entry.details["whole"]) == (None, False)
    assert entry.details["bytes"] == len(sent[0]), "the second is not known to have arrived"


def test_an_export_that_fails_at_its_first_byte_is_interrupted(app):
    action = make_action()
    chunks = chunks_of(make_export(action), on_begin=lambda *_facts: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        next(chunks)
    end_abandoned(NOON + MAX_DURATION + timedelta(seconds=1))

    assert [record.state for record in records()] == ["interrupted"]


def test_an_export_whose_process_died_is_interrupted_after_twelve_hours(app, in_chunks):
    make_many(action := make_action(), 3)
    begun_at = [NOON, NOON + timedelta(hours=1)]
    running = [chunks_of(make_export(action), now=at) for at in begun_at]
    for chunks in running:
        next(chunks)

    end_abandoned(NOON + timedelta(hours=12))
    at_first = [record.state for record in records()]
    end_abandoned(now := NOON + timedelta(hours=12, seconds=1))
    later = [(record.state, record.ended_at) for record in records()]
    for chunks in running:
        chunks.close()

    assert at_first == ["running", "running"]
    assert later == [("interrupted", now), ("running", None)]


def test_an_export_that_was_given_up_is_never_complete(app, in_chunks):
    make_many(action := make_action(), 3)
    chunks = chunks_of(make_export(action))
    next(chunks)

    end_abandoned(NOON + timedelta(hours=13))
    list(chunks)

    assert [(record.state, record.sha256) for record in records()] == [("interrupted", None)]


def test_exports_can_be_made_at_once(app):
    make_many(action := make_action(), 20)

    results = run_concurrently(app, *[lambda: export_facts(action)] * 4)

    assert len({data for data, _number in results}) == 1
    assert len({number for _data, number in results}) == 4
    assert [record.state for record in records()] == ["complete"] * 4


def export_facts(action) -> tuple[bytes, int]:
    data, record = export_file(make_export(action))
    return data, record.id


def test_a_number_is_not_given_again_after_a_restore_that_does_not_know_it(app):
    action = make_action()
    _data, first = export_file(make_export(action))
    _data, second = export_file(make_export(action))
    lost = second.id
    for model in (ExportedAction, ExportRecord):  # as in a backup from before it
        key = ExportedAction.export_id if model is ExportedAction else ExportRecord.id
        db.session.execute(delete(model).where(key == lost))
    db.session.commit()

    _data, third = export_file(make_export(action), now=NOON + timedelta(minutes=1))

    assert first.id < lost < third.id


def test_a_file_has_nothing_that_came_after_its_beginning(app, in_chunks):
    first, *_others = make_many(action := make_action(), 3)
    chunks = chunks_of(make_export(action))
    data = next(chunks)

    withdraw(first, now=NOON)
    late = make_confirmed(action)
    data += b"".join(chunks)

    (record,) = records()
    assert (data.count(b"\n") - 1, record.rows) == (3, 3)
    assert late.public_id not in data.decode()
    increment, _record = export_file(changes_since(record))
    assert increment.count(b"\n") - 1 == 2


@on_postgresql
def test_someone_whose_confirmation_is_committed_after_the_snapshot_is_in_the_next_increment(app):
    action = make_action()
    late = make_signature(action)
    make_confirmed(action)
    values = {"status": "confirmed", "confirmed_at": NOON, "updated_at": NOON}
    confirming = update(Signature).where(Signature.id == late.id).values(values)

    isolation = {"isolation_level": "READ COMMITTED"}
    with db.engine.connect().execution_options(**isolation) as connection:
        connection.execute(confirming)
        make_confirmed(action)  # its change has a higher id, and is committed first
        whole, record = export_file(make_export(action))
        connection.commit()
    increment, _record = export_file(changes_since(record))

    assert (late.public_id in whole.decode(), record.rows) == (False, 2)
    assert [line.split(",")[0] for line in increment.decode().splitlines()[1:]] == [late.public_id]


def record_without_numbering(export) -> ExportRecord:
    """As if all changes so far had been committed between the numbering and the snapshot of an export."""
    with read_snapshot() as connection:
        plan = make_plan(connection, export, None)
    record_id = begin_record(plan, file_name="x.csv", actor=COMMAND, approved={}, now=NOON)
    sent = Sent(1, "0" * 64)
    end_record(record_id, plan, sent, size=1, actor=COMMAND, now=NOON)
    return records()[-1]


def test_a_change_without_a_number_at_the_time_of_the_snapshot_is_not_repeated(app):
    action = make_action()
    make_confirmed(action)
    number_changes()
    unnumbered = make_confirmed(action)

    record = record_without_numbering(make_export(action))
    number_changes()
    later = make_confirmed(action)
    data, _increment = export_file(changes_since(record))

    assert (record.cursor, len(ids(record.unnumbered))) == (1, 1)
    assert unnumbered.id in ids(record.contents)
    assert [line.split(",")[0] for line in data.decode().splitlines()[1:]] == [later.public_id]
