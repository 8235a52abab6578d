"""Numbers, dates and units are in the language of the page."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import g

from campaign_actions.core.i18n.formatting import (
    age,
    date_long,
    datetime_utc,
    day_short,
    local_time,
    megabytes,
    number,
    percent,
)
from campaign_actions.core.i18n.timezones import datetime_here, datetime_public, day_public

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
FIRST = datetime(2026, 11, 1, 9, 5, tzinfo=UTC)


@pytest.fixture
def page_in(app):
    @contextmanager
    def page(locale: str) -> Iterator[None]:
        with app.test_request_context("/"):
            g.locale = locale
            yield

    return page


@pytest.mark.parametrize(
    ("locale", "texts"),
    [
        ("en", ("12.5%", "1,234", "12,345", "10 MB")),
        ("ru", ("12,5\xa0%", "1\xa0234", "12\xa0345", "10 МБ")),
        ("fr", ("12,5\xa0%", "1\u202f234", "12\u202f345", "10\u202fMo")),
        ("es", ("12,5\xa0%", "1234", "12.345", "10 MB")),
        ("ar", ("12.5%", "1,234", "12,345", "10 م.ب")),
    ],
)
def test_numbers_have_the_separators_and_signs_of_the_language(page_in, locale, texts):
    with page_in(locale):
        formatted = (percent(12.5), number(1234), number(12345), megabytes(10))

    assert tuple(text.replace("\u200e", "").replace("\u200f", "") for text in formatted) == texts


@pytest.mark.parametrize(
    ("locale", "day"),
    [
        ("en", "1 November 2026"),
        ("fr", "1er novembre 2026"),
        ("it", "1º novembre 2026"),
        ("pt-BR", "1º de novembro de 2026"),
        ("pt-PT", "1 de novembro de 2026"),
        ("es", "1 de noviembre de 2026"),
        ("ar", "1 نوفمبر 2026"),
    ],
)
def test_the_first_of_a_month_is_written_as_in_the_language(page_in, locale, day):
    with page_in(locale):
        assert date_long(FIRST) == day
        assert datetime_utc(FIRST).startswith(day)
        assert datetime_here(FIRST).startswith(day)
        assert datetime_public(FIRST).startswith(day)
        assert day_public(FIRST) == day


def test_other_days_with_a_one_are_left_alone(page_in):
    with page_in("fr"):
        assert date_long(datetime(2026, 1, 11, tzinfo=UTC)) == "11 janvier 2026"
        assert day_short(date(2026, 11, 21)) == "21 nov."
        assert day_short(date(2026, 11, 1)) == "1er nov."


def test_a_moment_has_the_day_of_its_own_time_zone(page_in):
    here = datetime(2026, 11, 2, 22, tzinfo=UTC)
    there = here.astimezone(ZoneInfo("Asia/Tbilisi"))

    with page_in("en"):
        assert [date_long(here), date_long(there)] == ["2 November 2026", "3 November 2026"]


def test_arabic_has_its_own_comma_between_day_and_time(page_in):
    with page_in("ar"):
        formatted = [
            show(FIRST) for show in (datetime_utc, local_time, datetime_here, datetime_public)
        ]

    assert all("، " in text and ", " not in text for text in formatted)


def test_a_constant_in_a_template_is_written_in_the_language_of_each_page(app, page_in):
    page = app.jinja_env.from_string("{{ 1048575|number }}{% set n = 1048575|number %} {{ n }}")

    shown = []
    for locale in ("en", "ru"):
        with page_in(locale):
            shown.append(page.render())

    assert shown == ["1,048,575 1,048,575", "1\u00a0048\u00a0575 1\u00a0048\u00a0575"]


def test_an_age_of_seconds_is_less_than_a_minute(page_in):
    with page_in("en"):
        assert age(timedelta(seconds=35)) == "less than a minute"
        assert age(timedelta(hours=3)) == "3 hours"
