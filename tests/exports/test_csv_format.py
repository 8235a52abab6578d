"""CSV exports, on each kind of database."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

HEADER = "comment,code,version,is_shown,signed_at\n"
TYPED = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
LIKE_FORMULAS = st.text("'=+-@＝＋－＠|%\t\r\n\",a")
STARTS = tuple("=+-@＝＋－＠|%\t\r")


def cells(written):
    """The first cell of each row, as any CSV reader sees it."""
    rows = csv.reader(io.StringIO(written.decode(), newline=""), strict=True)
    return [row[0] for row in rows][1:]


def unguarded(cell):
    looks_like_a_formula = cell.startswith("'") and cell.lstrip("'").startswith(STARTS)
    return cell[1:] if looks_like_a_formula else cell


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


@pytest.mark.parametrize("start", STARTS)
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


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(TYPED | LIKE_FORMULAS, max_size=10))
@example(texts=["'=", "''=", "=", "'", ""])
def test_escaping_can_always_be_reversed(export, texts):
    written = cells(export("csv", [{"comment": text} for text in texts]))

    assert [unguarded(cell) for cell in written] == texts
    assert not [cell for cell in written if cell.startswith(STARTS)]


def test_raw_cells_are_as_typed(export):
    written = export("csv", [{"comment": "=1+1"}], raw=True)

    assert cells(written) == ["=1+1"]


def test_plain_columns_are_not_escaped(export):
    written = export("csv", [{"code": "-1"}])

    assert written.decode() == HEADER + ",-1,,,\n"


def test_a_byte_order_mark_is_written_on_request(export):
    written = export("csv", [], bom=True)

    assert written == b"\xef\xbb\xbf" + HEADER.encode()
