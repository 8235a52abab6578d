"""Local times are never guessed where clocks change."""

from datetime import UTC, datetime, timedelta

import pytest

from campaign_actions import create_app
from campaign_actions.config import WrongSetting
from campaign_actions.core.i18n.formatting import local_time, short_time
from campaign_actions.core.i18n.timezones import (
    LOCAL_FORMAT,
    AmbiguousTime,
    NonexistentTime,
    city_of,
    datetime_here,
    local_input,
    time_brief,
    to_utc,
    use_timezone,
)
from tests.support.app import SETTINGS

HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.strptime(text, LOCAL_FORMAT)  # noqa: DTZ007 - local


@pytest.fixture(autouse=True)
def in_berlin(app):
    app.config["TIMEZONE"] = "Europe/Berlin"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-01-15T09:00", "2026-01-15T08:00"),
        ("2026-07-15T09:00", "2026-07-15T07:00"),
        ("2026-03-29T01:59", "2026-03-29T00:59"),
        ("2026-03-29T03:00", "2026-03-29T01:00"),
        ("2026-10-25T01:59", "2026-10-24T23:59"),
        ("2026-10-25T03:00", "2026-10-25T02:00"),
    ],
)
def test_a_local_time_is_converted_to_utc(app, text, utc):
    assert to_utc(local(text)) == local(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("text", ["2026-03-29T02:00", "2026-03-29T02:59"])
def test_a_nonexistent_time_is_rejected_with_the_first_one_after_it(app, text):
    with pytest.raises(NonexistentTime) as caught:
        to_utc(local(text))

    assert f"{caught.value.first:%H:%M}" == "03:00"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("text", ["2026-10-25T02:00", "2026-10-25T02:59"])
def test_an_ambiguous_time_is_rejected_unless_one_is_chosen(app, text):
    with pytest.raises(AmbiguousTime) as caught:
        to_utc(local(text))

    earlier, later = caught.value.earlier, caught.value.later
    assert later - earlier == HOUR
    assert (to_utc(local(text), which=0), to_utc(local(text), which=1)) == (earlier, later)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_an_instant_is_shown_in_the_organisations_time_zone(app):
    instant = datetime(2026, 7, 15, 7, tzinfo=UTC)

    with app.test_request_context("/en/"):
        shown = datetime_here(instant)

    assert (local_input(instant), local_input(None)) == ("2026-07-15T09:00", "")
    assert "15 July 2026" in shown
    assert "09:00 (Berlin)" in shown


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("language", "city"), [("en", "Berlin"), ("ru", "Берлин"), ("ar", "برلين")]
)
def test_a_time_zone_is_named_after_its_city_in_the_readers_language(app, language, city):
    with app.test_request_context(f"/{language}/"):
        shown = datetime_here(datetime(2026, 7, 15, 7, tzinfo=UTC))

        assert f"({city})" in shown
        assert city_of("UTC") == "UTC"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_only_outside_lists_does_a_time_have_the_organisation_s_beside_it(app):
    with app.test_request_context("/en/"):
        use_timezone("Asia/Tbilisi")
        assert short_time(NOON) == "20 Nov 2026, 16:00"
        assert local_time(NOON) == "20 Nov 2026, 16:00 · 13:00 (Berlin)"


def test_an_unknown_time_zone_is_rejected_at_startup(tmp_path, monkeypatch):
    monkeypatch.setenv("CAMPAIGN_ACTIONS_INSTANCE", str(tmp_path))

    with pytest.raises(WrongSetting, match="TIMEZONE"):
        create_app(SETTINGS | {"TIMEZONE": "Europe/Nowhere"})


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("ago", "shown"),
    [
        (timedelta(hours=1), "12:00"),
        (timedelta(days=1), "Thu 13:00"),
        (timedelta(days=7), "13 Nov 2026"),
        (timedelta(days=-1), "21 Nov 2026"),
    ],
)
def test_a_time_is_as_short_as_it_can_be_understood(app, ago, shown):
    with app.test_request_context("/"):
        assert time_brief(NOON - ago, now=NOON) == shown
