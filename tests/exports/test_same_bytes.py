"""The same data gives the same bytes, whichever database stores it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NASTY = [
    *[
        "",
        " ",
        " lead",
        "trail ",
        "\\",
        "\\.",
        "\\n",
        "a\n\\.\nb",
        "NULL",
        "null",
        "\\N",
        "%",
        "%s",
    ],
    *[
        '"',
        '""',
        '"a"',
        ",",
        "a,b",
        ";",
        "\n",
        "\r",
        "\r\n",
        "a\rb",
        "\t",
        "a\tb",
        "\x01\x02\x1f\x7f",
    ],
    *["'", "''", "'a'", "=1+1", "'=1+1", "''=1", '\'="x"', "+7 900", "-", "@a", "＝1", "－1", "|a"],
    *["a;=1;", "a\n'=", "\t\t='", 'a,;";"=1'],
    *["👩‍👩‍👧", "Анна-Мария", "ندى", "שלום", "O’Neil", "İı", "é", "\u2028\u2029\x85\ufeff", "𝕬"],
    *["long " * 5000, "я" * 20_000, "'" * 300 + "="],
]
TIMES = [datetime(2026, 11, 24, 14, tzinfo=UTC), datetime(1999, 1, 2, 3, 4, 5, 678900, tzinfo=UTC)]
ROWS = st.fixed_dictionaries(
    {},
    optional={
        "comment": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
        | st.text("'\"=+-@＝＋－＠|%\t\r\n,;\\. aя"),
        "code": st.text("\"',=\r\n-aя"),
        "version": st.integers(-10, 10**9),
        "is_shown": st.booleans(),
        "signed_at": st.datetimes(timezones=st.just(UTC)),
    },
)


@pytest.mark.parametrize("name", ["csv", "jsonl"])
@pytest.mark.parametrize("raw", [False, True])
def test_both_databases_give_the_same_bytes(export_from_both, name, raw):
    rows = [{"comment": text, "code": text} for text in NASTY]
    rows += [{"is_shown": True, "signed_at": TIMES[0]}, {"is_shown": False, "version": 0}, {}]
    rows += [{"signed_at": TIMES[1] + timedelta(microseconds=n)} for n in range(3)]

    sqlite, postgresql = export_from_both(name, rows, raw=raw)

    assert sqlite == postgresql


@pytest.mark.parametrize("name", ["csv", "jsonl"])
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(ROWS, max_size=8))
def test_any_rows_give_the_same_bytes(export_from_both, name, rows):
    sqlite, postgresql = export_from_both(name, rows)

    assert sqlite == postgresql
