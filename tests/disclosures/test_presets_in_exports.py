"""Each preset exported as staff do it: the file or archive, what changed since, and what to delete."""

import csv
import io
from dataclasses import replace
from zipfile import ZipFile

import pytest

from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.disclosures.presets import PRESETS
from campaign_actions.updates.unsubscribe import unsubscribe
from tests.support.exports import changes_since, export_file, make_export
from tests.support.factories import NOON, make_action, make_campaign, make_confirmed
from tests.support.preset_rules import RULES, faults

SINGLE = {"action-network": "activists.csv", "proca": "actions.csv"}
ARCHIVED = {
    "civicrm": ["contacts.csv", "activities.csv"],
    "engaging-networks": ["supporters-1.csv"],
    "salesforce": ["contacts-1.csv"],
}
Rows = list[dict[str, str]]


@pytest.fixture
def agreed(app):
    """An action whose text mentions the program that sends updates."""
    action = make_action()
    set_covered("petition", "en", {"crm": 1}, now=NOON)
    return action


def make_person(action, name: str, **details):
    address = f"{name.lower()}@example.org"
    return make_confirmed(action, given_name=name, email=address, wants_updates=True, **details)


def preset_export(*actions, name: str):
    return make_export(*actions, purpose="crm", preset=name)


def rows_in(data: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True))


def files_in(data: bytes) -> dict[str, Rows]:
    with ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: rows_in(archive.read(name)) for name in archive.namelist()}


def test_every_preset_is_tested():
    assert {*SINGLE, *ARCHIVED} == set(PRESETS)


@pytest.mark.parametrize("name", SINGLE)
def test_a_preset_with_one_file_is_a_csv_file(agreed, name):
    make_person(agreed, "Ada")
    make_confirmed(agreed, email="no@example.org")

    data, record = export_file(preset_export(agreed, name=name))

    assert record.file_name == f"racism-hate-crimes-{name}-2026-11-20.csv"
    assert (len(rows_in(data)), record.rows) == (1, 1)
    assert b"ada@example.org" in data
    assert faults(data, RULES[name][SINGLE[name]]) == []


@pytest.mark.parametrize("name", ARCHIVED)
def test_a_preset_with_several_files_or_parts_is_an_archive(agreed, name):
    make_person(agreed, "Ada")
    make_confirmed(agreed, email="no@example.org")

    data, record = export_file(preset_export(agreed, name=name))

    assert record.file_name == f"racism-hate-crimes-{name}-2026-11-20.zip"
    files = files_in(data)
    assert list(files) == ARCHIVED[name]
    assert [len(rows) for rows in files.values()] == [1] * len(files)
    assert record.rows == 1


@pytest.mark.parametrize("name", PRESETS)
def test_an_increment_has_who_changed_and_who_has_to_be_deleted(agreed, name):
    _kept, gone, left = [make_person(agreed, n) for n in ("Ada", "Bea", "Cyd")]
    _whole, record = export_file(preset_export(agreed, name=name))

    withdraw(gone, now=NOON)
    unsubscribe(left, now=NOON)
    make_person(agreed, "Eve")
    data, increment = export_file(changes_since(record))

    files = files_in(data)
    assert list(files) == [*(ARCHIVED.get(name) or [SINGLE[name]]), "delete.csv"]
    for file, rows in files.items():
        if file != "delete.csv":
            assert ["eve@example.org" in row.values() for row in rows] == [True]
    to_delete = [(row["signature_id"], row["change"]) for row in files["delete.csv"]]
    assert sorted(to_delete) == sorted([(gone.public_id, "withdrawn"), (left.public_id, "removed")])
    assert increment.rows == 3


@pytest.mark.parametrize("name", PRESETS)
def test_an_increment_without_changes_has_headings_only(agreed, name):
    make_person(agreed, "Ada")
    whole, record = export_file(preset_export(agreed, name=name))

    data, _increment = export_file(changes_since(record))

    with ZipFile(io.BytesIO(data)) as archive:
        headings = {name: archive.read(name).decode() for name in archive.namelist()}
    assert headings["delete.csv"] == "signature_id,change\n"
    assert all(text.count("\n") == 1 for text in headings.values())
    if name in SINGLE:
        assert headings[SINGLE[name]] == whole.decode().partition("\n")[0] + "\n"


def test_the_actions_of_a_campaign_are_in_one_file(app):
    campaign = make_campaign()
    actions = [make_action(campaign=campaign, slug=slug) for slug in ("one", "two")]
    set_covered("petition", "en", {"crm": 1}, now=NOON)
    for action, name in zip(actions, ("Ada", "Bea"), strict=True):
        make_person(action, name)

    data, record = export_file(preset_export(*actions, name="proca"))

    assert record.file_name == "racism-proca-2026-11-20.csv"
    assert len(rows_in(data)) == 2


@pytest.mark.parametrize("name", PRESETS)
def test_an_address_that_starts_with_a_plus_is_imported_as_it_is(agreed, name):
    make_confirmed(agreed, email="+ann@example.org", given_name="=Ann", wants_updates=True)

    data, _record = export_file(preset_export(agreed, name=name))

    files = files_in(data) if name in ARCHIVED else {"": rows_in(data)}
    for rows in files.values():
        assert ["+ann@example.org" in row.values() for row in rows] == [True]
        assert "=Ann" not in rows[0].values()


def test_a_preset_can_be_as_typed(agreed):
    make_confirmed(agreed, email="|ann@example.org", given_name="=Ann", wants_updates=True)

    data, record = export_file(replace(preset_export(agreed, name="proca"), raw=True))

    (row,) = rows_in(data)
    assert (row["contact.first_name"], row["contact.email"]) == ("=Ann", "|ann@example.org")
    assert record.raw
