"""A file of a preset has the same bytes, whichever database stores the signatures."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign_actions.disclosures.presets import PRESETS

FILES = [
    pytest.param(file, id=f"{preset.name}/{file.name}")
    for preset in PRESETS.values()
    for file in preset.files
]
NASTY = [
    *["", " ", "\\", "\\.", "\\N", "NULL", "%", "%s", '"', '"a"', ",", "a,b", ";", "'", "''=1"],
    *["=1+1", "'=1", "+7 900", "-", "@a", "＝1", "|a", "a\tb", "a\nb", "a\r\nb", "\r"],
    *["Анна-Мария", "ندى", "שלום", "İı", "é", "👩‍👩‍👧", "\u2028\x85\ufeff"],
    *["я" * n for n in (39, 40, 63, 64, 79, 80, 200)],
    *["=" * n for n in (39, 40, 64, 80, 200)],
    *['"' * 200, "𝕬" * 200, "e\u0301" * 100, "a" * 38 + "👩‍👧"],
]
EARLIEST = datetime(1900, 1, 1)  # noqa: DTZ001 - the strategy adds the zone
NAMES = st.none() | st.text("\"'=+-@,;\r\n\t яندى👩", max_size=200)
PEOPLE = st.fixed_dictionaries(
    {"given_name": NAMES, "family_name": NAMES},
    optional={
        "country_code": st.sampled_from(["RU", "EG", "XK"]),
        "signed_at": st.datetimes(min_value=EARLIEST, timezones=st.just(UTC)),
        "wants_updates": st.booleans(),
    },
)


@pytest.mark.parametrize("file", FILES)
def test_both_databases_give_the_same_bytes(write_in_both, file):
    people = [{"given_name": name, "family_name": name} for name in NASTY]
    people += [{"given_name": name, "family_name": None} for name in NASTY]

    sqlite, postgresql = write_in_both(file, people)

    assert sqlite == postgresql
    assert sqlite.count(b"@example.org") >= len(people)


@pytest.mark.parametrize("file", FILES)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(people=st.lists(PEOPLE, min_size=1, max_size=6))
def test_any_people_give_the_same_bytes(write_in_both, file, people):
    sqlite, postgresql = write_in_both(file, people)

    assert sqlite == postgresql
