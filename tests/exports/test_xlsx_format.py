"""XLSX exports, on each kind of database, read back with another library."""

import io
import tempfile
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook
from sqlalchemy import Integer, Text, insert, literal, select

from campaign_actions.core.templating.environment import locale_context
from campaign_actions.exports import FORMATS, Column, Section, xlsx_format
from campaign_actions.exports.xlsx_format import MAX_ROWS, TooManyRows, _records

NAMES = ["comment", "code", "version", "is_shown", "signed_at"]


def sheet(written):
    return load_workbook(io.BytesIO(written)).active


def values(written):
    return [[cell.value for cell in row] for row in sheet(written).iter_rows()]


def test_values_are_strings_and_times_are_real_dates(export):
    at = datetime(2026, 11, 24, 14, 30, 5, tzinfo=UTC)

    row = {"comment": "Я за", "code": "007", "version": 2, "is_shown": True, "signed_at": at}
    written = export("xlsx", [row])

    assert values(written) == [NAMES, ["Я за", "007", "2", "true", at.replace(tzinfo=None)]]


@pytest.mark.parametrize(
    "at", [datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 24, 23, 59, 59, 999999, UTC)]
)
def test_a_day_is_a_real_date_shown_without_a_time(connection, cells_table, at):
    """The first row has none, so the format is that of the column and not of its first value."""
    connection.execute(insert(cells_table), [{"signed_at": None}, {"signed_at": at}])
    stored = cells_table.c
    columns = [Column("on", stored.signed_at, "date"), Column("at", stored.signed_at, "time")]
    query = select(cells_table).order_by(stored.id)

    written = b"".join(FORMATS["xlsx"].write([Section(columns, query)], connection))

    on, moment = sheet(written)[3]
    assert (on.value, on.number_format) == (datetime(2026, 11, 24), "yyyy-mm-dd")  # noqa: DTZ001
    assert (on.is_date, moment.is_date) == (True, True)
    assert moment.number_format == "yyyy-mm-dd hh:mm:ss"
    assert [cell.value for cell in sheet(written)[2]] == [None, None]


def test_a_column_may_begin_with_an_empty_cell(export):
    at = datetime(2026, 11, 24, 14, tzinfo=UTC)

    written = export("xlsx", [{}, {"comment": "a", "is_shown": False, "signed_at": at}])

    assert values(written)[1:] == [[None] * 5, ["a", None, None, "false", at.replace(tzinfo=None)]]


def test_the_header_is_written_even_without_rows(export):
    assert values(export("xlsx", []))[0] == NAMES


@pytest.mark.parametrize(
    "typed",
    ["=1+1", "{=1}", "+1", "@a", "'=1", "https://example.org", "mailto:a@b.org", "12", "TRUE"],
)
def test_no_text_becomes_a_formula_a_link_or_a_number(export, typed):
    cell = sheet(export("xlsx", [{"comment": typed}]))["A2"]

    assert (cell.value, cell.data_type, cell.hyperlink) == (typed, "s", None)


@pytest.mark.parametrize(
    "typed", ["\x01\x0b\x1f", "\ufffe\uffff", "]]>&<a>", "👩‍👩‍👧", "a\r\nb", "_x0041_"]
)
def test_characters_invalid_in_xml_do_not_break_the_file(export, typed):
    written = export("xlsx", [{"comment": typed}, {"comment": "next"}])

    assert values(written)[2][0] == "next"


@pytest.mark.parametrize("typed", ["я" * 40_000, "👩" * 20_000])
def test_text_longer_than_a_cell_is_cut_off(export, typed):
    written = export("xlsx", [{"comment": typed}])

    cell = values(written)[1][0]
    assert typed.startswith(cell)
    assert 10_000 < len(cell.encode("utf-16-le")) // 2 <= 32_767


def test_more_rows_than_a_sheet_holds_are_refused_before_anything_is_written(connection):
    numbers = select(literal(1, Integer).label("n")).cte(recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n <= MAX_ROWS))
    columns = [Column("n", literal("a", Text))]

    with pytest.raises(TooManyRows):
        next(FORMATS["xlsx"].write([Section(columns, select(numbers))], connection))


@pytest.mark.parametrize(("locale", "limit"), [("en", "1,048,575"), ("es", "1.048.575")])
def test_the_limit_is_written_as_the_language_of_the_page_writes_numbers(app, locale, limit):
    with locale_context(locale):
        assert limit in str(TooManyRows.message)


def test_headings_and_words_replace_names_and_values_they_know(connection, cells_table):
    connection.execute(insert(cells_table), [{"code": "RU"}, {"code": "XX"}])
    stored = cells_table.c
    columns = [Column("code", stored.code, "plain", heading="Страна", words={"RU": "Россия"})]
    query = select(cells_table).order_by(stored.id)

    written = b"".join(FORMATS["xlsx"].write([Section(columns, query)], connection))

    assert values(written)[:3] == [["Страна"], ["Россия"], ["XX"]]


def test_a_sheet_starts_at_the_right_if_asked(connection, cells_table):
    section = Section([Column("code", cells_table.c.code)], select(cells_table))

    sheets = [
        sheet(b"".join(FORMATS["xlsx"].write([section], connection, right_to_left=is_right)))
        for is_right in (True, False)
    ]

    assert [bool(one.sheet_view.rightToLeft) for one in sheets] == [True, False]


def test_the_temporary_file_has_no_name(connection, cells_table, tmp_path, monkeypatch):
    """It is not encrypted. Without a name it cannot be opened by others or left over."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    connection.execute(insert(cells_table), [{"comment": "a"}] * 2000)
    columns = [Column("comment", cells_table.c.comment)]
    names = []

    def watch(rows):
        for row in rows:
            names.extend(tmp_path.iterdir())
            yield row

    monkeypatch.setattr(xlsx_format, "_records", lambda *given, of=_records: watch(of(*given)))
    chunks = FORMATS["xlsx"].write([Section(columns, select(cells_table))], connection)
    first = next(chunks)
    names.extend(tmp_path.iterdir())
    chunks.close()

    assert first.startswith(b"PK")
    assert names == []
