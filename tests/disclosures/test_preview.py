"""A look at an export before it is made."""

import pytest

from campaign_actions.actions.models import Action
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.personal_data.purposes import TEAM
from campaign_actions.core.db.session import db, read_snapshot
from campaign_actions.disclosures import preview as preview_module
from campaign_actions.disclosures.export import PresetNotForPurpose
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.disclosures.presets import PRESETS
from campaign_actions.disclosures.preview import MAX_TEXT, ROWS_SHOWN, preview
from tests.support.exports import export_file, make_export
from tests.support.factories import NOON, make_action, make_campaign, make_confirmed


def look(*actions, **values):
    with read_snapshot() as connection:
        return preview(connection, make_export(*actions, **values))


def test_names_and_addresses_are_masked_and_long_texts_cut(app):
    action = make_action()
    make_confirmed(
        action,
        email="augusta@example.org",
        given_name="Augusta",
        family_name="(Lovelace)",
        comment="=" * 61,
        wants_updates=True,
    )

    found = look(action)

    (row,) = found.rows
    values = dict(zip(found.columns, row, strict=True))
    assert tuple(found.columns) == TEAM.columns_of("petition")
    assert (values["email"], values["given_name"], values["family_name"]) == (
        "au…@example.org",
        "A.",
        "L.",
    )
    assert values["comment"] == "=" * MAX_TEXT + "…"
    assert (values["wants_updates"], values["consent_version"]) == ("true", "1")
    assert (values["source"], values["withdrawn_at"]) == ("", "")


def test_the_count_is_that_of_the_file_and_a_few_rows_are_shown(app):
    campaign = make_campaign()
    one, two = [make_action(campaign=campaign, slug=slug) for slug in ("one", "two")]
    for number in range(ROWS_SHOWN - 1):
        make_confirmed(one, country_code=["RU", "FR"][number % 2])
        make_confirmed(two)

    whole, french = look(one, two), look(one, two, country="FR")

    assert (whole.count, len(whole.rows)) == (8, ROWS_SHOWN)
    assert (french.count, len(french.rows)) == (2, 2)
    assert whole.count == export_file(make_export(one, two))[1].rows


def test_people_who_agreed_to_no_text_about_the_use_are_not_counted(app):
    action = make_action()
    make_confirmed(action, wants_updates=True)
    make_confirmed(action)

    before = look(action, purpose="crm").count
    set_covered("petition", "en", {"crm": 1}, now=NOON)
    after = look(action, purpose="crm").count

    assert (before, after) == (0, 1)


def test_too_many_rows_for_a_spreadsheet_are_said_before(app, monkeypatch):
    monkeypatch.setattr(preview_module, "MAX_ROWS", 1)
    action = make_action()
    for _number in range(2):
        make_confirmed(action)

    assert [look(action, format=name).is_too_long for name in ("xlsx", "csv")] == [True, False]
    assert not look(action, format="xlsx", country="FR").is_too_long


def test_a_preview_refuses_what_an_export_refuses(app):
    with pytest.raises(PresetNotForPurpose):
        look(make_action(), preset="civicrm")


def test_a_preview_is_no_export(app):
    make_confirmed(action := make_action())

    look(action)

    assert db.session.query(ExportRecord).count() == 0


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_shown_as_the_other_program_gets_it(app, name):
    action = make_action()
    set_covered("petition", "en", {"crm": 1}, now=NOON)
    details = {"given_name": "Augusta", "family_name": "Lovelace", "wants_updates": True}
    made = make_confirmed(action, email="augusta@example.org", **details)

    found = look(action, purpose="crm", preset=name)
    stored = db.session.get(Action, action.id)

    (row,) = found.rows
    assert list(found.columns) == [one.name for one in PRESETS[name].files[0].columns(stored)]
    assert {"au…@example.org", "A.", "L.", made.public_id} <= set(row)
    assert "ugusta" not in str(row).replace("au…", "")


def test_a_preview_says_what_is_in_the_file_and_what_is_not(app):
    found = look(make_action(), purpose="handover", recipient="Council")

    assert {"Name", "Country", "Comment", "Random code of each entry"} <= set(found.included)
    assert {"Email address", "Wish for updates"} <= set(found.left_out)
    assert not set(found.included) & set(found.left_out)
