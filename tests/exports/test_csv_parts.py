"""CSV in files of limited size."""

import csv
import tracemalloc
import zipfile
from datetime import UTC, datetime
from io import BytesIO, StringIO
from itertools import repeat

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaign_actions.exports.archive import write_zip
from campaign_actions.exports.csv_parts import RowTooLarge, name_parts, split_csv

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
BOM = b"\xef\xbb\xbf"
CELLS = st.text("a\u044f\"',;\n\r", max_size=12)
TABLES = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=30)
)


def written(rows):
    """As our exports are, and as Python's writer is not: a cell with CR is quoted."""
    return "".join(",".join(map(quoted, row)) + "\n" for row in rows).encode()


def quoted(cell):
    is_plain = cell and not set(cell) & set('",\n\r')
    return cell if is_plain else '"' + cell.replace('"', '""') + '"'


def rows_of(data):
    text = data.removeprefix(BOM).decode()
    return list(csv.reader(StringIO(text, newline=""), strict=True))


def cut(data, size):
    return iter([data[at : at + size] for at in range(0, len(data), size)])


def split(data, **limits):
    return [b"".join(part) for part in split_csv(iter([data]), **limits)]


@given(
    table=TABLES,
    chunk_size=st.integers(1, 50),
    spare_bytes=st.none() | st.integers(0, 200),
    max_rows=st.none() | st.integers(1, 10),
    bom=st.sampled_from([b"", BOM]),
)
@example(table=[['a"\n'], ["\n\n"], ['"']], chunk_size=1, spare_bytes=0, max_rows=None, bom=BOM)
def test_parts_are_the_source_within_the_limits(table, chunk_size, spare_bytes, max_rows, bom):
    header = bom + written(table[:1])
    data = bom + written(table)
    largest = max((len(written([row])) for row in table[1:]), default=0)
    max_bytes = None if spare_bytes is None else len(header) + largest + spare_bytes

    parts = split_csv(cut(data, chunk_size), max_bytes=max_bytes, max_rows=max_rows)
    parts = [b"".join(part) for part in parts]

    assert all(part.startswith(header) for part in parts)
    assert header + b"".join(part.removeprefix(header) for part in parts) == data
    assert all(max_bytes is None or len(part) <= max_bytes for part in parts)
    assert all(max_rows is None or len(rows_of(part)) <= max_rows + 1 for part in parts)
    assert [row for part in parts for row in rows_of(part)[1:]] == table[1:]
    assert len(parts) == 1 or all(len(rows_of(part)) > 1 for part in parts)


def test_parts_are_as_few_as_possible():
    data = b"n\n" + b"12\n" * 10

    assert split(data, max_rows=4) == [b"n\n" + b"12\n" * count for count in (4, 4, 2)]
    assert split(data, max_bytes=14) == [b"n\n" + b"12\n" * count for count in (4, 4, 2)]
    assert split(data, max_bytes=14, max_rows=5) == split(data, max_bytes=14)


@pytest.mark.parametrize("limits", [{}, {"max_rows": 2}, {"max_bytes": 6}])
def test_what_is_within_the_limits_is_one_part(limits):
    assert split(b"n\n1\n2\n", **limits) == [b"n\n1\n2\n"]


def test_a_line_break_in_a_cell_does_not_end_a_row():
    data = b'n\n"a\n""\nb"\n"c\nd"\n'

    assert split(data, max_rows=1) == [b'n\n"a\n""\nb"\n', b'n\n"c\nd"\n']


def test_the_header_may_contain_line_breaks():
    assert split(b'"a\nb"\n1\n2\n', max_rows=1) == [b'"a\nb"\n1\n', b'"a\nb"\n2\n']


def test_a_byte_order_mark_begins_every_part():
    assert split(BOM + b"n\n1\n2\n", max_rows=1) == [BOM + b"n\n1\n", BOM + b"n\n2\n"]


def test_without_rows_there_is_one_part_with_the_header():
    assert split(b"n\n", max_rows=1, max_bytes=2) == [b"n\n"]


def test_without_a_header_there_are_no_parts():
    assert split(b"") == []


def test_the_last_row_needs_no_line_break():
    assert split(b"n\n1\n2", max_rows=1) == [b"n\n1\n", b"n\n2"]


@pytest.mark.parametrize("row", [b"1234\n", b'"\n2"\n', b"1234"])
def test_a_row_that_is_larger_than_a_part_may_be_is_refused(row):
    with pytest.raises(RowTooLarge):
        split(b"n\n1\n" + row + b"2\n", max_bytes=6)


def test_a_row_may_fill_a_part():
    assert split(b"n\n1234\n", max_bytes=7) == [b"n\n1234\n"]


def test_leaving_out_the_rest_of_a_part_is_an_error():
    parts = split_csv(iter([b"n\n" + b"1\n" * 100_000]), max_rows=90_000)
    next(next(parts))

    with pytest.raises(RuntimeError):
        next(parts)


def test_memory_does_not_grow_with_the_rows():
    def peak(number):
        chunks = repeat(b'1,"a\nb"\n' * 1000, number)
        tracemalloc.start()
        try:
            for part in split_csv(chunks, max_bytes=100_000):
                for _ in part:
                    pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(200) < peak(20) + 200_000  # of 1.6 MB


def test_parts_are_numbered_files_of_an_archive():
    parts = split_csv(iter([b"n\n1\n2\n3\n"]), max_rows=2)

    chunks = write_zip(name_parts(parts, "contacts", ".csv"), at=NOON)

    archive = zipfile.ZipFile(BytesIO(b"".join(chunks)))
    contents = {name: archive.read(name) for name in archive.namelist()}
    assert contents == {"contacts-1.csv": b"n\n1\n2\n", "contacts-2.csv": b"n\n3\n"}


def test_closing_the_archive_early_closes_the_source():
    closed = []

    def source():
        try:
            yield from repeat(b"n\n" + b"1\n" * 100_000)
        finally:
            closed.append(True)

    rows = source()  # kept like the parts, so that only closing them ends them
    parts = split_csv(rows, max_rows=10)
    chunks = write_zip(name_parts(parts, "a", ".csv"), at=NOON)
    next(chunks)

    chunks.close()

    assert closed == [True]
