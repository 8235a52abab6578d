"""What changed since a file: each change once, so that both files together are the state of the database."""

import csv
import io
import random
import sqlite3
from collections.abc import Iterable
from datetime import timedelta
from threading import Event

import pytest
from openpyxl import load_workbook
from pyroaring import BitMap64
from sqlalchemy import update

from campaign_actions.actions.changes.number import number_changes
from campaign_actions.actions.models import Action, Signature, SignatureChange
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.personal_data.purposes import PURPOSES
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate, validate
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.errors import NotFound
from campaign_actions.disclosures.changes import BasisChanged, CodesMissing
from campaign_actions.disclosures.deletions.reported import destroy
from campaign_actions.disclosures.export import (
    BaseDestroyed,
    BaseDiffers,
    BaseNotComplete,
    BaseNotYours,
    BasePending,
)
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.disclosures.records import (
    find_record,
)
from campaign_actions.updates.unsubscribe import unsubscribe
from tests.support.concurrency import run_concurrently
from tests.support.exports import changes_since, chunks_of, export_file, make_export
from tests.support.factories import (
    NOON,
    find_signature_of,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
    make_staff,
)

STAFF = {"action": "racism/hate-crimes", "actor": "grace@example.org", "now": NOON}
KEPT = ("new", "corrected")
Rows = dict[str, dict[str, str]]


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def by_code(rows: Iterable[dict[str, str]]) -> Rows:
    return {row["signature_id"]: row for row in rows}


def apply(state: Rows, data: bytes) -> Rows:
    """The rows of a file together with those of an increment, as its column `change` says."""
    state = dict(state)
    for row in read(data):
        change, code = row.pop("change"), row["signature_id"]
        if change in KEPT:
            assert (code in state) is (change == "corrected")
            state[code] = row
        else:
            del state[code]
    return state


def changes_in(data: bytes) -> list[tuple[str, str]]:
    return sorted((row["signature_id"], row["change"]) for row in read(data))


def test_nothing_has_changed(app):
    make_confirmed(action := make_action())
    _whole, record = export_file(make_export(action))

    data, increment = export_file(changes_since(record))

    assert data.decode().splitlines()[0].endswith(",show_comment,change")
    assert (read(data), increment.rows, increment.state) == ([], 0, "complete")


def test_each_way_of_changing_is_one_row(app):
    action = make_action()
    kept, corrected, withdrawn, invalid, deleted = [
        make_confirmed(action, email=f"{n}@example.org", wants_updates=True) for n in range(5)
    ]
    _whole, record = export_file(make_export(action))

    new = make_confirmed(action)
    unsubscribe(corrected, now=NOON)
    withdraw(withdrawn, now=NOON)
    invalidate(invalid, reason="script", **STAFF)
    erase("4@example.org", now=NOON)
    data, _increment = export_file(changes_since(record))

    expected = {
        new.public_id: "new",
        corrected.public_id: "corrected",
        withdrawn.public_id: "withdrawn",
        invalid.public_id: "invalid",
        deleted.public_id: "deleted",
    }
    assert changes_in(data) == sorted(expected.items())
    assert kept.public_id not in data.decode()


def test_a_row_to_delete_has_its_code_and_status_and_nothing_personal(app):
    action = make_action()
    withdraw(withdrawn := make_confirmed(action), now=NOON - timedelta(days=1))
    make_confirmed(action, email="ada@example.org")
    confirm(again := make_confirmed(action), now=NOON)
    _whole, record = export_file(make_export(action))

    withdraw(again, now=NOON)
    erase("ada@example.org", now=NOON)
    rows = read(export_file(changes_since(record))[0])

    filled = [{name for name, value in row.items() if value} for row in rows]
    assert filled == [{"signature_id", "status", "change"}] * 2
    assert sorted(row["status"] for row in rows) == ["erased", "withdrawn"]
    assert withdrawn.public_id not in str(rows)


def test_what_came_and_went_between_two_files_is_in_neither(app):
    action = make_action()
    _whole, record = export_file(make_export(action))

    withdraw(make_confirmed(action), now=NOON)
    make_signature(action)
    data, _increment = export_file(changes_since(record))

    assert read(data) == []


def test_many_changes_of_one_signature_are_one_row(app):
    action = make_action()
    signature = make_confirmed(action)
    _whole, record = export_file(make_export(action))

    for _round in range(3):
        invalidate(signature, reason="script", **STAFF)
        number_changes()
        validate(signature, **STAFF)
    data, _increment = export_file(changes_since(record))

    assert changes_in(data) == [(signature.public_id, "corrected")]


def test_someone_who_withdrew_and_signed_again_is_corrected(app):
    action = make_action()
    signature = make_confirmed(action, email="ada@example.org")
    _whole, record = export_file(make_export(action))

    withdraw(signature, now=NOON)
    make_signature(action, email="ada@example.org", given_name="Augusta")
    pending, first = export_file(changes_since(record))
    confirm(find_signature_of(action.id, signature.email_key), now=NOON)
    confirmed, _second = export_file(changes_since(first))

    code = signature.public_id
    assert changes_in(pending) == [(code, "withdrawn")]
    assert [(row["given_name"], row["change"]) for row in read(confirmed)] == [("Augusta", "new")]


def test_an_increment_is_the_base_of_the_next(app):
    action = make_action()
    first = make_confirmed(action)
    whole, record = export_file(make_export(action))
    second = make_confirmed(action)
    data, increment = export_file(changes_since(record))

    withdraw(first, now=NOON)
    withdraw(second, now=NOON)
    third = make_confirmed(action)
    last, _next = export_file(changes_since(increment))

    state = apply(apply(by_code(read(whole)), data), last)
    assert list(state) == [third.public_id]
    assert changes_in(last) == sorted(
        [(first.public_id, "withdrawn"), (second.public_id, "withdrawn"), (third.public_id, "new")]
    )


def test_a_filter_applies_to_what_is_new_and_what_leaves_it(app):
    """Someone who no longer wants updates leaves the file of people who want them."""
    action = make_action()
    for kind, locale in (("petition", "en"),):
        set_covered(kind, locale, {"crm": 1}, now=NOON)
    leaving = make_confirmed(action, wants_updates=True)
    _whole, record = export_file(make_export(action, purpose="crm", country="RU"))

    unsubscribe(leaving, now=NOON)
    make_confirmed(action)
    make_confirmed(action, wants_updates=True, country_code="FR")
    joining = make_confirmed(action, wants_updates=True)
    data, _increment = export_file(changes_since(record))

    expected = [(joining.public_id, "new"), (leaving.public_id, "removed")]
    assert changes_in(data) == sorted(expected)


def test_several_actions_of_a_campaign_are_followed_together(app):
    campaign = make_campaign()
    actions = [make_action(campaign=campaign, slug=slug) for slug in ("one", "two")]
    olds = [make_confirmed(action) for action in actions]
    whole, record = export_file(make_export(*actions))

    withdraw(olds[0], now=NOON)
    new = make_confirmed(actions[1])
    data, _increment = export_file(changes_since(record))

    assert [row["action"] for row in read(whole)] == ["one", "two"]
    assert set(apply(by_code(read(whole)), data)) == {olds[1].public_id, new.public_id}


def test_a_handover_without_codes_cannot_be_continued_when_rows_have_to_go(app):
    action = make_action()
    signature = make_confirmed(action)
    _whole, record = export_file(make_export(action, purpose="handover", recipient="Council"))
    assert not record.has_all_codes

    make_confirmed(action)
    added, _increment = export_file(changes_since(record))
    withdraw(signature, now=NOON)

    assert [row["change"] for row in read(added)] == ["new"]
    with pytest.raises(CodesMissing):
        export_file(changes_since(record))


@pytest.mark.parametrize(
    "values",
    [
        {"country": "RU"},
        {"purpose": "handover"},
        {"language": "en"},
        {"since": "2026-01-01T00:00:00+00:00"},
    ],
)
def test_the_base_must_have_been_made_with_the_same_choices(app, values):
    action = make_action()
    _whole, record = export_file(make_export(action))

    with pytest.raises(BaseDiffers):
        export_file(make_export(action, base=record.id, **values))


def test_pending_participations_cannot_be_continued(app):
    _whole, record = export_file(make_export(make_action(), status="pending"))

    with pytest.raises(BasePending):
        export_file(changes_since(record))


def test_a_file_that_is_marked_as_deleted_cannot_be_continued(app):
    member = make_staff("exporter")
    _whole, record = export_file(make_export(make_action(), staff_id=member.id))
    destroy(record, by=member.id, actor=member.email, now=NOON)

    with pytest.raises(BaseDestroyed):
        export_file(changes_since(record))


@pytest.mark.parametrize("what", ["slug", "document_index"])
def test_an_increment_is_refused_if_a_value_that_all_rows_share_has_changed(app, what):
    action = make_action()
    _whole, record = export_file(make_export(action))
    stored = db.session.get(Action, action.id)
    if what == "slug":
        stored.slug = "renamed"
    else:
        stored.campaign.document_index = "EUR 46/001/2026"
    db.session.commit()

    with pytest.raises(BasisChanged):
        export_file(changes_since(record))


def test_a_handover_with_codes_can_be_continued_after_a_withdrawal(app):
    action = make_action()
    set_covered("petition", "en", {"code": 1}, now=NOON)
    signature = make_confirmed(action)
    _whole, record = export_file(make_export(action, purpose="handover", recipient="Council"))

    withdraw(signature, now=NOON)
    data, _increment = export_file(changes_since(record))

    assert changes_in(data) == [(signature.public_id, "withdrawn")]


def test_the_base_must_be_of_the_same_person(app):
    action, member = make_action(), make_staff("exporter")
    _whole, record = export_file(make_export(action, staff_id=member.id))

    with pytest.raises(BaseNotYours):
        export_file(make_export(action, base=record.id))


def test_an_interrupted_export_is_never_a_base(app):
    make_confirmed(action := make_action())
    begun = []
    chunks = chunks_of(make_export(action), on_begin=lambda number, _plan: begun.append(number))
    next(chunks)
    chunks.close()

    record = db.session.get(ExportRecord, begun[0], populate_existing=True)
    assert (record.state, record.rows, record.sha256, record.cursor) == (
        "interrupted",
        None,
        None,
        None,
    )
    with pytest.raises(BaseNotComplete):
        export_file(changes_since(record))


def test_a_base_that_does_not_exist_is_not_found(app):
    action = make_action()

    with pytest.raises(NotFound):
        export_file(make_export(action, base=999_999))


def campaign_day(action, **values) -> tuple[bytes, bytes]:
    """A file, a day of changes, and the increment: 50 corrected, 10 withdrawn, 5 deleted, 20 new."""
    signed = [
        make_confirmed(action, email=f"{n}@example.org", given_name=name, wants_updates=True)
        for n, name in enumerate(["Мария", "علي", "=1+1", "Ann, B", 'A"B', "007"] * 15)
    ]
    whole, record = export_file(make_export(action, **values))
    for signature in signed[:50]:
        unsubscribe(signature, now=NOON)
    for signature in signed[50:60]:
        withdraw(signature, now=NOON)
    for n in range(60, 65):
        erase(f"{n}@example.org", now=NOON)
    for _number in range(20):
        make_confirmed(action)
    return whole, export_file(changes_since(record))[0]


def test_both_files_in_a_table_are_the_state_of_the_database(app):
    action = make_action()
    whole, changes = campaign_day(action)
    now = read(export_file(make_export(action))[0])
    columns = list(now[0])
    table = sqlite3.connect(":memory:")
    table.execute(
        f"create table people ({', '.join(map(_quoted, columns))}, primary key (signature_id))"
    )
    insert = f"insert or replace into people values ({', '.join('?' * len(columns))})"

    table.executemany(insert, [[row[name] for name in columns] for row in read(whole)])
    for row in read(changes):
        table.execute("delete from people where signature_id = ?", [row["signature_id"]])
        if row["change"] in KEPT:
            table.execute(insert, [row[name] for name in columns])

    rows = [dict(zip(columns, row, strict=True)) for row in table.execute("select * from people")]
    assert len(rows) == 95
    assert by_code(rows) == by_code(now)
    table.close()


def test_both_files_in_a_spreadsheet_are_the_state_of_the_database(app):
    action = make_action()
    whole, changes = campaign_day(action, format="xlsx")

    sheet = load_workbook(io.BytesIO(whole)).active
    place = {row[0].value: row[0].row for row in sheet.iter_rows(min_row=2)}
    gone = []
    for row in load_workbook(io.BytesIO(changes)).active.iter_rows(min_row=2, values_only=True):
        *values, change = row
        if change == "new":
            sheet.append(values)
        elif change == "corrected":
            for number, value in enumerate(values, 1):
                sheet.cell(place[values[0]], number).value = value
        else:
            gone.append(place[values[0]])
    for number in sorted(gone, reverse=True):
        sheet.delete_rows(number)

    assert sheet.max_row == 1 + 95
    assert cells(sheet) == cells(load(export_file(make_export(action, format="xlsx"))[0]))


def load(data: bytes):
    return load_workbook(io.BytesIO(data)).active


def cells(sheet) -> list[tuple]:
    return sorted(sheet.iter_rows(values_only=True), key=str)


def _quoted(name: str) -> str:
    return f'"{name}"'


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
@pytest.mark.parametrize("purpose", PURPOSES)
def test_increments_miss_nothing_while_people_sign_and_withdraw(app, purpose):
    """Four people change signatures of two actions, some slowly. One exports again and again."""
    campaign = make_campaign()
    actions = [make_action(campaign=campaign, slug=slug) for slug in ("one", "two")]
    set_covered("petition", "en", {"code": 1, "crm": 1}, now=NOON)
    for n in range(30):
        make_confirmed(actions[n % 2], email=f"{n}@example.org", wants_updates=n % 3 > 0)
    wanted = make_export(*actions, purpose=purpose, recipient="Council")
    whole, record = export_file(wanted)
    state, done = by_code(read(whole)), Event()

    def change(seed: int):
        def run() -> None:
            chance = random.Random(seed)
            for number in range(30):
                _change_one(chance.choice(actions), chance, f"{seed}-{number}")

        return run

    def export() -> None:
        nonlocal state, record
        while not done.is_set():
            state, record = _apply_next(state, record)

    def change_all() -> None:
        try:
            run_concurrently(app, *[change(seed) for seed in range(4)])
        finally:
            done.set()

    run_concurrently(app, change_all, export)
    state, record = _apply_next(state, record)

    assert state == by_code(read(export_file(wanted)[0]))
    assert read(export_file(changes_since(record))[0]) == []


def _apply_next(state: Rows, record: ExportRecord) -> tuple[Rows, ExportRecord]:
    data, increment = export_file(changes_since(record))
    codes = [row["signature_id"] for row in read(data)]
    assert len(codes) == len(set(codes)), "each signature once"
    return apply(state, data), increment


def _change_one(action, chance: random.Random, name: str) -> None:
    """One random change, sometimes in a transaction that another change overtakes."""
    if chance.random() < 0.3:
        wants_updates = chance.random() < 0.7
        make_confirmed(action, email=f"{name}@example.org", wants_updates=wants_updates)
        return
    ids = select_ids(action)
    signature = db.session.get(Signature, (action.id, chance.choice(ids)), populate_existing=True)
    kind = chance.choice(["withdraw", "erase", "unsubscribe", "name", "open"])
    if kind == "withdraw":
        withdraw(signature, now=NOON)
    elif kind == "erase" and signature.email:
        erase(signature.email, now=NOON)
    elif kind == "unsubscribe" and signature.email:
        unsubscribe(signature, now=NOON)
    else:
        with write_transaction() as connection:
            values = {"given_name": name, "updated_at": NOON}
            is_confirmed = Signature.id == signature.id, Signature.status == "confirmed"
            connection.execute(update(Signature).where(*is_confirmed).values(values))
            if kind == "open":
                connection.exec_driver_sql("select pg_sleep(0.02)")


def select_ids(action) -> list[int]:
    """Not those that another thread is about to confirm."""
    known = db.session.query(Signature.id).filter_by(action_id=action.id)
    found = [row.id for row in known.filter(Signature.status != "pending")]
    db.session.commit()
    return found


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_more_changes_without_a_number_than_a_statement_has_parameters(app):
    """A replica may see many changes before their numbers."""
    many = 70_000
    action = make_action()
    signature = make_confirmed(action)
    _whole, record = export_file(make_export(action))
    with write_transaction() as connection:
        seen = BitMap64(range(record.cursor + 1, many))
        values = {"unnumbered": seen.serialize()}
        connection.execute(update(ExportRecord).where(ExportRecord.id == record.id).values(values))

    withdraw(signature, now=NOON)
    with write_transaction() as connection:
        connection.execute(update(SignatureChange).values(id=SignatureChange.id + many))
    data, _increment = export_file(changes_since(find_record(record.id)))

    assert changes_in(data) == [(signature.public_id, "withdrawn")]
