"""What dashboards read: the same as counting the signatures themselves, in any zone and range."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, union_all

from campaign_actions.actions.counts.states.figure_sql import statements_of
from campaign_actions.actions.counts.states.figures import (
    States,
    read_by_action,
    read_figures,
)
from campaign_actions.actions.counts.states.first_days import first_day_of, read_from_first_day
from campaign_actions.actions.counts.states.fold import fold_states, slot_of
from campaign_actions.actions.counts.states.periods import (
    days_between,
    irregular_slots,
    last_days,
    last_hours,
    period_before,
)
from campaign_actions.actions.models import Signature, StateQuarter
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import db
from tests.support.factories import NOON, make_action, make_confirmed, make_signature

DAY = timedelta(days=1)
ZONES = (
    *("UTC", "Asia/Tbilisi", "Asia/Kathmandu", "America/St_Johns", "Europe/Berlin"),
    *("Europe/London", "Pacific/Kiritimati"),
)
NOW = datetime(2026, 10, 30, 13, 20, tzinfo=UTC)  # the clocks in Berlin went back on the 25th


def signatures_over_time(*, days, number=90):
    """Of one action, at any time, in any state."""
    random, action = Random(3), make_action()
    for _number in range(number):
        at = NOW - random.random() * days * DAY
        details = {"now": at, "country_code": random.choice(["DE", "FR"])}
        details["source"] = random.choice(["a", "b", None])
        if random.random() < 0.5:
            make_signature(action, **details)
        elif random.random() < 0.8:
            make_confirmed(action, **details)
        else:
            withdraw(make_confirmed(action, **details), now=at)
    return action


def counted(period, **values):
    """The signatures of each bucket that are confirmed, counted one by one."""
    db.session.rollback()
    rows = db.session.scalars(select(Signature).filter_by(status="confirmed", **values)).all()
    buckets = [0] * len(period.starts)
    for row in rows:
        if (bucket := period.bucket_of(row.signed_at)) is not None:
            buckets[bucket] += 1
    return buckets


@pytest.mark.parametrize("zone", ZONES)
def test_figures_equal_the_signatures_in_every_zone(app, zone):
    app.config["TIMEZONE"] = zone
    action = signatures_over_time(days=35)
    fold_states(NOW)

    for make in (last_hours, partial(last_days, 7), partial(last_days, 28)):
        assert_figures_equal_the_signatures(action, make(NOW, ZoneInfo(zone)))


def assert_figures_equal_the_signatures(action, period):
    figures = read_figures([action.id], period)

    assert [one.confirmed for one in figures.by_time] == counted(period)
    nothing = [0] * len(period.starts)
    assert figures.sources_by_time.get("a", nothing) == counted(period, source="a")
    its_total = sum(counted(period, country_code="DE"))
    assert figures.by_part["country"].get("DE", States()).confirmed == its_total
    assert figures.before + figures.period.confirmed == figures.total.confirmed
    by_action = read_by_action([action.id], period, part="country", value="DE")
    assert by_action.get(action.id, States()).confirmed == its_total


@pytest.mark.parametrize(("zone", "quarters"), [("UTC", 0), ("Asia/Tbilisi", 28 * 4 * 4)])
def test_days_are_read_as_days_and_only_the_rest_by_the_quarter(app, zone, quarters):
    """A day in Tbilisi ends four hours before that of UTC."""
    action = make_action()
    first = slot_of(NOW - 40 * DAY) // 96 * 96
    every = [
        {"action_id": action.id, "part": "all", "slot": slot, "value": "", "confirmed": 1}
        for slot in range(first, slot_of(NOW))
    ]
    db.session.execute(insert(StateQuarter), every)
    db.session.commit()
    period = last_days(28, NOW, ZoneInfo(zone))

    rows = db.session.execute(union_all(*statements_of([action.id], period))).all()

    assert sum(row.confirmed for row in rows if row.kind == "moved") == quarters


def test_long_ranges_are_in_days_of_utc_and_weeks(app):
    action = signatures_over_time(days=120)
    fold_states(NOW)
    zone = ZoneInfo("Asia/Tbilisi")

    long = days_between(date(2026, 6, 1), date(2026, 10, 30), now=NOW, zone=zone)
    older = days_between(date(2026, 7, 1), date(2026, 8, 31), now=NOW, zone=zone)
    recent = days_between(date(2026, 10, 1), date(2026, 10, 5), now=NOW, zone=zone)

    assert [(one.unit, one.zone) for one in (long, older, recent)] == [
        ("week", UTC),
        ("day", UTC),
        ("day", zone),
    ]
    for period in (long, older, recent):
        figures = read_figures([action.id], period)
        assert [one.confirmed for one in figures.by_time] == counted(period)
        assert figures.by_part["country"]["DE"].confirmed == sum(counted(period, country_code="DE"))
    assert first_day_of([action.id]) >= date(2026, 7, 1)


def test_lines_start_at_the_first_day_of_each_campaign(app):
    action = make_action()
    for days in (0, 0, 2):
        make_confirmed(action, now=NOON + days * DAY)
    make_signature(action, now=NOON - DAY)
    fold_states(NOON)

    last = (NOON + 2 * DAY).date()
    assert read_from_first_day({7: [action.id]}, last) == {7: [2, 2, 3]}


def test_lines_go_on_to_today_when_nobody_takes_part(app):
    busy = make_action()
    quiet = make_action(campaign=db.session.get(Campaign, busy.campaign_id), slug="quiet")
    make_confirmed(busy, now=NOON)
    make_confirmed(quiet, now=NOON)
    make_confirmed(busy, now=NOON + 3 * DAY)
    fold_states(NOON)

    found = read_from_first_day({1: [busy.id], 2: [quiet.id]}, (NOON + 3 * DAY).date())

    assert found == {1: [1, 1, 1, 2], 2: [1, 1, 1, 1]}


@pytest.mark.parametrize("zone", ZONES)
def test_the_period_before_has_the_signatures_of_as_many_days(app, zone):
    app.config["TIMEZONE"] = zone
    action = signatures_over_time(days=20)
    fold_states(NOW)

    for make in (last_hours, partial(last_days, 7)):
        period = make(NOW, ZoneInfo(zone))
        earlier = period_before(period, NOW)
        figures = read_figures([action.id], period, earlier=earlier)

        last_moment = period.since - timedelta(microseconds=1)
        assert figures.earlier.confirmed == _between(earlier.since, last_moment)
        assert earlier.days == period.days or period.unit == "hour"


def test_a_period_before_that_is_too_old_begins_in_utc_and_ends_with_the_period(app):
    action = signatures_over_time(days=80, number=200)
    fold_states(NOW)
    period = last_days(28, NOW, ZoneInfo("Asia/Tbilisi"))

    earlier = period_before(period, NOW)
    figures = read_figures([action.id], period, earlier=earlier)

    assert earlier.since == datetime(2026, 9, 5, tzinfo=UTC)
    assert earlier.until == period.since
    last_moment = period.since - timedelta(microseconds=1)
    assert figures.earlier.confirmed == _between(earlier.since, last_moment) > 0


def _between(since, until):
    db.session.rollback()
    rows = db.session.scalars(select(Signature).filter_by(status="confirmed")).all()
    return sum(since <= row.signed_at <= until for row in rows)


def test_a_rate_needs_someone_and_forms_include_all_states(app):
    action = make_action()
    empty = read_figures([action.id], last_days(7, NOON, UTC))
    make_confirmed(action)
    make_signature(action)
    withdraw(make_signature(action), now=NOON)
    fold_states(NOON)

    figures = read_figures([action.id], last_days(7, NOON, UTC))

    assert (empty.period.rate, empty.period.forms) == (None, 0)
    assert (figures.period.rate, figures.period.forms, figures.period.gone) == (50, 3, 1)


def test_slots_are_evened_out_where_the_clocks_change():
    assert irregular_slots([0, 96, 196, 292]) == (96, [(192, -4)])
    assert irregular_slots([0, 96, 188, 284]) == (96, [(188, 4)])
