"""The field for a local date and time never guesses where clocks change."""

from datetime import UTC, datetime

import pytest
from werkzeug.datastructures import MultiDict

from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.datetime_field import LocalDateTime

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


class Times(StaffForm):
    at = LocalDateTime("At")
    needed = LocalDateTime("Needed", required_message="Write it.")
    since = LocalDateTime("Since", widened_to="earlier")
    until = LocalDateTime("Until", widened_to="later")


@pytest.fixture(autouse=True)
def in_berlin(app):
    app.config["TIMEZONE"] = "Europe/Berlin"
    with app.test_request_context("/staff/"):
        yield


def submit(**fields: str) -> Times:
    form = Times(MultiDict({"needed": "2026-01-01T00:00"} | fields))
    form.validate()
    return form


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2026-01-15T09:00", utc(2026, 1, 15, 8)),
        ("2026-07-15T09:00", utc(2026, 7, 15, 7)),
        (" 2026-07-15 09:00 ", utc(2026, 7, 15, 7)),
        ("", None),
    ],
)
def test_input_is_in_the_organisations_time_zone(app, typed, instant):
    field = submit(at=typed).at

    assert (field.data, field.errors, field.typed) == (instant, [], typed.strip())


@pytest.mark.parametrize(
    "typed",
    [
        *("tomorrow", "2026-13-01T00:00", "2026-01-01T00:00Z", "2026-01-01T00:00+03:00"),
        *("0001-01-01T00:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59", "1969-12-31T23:59"),
    ],
)
def test_an_invalid_date_and_time_is_rejected_and_stays_in_the_field(app, typed):
    form = submit(at=typed, since=typed)

    for field in (form.at, form.since):
        assert field.errors == ["Enter a date and time, for example 2026-11-25 14:00."]
        assert (field.data, field.typed) == (None, typed)


def test_a_required_field_must_not_be_empty(app):
    assert submit(needed="").needed.errors == ["Write it."]


def test_a_repeated_value_is_rejected(app):
    form = Times(MultiDict([("at", "2026-01-15T09:00"), ("at", "2026-01-16T09:00")]))
    form.validate()

    assert form.at.errors == [
        "Something went wrong with this answer. Please check it and press the button again."
    ]


def test_a_nonexistent_time_is_rejected_with_the_first_one_after_it(app):
    field = submit(at="2026-03-29T02:30").at

    assert field.data is None
    assert "clocks go forward" in field.errors[0]
    assert "Choose 03:00 or later" in field.errors[0]


@pytest.mark.parametrize("which", ["", "2", "x"])
def test_an_ambiguous_time_is_asked_about(app, which):
    field = submit(at="2026-10-25T02:30", at_which=which).at

    assert (field.data, field.which) == (None, None)
    assert "This time occurs twice" in field.errors[0]
    assert field.instants == (utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30))


@pytest.mark.parametrize(("which", "hour"), [("0", 0), ("1", 1)])
def test_one_of_the_instants_of_an_ambiguous_time_can_be_chosen(app, which, hour):
    field = submit(at="2026-10-25T02:30", at_which=which).at

    assert (field.data, field.errors) == (utc(2026, 10, 25, hour, 30), [])
    assert field.instants, "so that the choice is offered again while other fields are corrected"


def test_the_choice_is_ignored_for_an_unambiguous_time(app):
    assert submit(at="2026-07-15T09:00", at_which="1").at.data == utc(2026, 7, 15, 7)


@pytest.mark.parametrize("hour", [0, 1])
def test_an_instant_survives_being_shown_and_submitted(app, hour):
    instant = utc(2026, 10, 25, hour, 30)
    shown = Times(None, data={"at": instant}).at

    submitted = submit(at=shown.typed, at_which=str(shown.which)).at

    assert (shown.typed, shown.which) == ("2026-10-25T02:30", hour)
    assert submitted.data == instant


def test_an_instant_in_iso_format_is_shown_too(app):
    form = Times(None)
    form.at.process_data("2026-07-15T07:00:00+00:00")

    assert (form.at.typed, form.at.data) == ("2026-07-15T09:00", utc(2026, 7, 15, 7))


def test_a_filter_takes_the_wider_range_instead_of_asking(app):
    twice = submit(since="2026-10-25T02:30", until="2026-10-25T02:30")
    skipped = submit(since="2026-03-29T02:30", until="2026-03-29T02:30")

    assert twice.since.data == utc(2026, 10, 25, 0, 30)
    assert twice.until.data == utc(2026, 10, 25, 1, 30)
    assert {skipped.since.data, skipped.until.data} == {utc(2026, 3, 29, 1)}
    assert not twice.errors
    assert not skipped.errors
