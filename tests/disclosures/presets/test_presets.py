"""The presets: what they read, and that their files keep the rules of the programs that import them."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import Column as TableColumn
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import visitors

from campaign_actions.actions.models import Signature
from campaign_actions.actions.naming import find_action_by_name
from campaign_actions.actions.personal_data.purposes import COLUMN_LABELS
from campaign_actions.core.db.session import read_snapshot
from campaign_actions.disclosures.columns import all_columns
from campaign_actions.disclosures.presets import PRESETS
from tests.support.factories import NOON, make_action, make_confirmed
from tests.support.preset_files import csv_of
from tests.support.preset_rules import RULES, faults

FILES = [(preset.name, file.name) for preset in PRESETS.values() for file in preset.files]
ALLOWED = {
    *("signature_id", "campaign", "campaign_ref", "action", "kind", "status", "email"),
    *("given_name", "family_name", "country_code", "language", "wants_updates", "consent_version"),
    *("signed_at", "confirmed_at", "updated_at", "source", "channel"),
}
SHARED_BY_ALL_ROWS = {"campaign", "campaign_ref", "action", "kind", "status"}
PEOPLE = [
    {"given_name": "Ada", "family_name": "Lovelace"},
    {"given_name": "Анна-Мария", "family_name": "Ковалёва"},
    {"given_name": "ندى", "family_name": "الأحمد"},
    {"given_name": "Suharto"},  # her only name
    {"given_name": 'Ann, "Annie"', "family_name": "O’Neil; Smith"},
    {"given_name": "=1+1", "family_name": "@SUM(A1)"},
    {"given_name": "-" + "я" * 199, "family_name": "=" + "W" * 199},
    {"given_name": "👩" * 200},
    {"given_name": "Nul\\N", "family_name": "NULL"},
]


def file_of(preset, name):
    return next(file for file in PRESETS[preset].files if file.name == name)


def written(preset, name, action) -> bytes:
    stored = find_action_by_name(action.campaign_slug, action.slug)
    with read_snapshot() as connection:
        return csv_of(file_of(preset, name), stored, connection)


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True))


def make_people(action, people=PEOPLE):
    return [make_confirmed(action, wants_updates=True, **person) for person in people]


def read_by(preset, action) -> set[str]:
    """The export columns whose data the columns of a preset use, without those that all rows share."""
    named = {
        column.expression.key: column.name
        for column in all_columns(action)
        if isinstance(column.expression, InstrumentedAttribute) and column.kind != "date"
    }
    return {
        named.get(part.key, part.key)
        for file in preset.files
        for column in file.columns(action)
        for part in visitors.iterate(getattr(column.expression, "expression", column.expression))
        if isinstance(part, TableColumn) and part.table.name == Signature.__tablename__
    }


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name)
def test_a_preset_reads_only_data_for_a_crm_and_names_exactly_what_it_reads(app, preset):
    action = make_action()
    stored = find_action_by_name(action.campaign_slug, action.slug)

    read = read_by(preset, stored)

    assert preset.reads <= ALLOWED & COLUMN_LABELS.keys()
    assert read == preset.reads - SHARED_BY_ALL_ROWS


def test_a_preset_is_known_by_its_name():
    assert all(name == preset.name for name, preset in PRESETS.items())
    assert {name: [file.name for file in preset.files] for name, preset in PRESETS.items()} == {
        name: list(files) for name, files in RULES.items()
    }


@pytest.mark.parametrize(("preset", "name"), FILES)
@pytest.mark.parametrize("kind", ["petition", "pledge"])
def test_a_file_keeps_the_rules_of_the_program_that_imports_it(app, preset, name, kind):
    action = make_action(kind=kind)
    make_people(action)

    data = written(preset, name, action)

    assert faults(data, RULES[preset][name]) == []
    assert len(rows_of(data)) == len(PEOPLE)


@pytest.mark.parametrize(("preset", "name"), FILES)
def test_each_row_contains_the_id_of_its_signature(app, preset, name):
    action = make_action()
    signatures = make_people(action)

    rows = rows_of(written(preset, name, action))

    for signature, row in zip(signatures, rows, strict=True):
        assert signature.public_id in row.values()


@pytest.mark.parametrize(("preset", "name"), FILES)
def test_a_file_without_people_is_a_header(app, preset, name):
    action = make_action()
    make_confirmed(action)  # without updates

    data = written(preset, name, action)

    assert data.count(b"\n") == 1
    assert faults(data, RULES[preset][name]) == []


def test_action_network_gets_tags_for_the_campaign_and_the_action(app):
    action = make_action(locales=("en", "ru"))
    one = make_confirmed(action, wants_updates=True, locale="ru", email="ada@example.org")

    assert written("action-network", "activists.csv", action).decode() == (
        "email,first_name,last_name,country,language,can2_user_tags,can2_subscription_status,"
        "signature_id\n"
        'ada@example.org,Ada,,RU,ru,"racism, racism_hate-crimes",subscribed,'
        f"{one.public_id}\n"
    )


def test_civicrm_gets_contacts_and_then_what_they_took_part_in(app):
    action = make_action()
    one = make_confirmed(
        action,
        now=NOON + timedelta(seconds=59),
        wants_updates=True,
        email="ada@example.org",
        family_name='=Л, "Ада"',
    )

    assert [file.name for file in PRESETS["civicrm"].files] == ["contacts.csv", "activities.csv"]
    assert written("civicrm", "contacts.csv", action).decode() == (
        "External Identifier,First Name,Last Name,Email,Country\n"
        f'{one.public_id},Ada,"\'=Л, ""Ада""",ada@example.org,RU\n'
    )
    assert written("civicrm", "activities.csv", action).decode() == (
        "External Identifier,Email,Activity Type,Activity Date,Subject,Campaign,Details\n"
        f"{one.public_id},ada@example.org,Petition Signature,2026-11-20 12:00,racism/hate-crimes,"
        f"racism,{one.public_id}\n"
    )


def test_no_activity_of_a_pledge_is_called_a_signature(app):
    action = make_action(kind="pledge")
    make_people(action, [{"given_name": "Ada"}])

    (row,) = rows_of(written("civicrm", "activities.csv", action))

    assert row["Activity Type"] == "Campaign Pledge"


def test_engaging_networks_gets_supporters_with_their_opt_in(app):
    action = make_action()
    one = make_confirmed(action, wants_updates=True, email="ada@example.org")

    assert written("engaging-networks", "supporters.csv", action).decode() == (
        "Email Address,First Name,Last Name,Country,Email Updates,Signature ID\n"
        f"ada@example.org,Ada,,RU,Y,{one.public_id}\n"
    )


def test_salesforce_gets_contacts_that_all_have_a_last_name(app):
    action = make_action()
    one, two = (
        make_confirmed(action, wants_updates=True, email=f"{name}@example.org", family_name=name)
        for name in ("Лавлейс", None)
    )

    assert written("salesforce", "contacts.csv", action).decode() == (
        "FirstName,LastName,Email,MailingCountryCode,Signature_ID__c,Action__c,Signed_At__c,"
        "Wants_Updates__c\n"
        f"Ada,Лавлейс,Лавлейс@example.org,RU,{one.public_id},racism/hate-crimes,"
        "2026-11-20T12:00:00Z,1\n"
        f",Ada,None@example.org,RU,{two.public_id},racism/hate-crimes,2026-11-20T12:00:00Z,1\n"
    )


def test_the_last_name_of_a_person_without_any_name_is_the_address(write_in_both):
    file = file_of("salesforce", "contacts.csv")

    for data in write_in_both(file, [{"given_name": None, "family_name": None}]):
        assert [row["LastName"] for row in rows_of(data)] == ["1@example.org"]


def test_proca_gets_the_columns_that_it_exports(app):
    action = make_action()
    one = make_confirmed(action, wants_updates=True, email="ada@example.org")

    assert written("proca", "actions.csv", action).decode() == (
        "campaignName,actionPageName,actionType,contact.first_name,contact.last_name,"
        "contact.email,contact.country,created,id,optIn\n"
        "racism,hate-crimes,petition,Ada,,ada@example.org,RU,2026-11-20T12:00:00Z,"
        f"{one.public_id},1\n"
    )


@pytest.mark.parametrize(
    ("preset", "name", "heading", "limit"),
    [
        ("civicrm", "contacts.csv", "First Name", 64),
        ("civicrm", "contacts.csv", "Last Name", 64),
        ("salesforce", "contacts.csv", "FirstName", 40),
        ("salesforce", "contacts.csv", "LastName", 80),
    ],
)
def test_a_long_name_fits_with_and_without_the_escape_of_formulas(
    app, preset, name, heading, limit
):
    action = make_action()
    make_people(action, [{"given_name": n, "family_name": n} for n in ("я" * 200, "=" * 200)])

    cells = [row[heading] for row in rows_of(written(preset, name, action))]

    assert cells == ["я" * (limit - 1), "'" + "=" * (limit - 1)]


@pytest.mark.parametrize("preset", ["action-network", "engaging-networks", "proca"])
def test_a_name_is_whole_where_no_limit_is_documented(app, preset):
    action = make_action()
    make_people(action, [{"given_name": "я" * 200, "family_name": "W" * 200}])

    (row,) = rows_of(written(preset, PRESETS[preset].files[0].name, action))

    assert {"я" * 200, "W" * 200} <= set(row.values())


def test_an_address_that_salesforce_cannot_store_is_left_for_it_to_report(app):
    action = make_action()
    address = f"{'a' * 60}@{'b' * 20}.example.org"
    make_confirmed(action, wants_updates=True, email=address)

    data = written("salesforce", "contacts.csv", action)

    assert rows_of(data)[0]["Email"] == address
    assert faults(data, RULES["salesforce"]["contacts.csv"]) == [
        f"Email: {len(address)} characters"
    ]
