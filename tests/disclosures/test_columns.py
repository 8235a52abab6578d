"""Columns and rows of later uses: only for people whose consent text covers them."""

import csv
import io
import json

import pytest

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.personal_data.purposes import CRM, PURPOSES
from campaign_actions.disclosures.changes import BasisChanged
from campaign_actions.disclosures.columns import all_columns
from campaign_actions.disclosures.export import export_of
from tests.support.exports import changes_since, export_file, make_export
from tests.support.factories import (
    NOON,
    make_action,
    make_campaign,
    make_confirmed,
)


def rows_of(*actions, **values) -> list[dict[str, str]]:
    data, _record = export_file(make_export(*actions, **values))
    return list(csv.DictReader(io.StringIO(data.decode())))


def make_versions(action) -> dict[str, str]:
    """The names of people who agreed to each version of each text, with their codes."""
    for locale in ("en", "ru"):
        for version in (2, 3):
            publish_consent("petition", locale, f"Text {version}", now=NOON)
    return {
        f"{locale}{version}": make_confirmed(
            action,
            locale=locale,
            consent_version=version,
            given_name=f"{locale}{version}",
            wants_updates=True,
        ).public_id
        for locale in ("en", "ru")
        for version in (1, 2, 3)
    }


@pytest.mark.parametrize(
    ("covered", "expected"),
    [
        ({}, set()),
        ({"en": 2}, {"en2", "en3"}),
        ({"en": 3, "ru": 1}, {"en3", "ru1", "ru2", "ru3"}),
    ],
)
def test_a_file_for_a_later_use_has_people_whose_text_covers_it(app, covered, expected):
    action = make_action(locales=("en", "ru"))
    make_versions(action)
    for locale, version in covered.items():
        set_covered("petition", locale, {"crm": version}, now=NOON)

    assert {row["given_name"] for row in rows_of(action, purpose="crm")} == expected


@pytest.mark.parametrize("format_name", ["csv", "jsonl"])
def test_a_later_column_is_empty_for_everyone_whose_text_does_not_cover_it(app, format_name):
    action = make_action(locales=("en", "ru"))
    codes = make_versions(action)
    set_covered("petition", "en", {"code": 2}, now=NOON)

    data, record = export_file(make_export(action, purpose="handover", format=format_name))

    text = data.decode()
    rows = (
        list(csv.DictReader(io.StringIO(text)))
        if format_name == "csv"
        else [json.loads(line) for line in text.splitlines()]
    )
    found = {row["given_name"]: row["signature_id"] or "" for row in rows}
    assert found == {name: codes[name] if name in {"en2", "en3"} else "" for name in codes}
    assert not record.has_all_codes


def test_a_file_in_which_everyone_has_a_code_can_be_followed_by_it(app):
    action = make_action()
    make_confirmed(action)
    set_covered("petition", "en", {"code": 1}, now=NOON)

    _data, record = export_file(make_export(action, purpose="handover"))

    assert record.has_all_codes


@pytest.mark.parametrize(("purpose", "use"), [("crm", "crm"), ("handover", "code")])
@pytest.mark.parametrize("version", [2, None])
def test_a_file_cannot_be_continued_once_other_texts_cover_its_use(app, purpose, use, version):
    """Who belongs in it has changed, although no signature has."""
    action = make_action(locales=("en", "ru"))
    make_versions(action)
    set_covered("petition", "en", {use: 1}, now=NOON)
    whole, record = export_file(make_export(action, purpose=purpose))
    export_file(changes_since(record))

    set_covered("petition", "en", {use: version}, now=NOON)

    assert whole.count(b"\n") - 1 == {"crm": 3, "handover": 6}[purpose]
    with pytest.raises(BasisChanged):
        export_file(changes_since(record))


def test_a_file_for_another_use_can_be_continued_after_that(app):
    action = make_action()
    _whole, record = export_file(make_export(action))
    new = make_confirmed(action)

    set_covered("petition", "en", {"crm": 1, "code": 1}, now=NOON)
    data, _increment = export_file(changes_since(record))

    assert new.public_id in data.decode()


def test_the_manifest_says_from_which_text_on_a_use_is_covered(app):
    action = make_action(locales=("en", "ru"))
    make_versions(action)
    set_covered("petition", "en", {"crm": 2}, now=NOON)

    _data, record = export_file(make_export(action, purpose="crm"))

    assert json.loads(record.manifest)["consent_from"] == {"crm of petition": {"en": 2}}


def test_each_kind_has_texts_of_its_own(app):
    campaign = make_campaign()
    petition = make_action(campaign=campaign, slug="one")
    pledge = make_action(campaign=campaign, slug="two", kind="pledge")
    for action in (petition, pledge):
        make_confirmed(action, wants_updates=True, answers=answers_of(action))
    set_covered("pledge", "en", {"crm": 1}, now=NOON)

    rows = rows_of(petition, pledge, purpose="crm")

    assert [row["kind"] for row in rows] == ["pledge"]


def answers_of(action) -> dict[str, str]:
    return {"promise": "I speak up."} if action.kind.name == "pledge" else {}


def test_a_file_for_updates_has_only_people_who_asked_for_them(app):
    action = make_action()
    set_covered("petition", "en", {"crm": 1}, now=NOON)
    make_confirmed(action, given_name="No")
    make_confirmed(action, given_name="Yes", wants_updates=True)

    rows = rows_of(action, purpose="crm")

    assert [row["given_name"] for row in rows] == ["Yes"]
    assert list(rows[0]) == list(CRM.columns_of("petition"))
    assert "comment" not in rows[0]


def test_answers_that_an_action_does_not_ask_for_are_empty(app):
    campaign = make_campaign()
    petition = make_action(campaign=campaign, slug="one")
    pledge = make_action(campaign=campaign, slug="two", kind="pledge")
    for action in (petition, pledge):
        make_confirmed(action, answers=answers_of(action))

    rows = rows_of(petition, pledge)

    assert [(row["kind"], row["answers.promise"]) for row in rows] == [
        ("petition", ""),
        ("pledge", "I speak up."),
    ]


@pytest.mark.parametrize("kind", ["petition", "pledge"])
def test_each_column_of_a_purpose_is_written(app, kind):
    _data, record = export_file(make_export(make_action(kind=kind)))

    (action,) = export_of(record).actions()
    written = {column.name for column in all_columns(action)}
    for purpose in PURPOSES.values():
        if kind in purpose.kinds:
            assert set(purpose.columns_of(kind)) <= written
