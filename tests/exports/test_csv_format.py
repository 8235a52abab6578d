"""CSV exports, on each kind of database."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.support.csv_cells import FORMULA_STARTS, as_typed

HEADER = "comment,code,version,is_shown,signed_at\n"
TYPED = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
HOSTILE = st.text("'=+-@＝＋－＠|%\t\r\n\",;a ")


def cells(written):
    """The first cell of each row, as any CSV reader sees it."""
    rows = csv.reader(io.StringIO(written.decode(), newline=""), strict=True)
    return [row[0] for row in rows][1:]


def test_the_header_is_written_even_without_rows(export):
    assert export("csv", []) == HEADER.encode()


def test_null_is_empty_and_empty_text_is_quoted(export):
    written = export("csv", [{"comment": None}, {"comment": ""}])

    assert written.decode() == HEADER + ",,,,\n" + '"",,,,\n'


def test_booleans_numbers_and_times_are_written_for_machines(export):
    at = datetime(2026, 11, 24, 14, tzinfo=UTC)

    written = export("csv", [{"is_shown": True, "signed_at": at, "version": -3}])

    assert written.decode() == HEADER + ",,-3,true,2026-11-24T14:00:00.000000Z\n"


def test_a_time_keeps_its_microseconds(export):
    at = datetime(2026, 11, 24, 14, 0, 0, 123450, tzinfo=UTC)

    written = export("csv", [{"is_shown": False, "signed_at": at}])

    assert written.decode() == HEADER + ",,,false,2026-11-24T14:00:00.123450Z\n"


@pytest.mark.parametrize("micros", ["000000", "000001", "000010", "500000", "999999"])
@pytest.mark.parametrize("year", [1, 1999, 9999])
def test_a_time_is_always_27_characters_long(export, year, micros):
    at = datetime(year, 12, 31, 23, 59, 59, int(micros), tzinfo=UTC)

    written = export("csv", [{"signed_at": at}])

    assert written.decode() == HEADER + f",,,,{year:04}-12-31T23:59:59.{micros}Z\n"


def test_the_date_style_of_the_server_changes_nothing(connection, export):
    at = datetime(2026, 11, 24, 14, 0, 0, 123456, tzinfo=UTC)
    if connection.dialect.name == "postgresql":
        connection.execute(text("set local datestyle to german"))

    written = export("csv", [{"signed_at": at}])

    assert written.decode() == HEADER + ",,,,2026-11-24T14:00:00.123456Z\n"


@pytest.mark.parametrize("special", [",", '"', "\n", "\r"])
def test_a_cell_that_holds_a_special_character_is_quoted(export, special):
    written = export("csv", [{"comment": f"a{special}b"}, {"comment": "plain"}])

    quoted = special.replace('"', '""')
    assert written.decode() == HEADER + f'"a{quoted}b",,,,\n' + "plain,,,,\n"


@pytest.mark.parametrize("start", FORMULA_STARTS)
@pytest.mark.parametrize("apostrophes", ["", "'", "'''"])
def test_one_apostrophe_escapes_what_looks_like_a_formula(export, start, apostrophes):
    typed = f"{apostrophes}{start}1+1"

    written = export("csv", [{"comment": typed}])

    assert cells(written) == ["'" + typed]


@pytest.mark.parametrize(
    "typed", ["'", "'a", "O'Neil", "a=1", " =1", "1-1", "Анна", "👩‍👩‍👧", "~", "}"]
)
def test_other_text_is_not_escaped(export, typed):
    written = export("csv", [{"comment": typed}])

    assert cells(written) == [typed]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("a;=1;", "a;'=1;"),
        ("a\t+1", "a\t'+1"),
        ("a\n-1", "a\n'-1"),
        ("a\r@b", "a\r'@b"),
        ("a;＝1", "a;'＝1"),
        ("a;\t=1", "a;'\t'=1"),
        ("a;  =1", "a;'  =1"),
        ('a;"=1', "a;'\"=1"),
        ('a\n "=1"', 'a\n\' "=1"'),
        ("=1\n=1", "'=1\n'=1"),
        ("\t=1", "'\t'=1"),
        ("a,\n=1;=1", "a,\n'=1;'=1"),
    ],
)
def test_an_apostrophe_keeps_a_formula_after_a_separator_from_being_one(export, typed, written):
    assert cells(export("csv", [{"comment": typed}])) == [written]


def test_an_apostrophe_after_a_separator_is_doubled_so_that_one_can_be_removed(export):
    typed = ["a;'b", "a\n'b", "a\t'b", "a;'=1"]

    written = cells(export("csv", [{"comment": text} for text in typed]))

    assert written == ["a;''b", "a\n''b", "a\t''b", "a;''=1"]


@pytest.mark.parametrize(
    "typed", ["a; b", "a;", "a,=1", "a,b;", "a\n\nb", "a\nb;\n", "a; 'b'", "a;b=1", 'a\n"b"']
)
def test_other_separators_are_as_typed(export, typed):
    rows = [{"comment": typed}, {"comment": "=next"}, {"comment": '"next"'}]

    assert cells(export("csv", rows)) == [typed, "'=next", '"next"']


def test_json_contains_no_separator_and_is_still_the_same_json(export_columns):
    details = {"typed": "a;=1+1;", ";'": 'a;"\n=1\t=1'}

    written = export_columns([json.dumps(details)], "json")

    (cell,) = cells(written)
    assert json.loads(cell) == details
    assert not set(cell) & set(";\t\n")


def test_raw_json_is_unchanged(export_columns):
    written = export_columns(['{"typed":"a;=1"}'], "json", raw=True)

    assert cells(written) == ['{"typed":"a;=1"}']


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(TYPED | HOSTILE, max_size=10))
@example(texts=["'=", "''=", "=", "'", "", "';'", "\t\t\t", ";'=", "\n\n'\n=", "\r\n='"])
def test_escaping_can_always_be_reversed(export, texts):
    written = cells(export("csv", [{"comment": text} for text in texts]))

    assert [as_typed(cell) for cell in written] == texts
    assert not [cell for cell in written if cell.startswith(FORMULA_STARTS)]


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(HOSTILE.map(lambda text: text.lstrip(" ")), max_size=12))
@example(texts=['a,;"=1;', '";=1', "a;\n=1", 'a,;";=1'])
def test_no_cell_starts_like_a_formula_whichever_character_separates_cells(export_columns, texts):
    """Python's reader sees quotes at the start of a cell only, and takes text after them, as Excel does."""
    written = export_columns(texts).decode()

    for delimiter in ",;\t":
        rows = csv.reader(io.StringIO(written, newline=""), delimiter=delimiter)
        found = [cell for row in rows for cell in row]
        assert not [cell for cell in found if cell.lstrip(" ").startswith(FORMULA_STARTS)]


def test_raw_cells_are_as_typed(export):
    typed = ["=1+1", "a;=1+1", "a\n'b"]

    written = export("csv", [{"comment": text} for text in typed], raw=True)

    assert cells(written) == typed


def test_plain_columns_are_not_escaped(export):
    written = export("csv", [{"code": "-1"}])

    assert written.decode() == HEADER + ",-1,,,\n"


def test_a_byte_order_mark_is_written_on_request(export):
    written = export("csv", [], bom=True)

    assert written == b"\xef\xbb\xbf" + HEADER.encode()


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("+ann@example.org", "+ann@example.org"),
        ("-1+2_x@example.org", "-1+2_x@example.org"),
        ("ann@example.org", "ann@example.org"),
        ("=ann@example.org", "'=ann@example.org"),
        ("+cmd|'/c'!a1@example.org", "'+cmd|'/c'!a1@example.org"),
        ("-анна@example.org", "'-анна@example.org"),
        ("'+ann@example.org", "''+ann@example.org"),
        ("|ann@example.org", "'|ann@example.org"),
    ],
)
def test_an_address_that_could_run_nothing_stays_as_typed(export_columns, typed, written):
    data = export_columns([typed], kind="email").decode()

    assert list(csv.reader(io.StringIO(data)))[1] == [written] * 3
    assert f"'{typed}" in export_columns([typed]).decode() or typed.startswith("ann")
