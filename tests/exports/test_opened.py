"""Exports as people open them: in LibreOffice Calc and in pandas.

Calc writes what it read as OpenDocument, so that each cell has its kind, its formula and what it shows.
"""

import io
import zipfile

import pandas as pd
import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from sqlalchemy import select

from campaign_actions.actions.models import Signature
from campaign_actions.actions.naming import find_action_by_name
from campaign_actions.actions.personal_data.purposes import HANDOVER, TEAM
from campaign_actions.core.db.session import db
from tests.support.calc import Calc, csv_filter
from tests.support.csv_cells import as_typed
from tests.support.exports import export_signatures
from tests.support.factories import NOON, make_action, make_confirmed

pytestmark = pytest.mark.slow
# test_same_bytes.py proves that CSV is the same from both.
ON_ONE_DATABASE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

LINK = '=HYPERLINK("https://example.org";"Open")'
TEXTS = [
    *("007", "0", "+44 20 7946 0000", "+442079460000", "1e5", "1,5", "2026-11-24", "TRUE", "NA"),
    *("null", "None", "Анна-Мария", "ندى الحسن", "שלום עולם", "\u2066ندى\u2069 Smith", "é e\u0301"),
    *(
        "👩‍👩‍👧 👩🏽‍🚀",
        "O’Neil",
        "O'Neil",
        "'quoted'",
        '"quoted"',
        'a "b", c',
        "a  b",
        "<b>&amp;</b>",
    ),
    *("https://example.org", "mailto:ada@example.org", "_x0041_", "a; b", "a;", "a, b;", "a,b"),
]
FORMULAS = [
    *(
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(1)",
        "＝1+1",
        "|a",
        "%a",
        "'=1+1",
        "''=1+1",
        LINK,
        "=cmd|' /C calc'!A0",
    ),
    *("a;=1+1", "a;=1+1;", "a,;=1+1;", 'a;"=1+1";', 'a;"=1+1;', ';=1+1;"', '"a;=1+1;', "a;  =1+1;"),
    *("a;'=1+1;", "a;+44;", "a;-1;", "a;@SUM(1);", f"a;{LINK};", ";", "a,;", "a,;=", '";";=1+1;"'),
]
LINES = [
    *(
        "a\nb",
        "a\n\n  b",
        "a\tb",
        "a\n=1+1",
        "a\n=1+1\nb",
        "a\t=1+1\tb",
        "a,\t=1+1\t",
        'a\n"=1+1"',
        "a\n'=1",
    ),
    *(
        "a\n  =1+1;",
        'a\n;=1+1,\n"',
        "=1+1\n=1+1",
        "- one\n- two",
        "a\t\t=1+1\t",
        "a,\n;",
        "\u061b=1\nb",
    ),
    "Long. " * 833 + "\na",  # forms remove a line break at the end, and so does Calc from 26.8 on
]
WRITTEN_BY_PEOPLE = ("email", "given_name", "family_name", "comment", "source", "answers.promise")
REMOVING_SPACES = ",0,false,false,false,false,true,-1,true"  # the last: formulas are evaluated
TIMES = ("signed_at", "confirmed_at", "updated_at")


@pytest.fixture(scope="session")
def calc(tmp_path_factory):
    return Calc(tmp_path_factory.mktemp("calc"))


@pytest.fixture
def action(app):
    """A pledge whose signatures have each text in each column that a person fills in."""
    action = make_action(kind="pledge")
    for text in [*TEXTS, *FORMULAS, *LINES]:
        make_confirmed(
            action,
            given_name=text[:200],
            family_name=text[:200],
            comment=text,
            source=text[:40],
            answers={"promise": text},
        )
    for email in ("=1+1@example.org", "+44@example.org", "-a@example.org", "'=a@example.org"):
        make_confirmed(action, email=email, family_name="", comment=None)
    return action


@ON_ONE_DATABASE
def test_csv_opens_in_calc_with_every_value_as_typed(action, calc, tmp_path):
    """With all columns imported as text, as for leading zeros."""
    as_text = csv_filter(",", columns="/".join(f"{number}/2" for number in range(1, 30)))
    files = write(tmp_path, action, "csv"), write(tmp_path, action, "csv", bom=True)

    for header, *rows in calc.open(*files, filter_options=as_text):
        opened = [
            {
                name.shown: as_typed(cell.shown)
                for name, cell in zip(header, row, strict=True)
                if name.shown in WRITTEN_BY_PEOPLE
            }
            for row in rows
        ]
        assert opened == typed_in(action)


@ON_ONE_DATABASE
def test_no_cell_of_csv_is_a_formula_in_calc_whatever_separates_cells(action, calc, tmp_path):
    files = [write(tmp_path, action, "csv"), write(tmp_path, action, "csv", bom=True)]

    for separators in (",", ";", "\t", ";\t", ",;\t"):
        for more in ("", REMOVING_SPACES):
            how = csv_filter(separators, more=more)
            for sheet in calc.open(*files, filter_options=how):
                assert len(sheet) > 50, how
                assert [cell for row in sheet for cell in row if cell.formula] == [], how


@ON_ONE_DATABASE
def test_calc_finds_the_formulas_of_a_raw_export(action, calc, tmp_path):
    """So the tests that look for formulas can find one."""
    file = write(tmp_path, action, "csv", raw=True)

    for separator in ",;\t":
        (sheet,) = calc.open(file, filter_options=csv_filter(separator))
        assert [cell.formula for row in sheet for cell in row if cell.formula]


def test_xlsx_opens_in_calc_with_text_as_typed_and_real_dates(action, calc, tmp_path):
    (sheet,) = calc.open(write(tmp_path, action, "xlsx"))

    header, *rows = sheet
    names = [cell.shown for cell in header]
    opened = [dict(zip(names, row, strict=True)) for row in rows]
    assert [{name: row[name].shown for name in WRITTEN_BY_PEOPLE} for row in opened] == typed_in(
        action
    )
    assert not [cell for row in rows for cell in row if cell.formula]
    for row in opened:
        dates = {name for name, cell in row.items() if cell.kind == "date"}
        assert dates == set(TIMES)
        assert {cell.kind for name, cell in row.items() if name not in dates} <= {"string", None}
        assert {row[name].date for name in TIMES} == {NOON.strftime("%Y-%m-%dT%H:%M:%S")}
        assert {row[name].shown for name in TIMES} == {NOON.strftime("%Y-%m-%d %H:%M:%S")}


def test_the_day_in_xlsx_opens_in_calc_as_a_date(app, calc, tmp_path):
    petition = make_action()
    make_confirmed(petition, now=NOON.replace(hour=23, minute=59))

    (sheet,) = calc.open(write(tmp_path, petition, "xlsx", purpose=HANDOVER))

    signed_on = sheet[1][-1]
    assert (signed_on.kind, signed_on.date, signed_on.shown) == ("date", "2026-11-20", "2026-11-20")


def test_a_sheet_in_words_opens_in_calc_with_words_and_a_date(app, calc, tmp_path):
    make_confirmed(petition := make_action(), country_code="DE", comment="=1+1")

    (sheet,) = calc.open(write(tmp_path, petition, "xlsx", purpose=HANDOVER, words_in="ar"))

    header, row = sheet
    assert [cell.shown for cell in header][2:4] == ["البلد", "التعليق"]
    assert [row[number].shown for number in (2, 3)] == ["ألمانيا", "=1+1"]
    assert (row[4].kind, row[4].date) == ("date", "2026-11-20")
    assert not [cell for cell in row if cell.formula]


def test_csv_opens_in_pandas_with_every_value_as_typed(action, tmp_path):
    for bom in (False, True):
        file = write(tmp_path, action, "csv", bom=bom)
        table = pd.read_csv(file, dtype="str", keep_default_na=False, parse_dates=[*TIMES])

        typed = table[[*WRITTEN_BY_PEOPLE]].map(as_typed)
        assert typed.to_dict("records") == typed_in(action)
        assert {str(table[name].dtype) for name in TIMES} == {"datetime64[us, UTC]"}
        assert set(table["signed_at"]) == {pd.Timestamp(NOON)}


def test_json_lines_open_in_pandas_with_every_value_as_typed(action, tmp_path):
    file = write(tmp_path, action, "jsonl")

    table = pd.read_json(file, lines=True, dtype=False)

    assert table[[*WRITTEN_BY_PEOPLE]].fillna("").to_dict("records") == typed_in(action)
    assert set(pd.to_datetime(table["signed_at"])) == {pd.Timestamp(NOON)}


@pytest.mark.parametrize("engine", ["calamine", "openpyxl"])
def test_xlsx_opens_in_pandas_with_text_as_typed_and_real_dates(action, tmp_path, engine):
    file = write(tmp_path, action, "xlsx")

    table = pd.read_excel(file, engine=engine, keep_default_na=False)

    texts = table[[*WRITTEN_BY_PEOPLE]]
    if engine == "openpyxl":  # which leaves this to its users
        texts = texts.map(unescape)
    assert texts.to_dict("records") == typed_in(action)
    assert all(pd.api.types.is_datetime64_dtype(table[name]) for name in TIMES)
    assert set(table["signed_at"]) == {pd.Timestamp(NOON.replace(tzinfo=None))}


@pytest.mark.parametrize("engine", ["calamine", "openpyxl"])
def test_the_day_in_xlsx_opens_in_pandas_as_a_date(app, tmp_path, engine):
    petition = make_action()
    make_confirmed(petition)

    table = pd.read_excel(write(tmp_path, petition, "xlsx", purpose=HANDOVER), engine=engine)

    assert pd.api.types.is_datetime64_dtype(table["signed_on"])
    assert list(table["signed_on"]) == [pd.Timestamp("2026-11-20")]


def test_csv_distinguishes_an_empty_answer_from_a_missing_one(app, tmp_path):
    """No spreadsheet does, and pandas only as JSON."""
    petition = make_action()
    make_confirmed(petition, given_name="Ada", family_name="", comment=None)
    written = write(tmp_path, petition, "csv", purpose=HANDOVER).read_text()
    lines = write(tmp_path, petition, "jsonl", purpose=HANDOVER)

    table = pd.read_json(lines, lines=True, dtype=False)

    assert written.splitlines()[1] == 'Ada,"",RU,,2026-11-20,'
    assert table[["family_name", "comment"]].isna().to_dict("records") == [
        {"family_name": False, "comment": True}
    ]


def test_xlsx_contains_nothing_but_cells(action, tmp_path):
    file = write(tmp_path, action, "xlsx")
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    book = load_workbook(io.BytesIO(file.read_bytes()))

    assert set(parts) == {
        *("[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "docProps/app.xml"),
        *("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/theme/theme1.xml"),
        "xl/worksheets/sheet1.xml",
    }
    assert b"<f>" not in parts["xl/worksheets/sheet1.xml"]
    assert b"<hyperlink" not in parts["xl/worksheets/sheet1.xml"]
    assert not [name for name, part in parts.items() if b"TargetMode" in part]
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "d", "n"}
    assert not [cell for row in book.active.iter_rows() for cell in row if cell.hyperlink]


def write(folder, action, name, *, purpose=TEAM, **options):
    """An export as a file; the options are part of its name."""
    stored = find_action_by_name(action.campaign_slug, action.slug)
    file = folder / f"{'-'.join(['export', *options])}.{name}"
    file.write_bytes(b"".join(export_signatures(stored, purpose, name, **options)))
    return file


def typed_in(action):
    """What people filled in, in the order of an export, with nothing for null."""
    query = select(Signature).filter_by(action_id=action.id).order_by(Signature.id)
    return [
        {name: getattr(signature, name, None) or "" for name in WRITTEN_BY_PEOPLE}
        | {"answers.promise": signature.answers.get("promise", "")}
        for signature in db.session.scalars(query)
    ]
