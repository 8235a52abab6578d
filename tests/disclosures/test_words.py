"""Files for people: the headings and values of a spreadsheet as words of a language."""

import io
import json
from datetime import datetime

import pytest
from openpyxl import load_workbook

from campaign_actions.actions.personal_data.purposes import COLUMN_LABELS, HANDOVER, TEAM
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.core.db.session import db, read_snapshot
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.security.email_address import email_key
from campaign_actions.disclosures.changes import CHANGE
from campaign_actions.disclosures.export import BaseDiffers, UnknownWords, WordsNotForFormat
from campaign_actions.disclosures.labels import HEADINGS, code_column, headings_in
from campaign_actions.disclosures.preview import preview
from tests.support.exports import changes_since, export_file, make_export
from tests.support.factories import NOON, find_signature_of, make_action, make_confirmed
from tests.support.signature_pages import entries

NAMES = [*COLUMN_LABELS, CHANGE]
FOR_PEOPLE = {"format": "xlsx", "words_in": "ru"}
AT = NOON.replace(tzinfo=None)


def sheet_of(export):
    data, record = export_file(export)
    return load_workbook(io.BytesIO(data)).active, record


def rows_of(sheet) -> list[dict]:
    names, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_headings_and_codes_are_words_and_dates_are_dates(app):
    action = make_action()
    make_confirmed(action, country_code="DE", locale="en", wants_updates=True, comment="DE")

    sheet, _record = sheet_of(make_export(action, **FOR_PEOPLE))

    (row,) = rows_of(sheet)
    assert list(row) == headings_in("ru", TEAM.columns_of("petition"))
    assert {
        "Страна": "Германия",
        "Язык": "Английский",
        "Состояние": "Подтверждено",
        "Вид акции": "Петиция",
        "Хочет получать новости": "да",
        "Комментарий": "DE",
        "Форма отправлена (UTC)": AT,
        "Отозвано (UTC)": None,
        "Акция": "hate-crimes",
    }.items() <= row.items()


def test_the_sheet_of_a_handover_has_a_day_and_words(app):
    action = make_action()
    make_confirmed(action)

    sheet, _record = sheet_of(make_export(action, purpose="handover", **FOR_PEOPLE))

    names, values = sheet.iter_rows(values_only=True)
    assert list(names) == headings_in("ru", HANDOVER.columns_of("petition"))
    assert values == ("Ada", None, "Россия", None, datetime(2026, 11, 20), None)  # noqa: DTZ001
    assert sheet["E2"].number_format == "yyyy-mm-dd"


@pytest.mark.parametrize("format_name", ["csv", "jsonl"])
def test_a_file_for_programs_has_no_language(app, format_name):
    make_confirmed(action := make_action())

    with pytest.raises(WordsNotForFormat):
        export_file(make_export(action, format=format_name, words_in="ru"))

    data, record = export_file(make_export(action, format=format_name))
    assert b"signature_id" in data
    assert record.words_in == ""


def test_a_language_that_the_site_does_not_have_is_refused(app):
    with pytest.raises(UnknownWords):
        export_file(make_export(make_action(), format="xlsx", words_in="de"))


def test_only_sheets_of_languages_written_from_the_right_start_there(app):
    make_confirmed(action := make_action())

    sheets = [sheet_of(make_export(action, format="xlsx", words_in=tag))[0] for tag in ("ar", "ru")]

    assert [bool(sheet.sheet_view.rightToLeft) for sheet in sheets] == [True, False]


def test_no_language_has_two_columns_with_one_heading(app):
    found = {tag: headings_in(tag, NAMES) for tag in locales()}

    assert len(found) > 1
    assert {tag: len(set(names)) for tag, names in found.items()} == dict.fromkeys(
        found, len(NAMES)
    )


def test_two_headings_that_someone_translates_alike_stay_apart(app, monkeypatch):
    monkeypatch.setitem(HEADINGS, "source", HEADINGS["channel"])

    names = headings_in("en", ["source", "channel", "email"])

    assert names == ["How they took part (source)", "How they took part (channel)", "Email address"]


def test_the_record_its_manifest_and_the_audit_log_name_the_language(app):
    make_confirmed(action := make_action())

    _sheet, record = sheet_of(make_export(action, **FOR_PEOPLE))

    assert record.words_in == "ru"
    assert record.columns == list(TEAM.columns_of("petition")), "the names stay those of programs"
    assert json.loads(record.manifest)["headings_in"] == "ru"
    (entry,) = entries("exported")
    assert entry.details["words_in"] == "ru"


def test_an_increment_in_words_is_applied_by_the_code_of_each_entry(app):
    action = make_action()
    for n in range(6):
        make_confirmed(action, email=f"{n}@example.org")
    whole, record = sheet_of(make_export(action, **FOR_PEOPLE))
    erase("1@example.org", now=NOON)
    withdraw(find_signature_of(action.id, email_key("2@example.org")), now=NOON)
    make_confirmed(action, email="new@example.org")

    changes, increment = sheet_of(changes_since(record))

    code, change = code_column(record), headings_in("ru", NAMES)[-1]
    state = {row[code]: row for row in rows_of(whole)}
    said = []
    for row in rows_of(changes):
        said.append(row.pop(change))
        state.pop(row[code], None)
        if said[-1] in ("Новая", "Исправлена"):
            state[row[code]] = row
    now = {row[code]: row for row in rows_of(sheet_of(make_export(action, **FOR_PEOPLE))[0])}
    assert increment.words_in == "ru"
    assert sorted(said) == ["Новая", "Отозвана", "Удалена"]
    assert state == now


@pytest.mark.parametrize("words", [{"words_in": "fr"}, {"words_in": "", "format": "csv"}])
def test_an_increment_has_the_language_of_its_base(app, words):
    make_confirmed(action := make_action())
    _sheet, record = sheet_of(make_export(action, **FOR_PEOPLE))

    with pytest.raises(BaseDiffers):
        export_file(make_export(action, base=record.id, **(FOR_PEOPLE | words)))


def test_the_preview_shows_what_the_file_will_contain(app):
    action = make_action()
    make_confirmed(action, email="augusta@example.org", wants_updates=True)

    with read_snapshot() as connection:
        found = preview(connection, make_export(action, **FOR_PEOPLE))
    db.session.rollback()

    (row,) = found.rows
    values = dict(zip(found.columns, row, strict=True))
    assert found.words_in == "ru"
    assert (values["Страна"], values["Хочет получать новости"]) == ("Россия", "да")
    assert values["Форма отправлена (UTC)"] == "2026-11-20 12:00:00"
    assert values["Адрес электронной почты"] == "au…@example.org"


def test_a_file_with_a_preset_names_its_own_column_for_the_code(app):
    action = make_action()
    make_confirmed(action, wants_updates=True)

    _data, record = export_file(make_export(action, purpose="crm", preset="civicrm"))

    assert code_column(record) == "External Identifier"
    assert code_column(record) in record.columns
