"""Splitting a file into parts that another program accepts."""

import csv
import io
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign_actions.disclosures.presets import PRESETS, split_into_parts
from tests.support.preset_rules import RULES, faults

HEADER = b"name,id\n"


def parts_of(chunks, **limits) -> list[bytes]:
    parts = defaultdict(bytes)
    for number, chunk in split_into_parts(chunks, **limits):
        parts[number] += chunk
    assert list(parts) == list(range(1, len(parts) + 1))
    return list(parts.values())


def test_a_file_without_limits_is_one_part():
    assert parts_of([HEADER, b"", b"a,1\nb,2\n", b"c,3\n"]) == [HEADER + b"a,1\nb,2\nc,3\n"]


def test_a_file_without_rows_is_its_header():
    assert parts_of([HEADER, b""], max_rows=1) == [HEADER]


def test_each_part_has_the_header_and_at_most_so_many_rows():
    assert parts_of([HEADER, b"a,1\nb,2\n", b"c,3\n"], max_rows=2) == [
        HEADER + b"a,1\nb,2\n",
        HEADER + b"c,3\n",
    ]


def test_the_last_part_is_full_and_no_empty_one_follows():
    assert parts_of([HEADER, b"a,1\nb,2\n", b""], max_rows=2) == [HEADER + b"a,1\nb,2\n"]


def test_each_part_has_at_most_so_many_bytes_with_its_header():
    assert parts_of([HEADER, b"a,1\nb,2\nc,3\n"], max_bytes=len(HEADER) + 8) == [
        HEADER + b"a,1\nb,2\n",
        HEADER + b"c,3\n",
    ]


def test_a_row_with_line_breaks_stays_whole():
    rows = [b'"a\nb""\n",1\n', b"c,2\n"]

    assert parts_of([HEADER, b"".join(rows)], max_rows=1) == [HEADER + row for row in rows]


def test_a_byte_order_mark_belongs_to_the_header():
    marked = b"\xef\xbb\xbf" + HEADER

    assert parts_of([marked, b"a,1\nb,2\n"], max_rows=1) == [marked + b"a,1\n", marked + b"b,2\n"]


def test_a_row_longer_than_a_part_has_its_own_part():
    long = b"a" * 99 + b",2\n"

    assert parts_of([HEADER, long, b"a,1\n", long], max_bytes=20) == [
        HEADER + long,
        HEADER + b"a,1\n",
        HEADER + long,
    ]


def test_a_header_may_come_with_rows():
    assert parts_of([HEADER + b"a,1\n", b"b,2\n"], max_rows=1) == [
        HEADER + b"a,1\n",
        HEADER + b"b,2\n",
    ]


@given(
    rows=st.lists(st.tuples(st.text('a,"\n\r=я'), st.text("1"))),
    max_rows=st.none() | st.integers(1, 5),
    max_bytes=st.none() | st.integers(30, 90),
    size=st.integers(1, 3),
)
def test_no_row_is_lost_or_repeated(rows, max_rows, max_bytes, size):
    lines = []
    for row in rows:
        line = io.StringIO(newline="")
        csv.writer(line, lineterminator="\n").writerow(row)
        lines.append(line.getvalue().encode())
    chunks = [b"".join(lines[start : start + size]) for start in range(0, len(lines), size)]

    parts = parts_of([HEADER, *chunks], max_rows=max_rows, max_bytes=max_bytes)

    assert b"".join(part.removeprefix(HEADER) for part in parts) == b"".join(lines)
    assert all(part.startswith(HEADER) for part in parts)


@pytest.mark.parametrize("name", ["engaging-networks", "salesforce"])
def test_the_parts_of_a_large_file_keep_the_limits(name):
    preset, (rules,) = PRESETS[name], RULES[name].values()
    header = ",".join(heading.name for heading in rules.headings).encode() + b"\n"
    cells = {
        "Email Address": f"{'a' * 150}@example.org",
        "Email": "ada@example.org",
        "LastName": "Ada",
        "Email Updates": "Y",
        "Wants_Updates__c": "1",
        "Signature ID": "a" * 26,
        "Signature_ID__c": "a" * 26,
    }
    row = ",".join(cells.get(heading.name, "") for heading in rules.headings).encode() + b"\n"

    parts = parts_of(
        [header, *[row * 500] * 210],
        max_bytes=preset.max_part_bytes,
        max_rows=preset.max_part_rows,
    )

    assert len(parts) == (2 if name == "engaging-networks" else 3)
    assert [fault for part in parts for fault in faults(part, rules)] == []
