"""New participants of a day: the days of any time zone, by the time at which forms were sent."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from campaign_actions.actions.counts.new_signatures import new_signatures
from campaign_actions.actions.counts.states.figures import read_figures
from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.actions.counts.states.periods import days_between, first_moment, last_days
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.withdraw import withdraw
from tests.support.factories import NOON, make_action, make_confirmed, make_signature

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def figures(*actions, now=NOON, zone="UTC"):
    fold_states(now)
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    return new_signatures(
        [action.id for action in actions],
        week_at=first_moment(today - 6 * DAY, place),
        yesterday_at=first_moment(today - DAY, place),
        today_at=first_moment(today, place),
        now=now,
    )


def test_today_and_yesterday_are_days_of_the_zone(app):
    app.config["TIMEZONE"] = "Asia/Kathmandu"
    action = make_action()
    midnight_in_nepal = datetime(2026, 11, 19, 18, 15, tzinfo=UTC)  # 00:00 on the 20th, at +05:45
    make_confirmed(action, now=midnight_in_nepal)
    make_confirmed(action, now=midnight_in_nepal - MINUTE)

    here, there = figures(action), figures(action, zone="Asia/Kathmandu")

    assert (here.today, here.yesterday) == (0, 2)
    assert (there.today, there.yesterday) == (1, 1)


def test_a_form_confirmed_on_the_next_day_counts_on_its_own_as_on_dashboards(app):
    action = make_action()
    confirm(make_signature(action, now=NOON - DAY), now=NOON)

    found = figures(action)

    yesterday = (NOON - DAY).date()
    period = days_between(yesterday, yesterday, now=NOON, zone=UTC)
    assert (found.today, found.yesterday) == (0, 1)
    assert read_figures([action.id], period).period.confirmed == found.yesterday


def test_yesterday_by_then_ends_with_the_hour_of_the_tallies(app):
    action = make_action()
    for minutes in (-1, 1, 61):
        make_confirmed(action, now=NOON - DAY + minutes * MINUTE)

    found = figures(action, now=NOON + 70 * MINUTE)

    assert (found.yesterday, found.yesterday_by_then) == (3, 2)
    assert found.then == NOON - DAY + 60 * MINUTE


def test_a_withdrawal_is_subtracted_from_the_day_of_the_form(app):
    action = make_action()
    make_confirmed(action, now=NOON - DAY)
    withdraw(make_confirmed(action, now=NOON - DAY), now=NOON)

    found = figures(action)

    assert (found.today, found.yesterday) == (0, 1)


def test_the_confirmation_rate_is_that_of_the_dashboard_of_seven_days(app):
    action = make_action()
    for days in (2, 8):
        make_confirmed(action, now=NOON - days * DAY)
        make_signature(action, now=NOON - (days - 1) * DAY)

    found = figures(action)

    assert (found.confirmed_in_week, found.pending_in_week) == (1, 1)
    rate = read_figures([action.id], last_days(7, NOON, UTC)).period.rate
    assert found.confirmation_rate == rate == 50


def test_without_participants_there_is_no_rate(app):
    assert figures(make_action()).confirmation_rate is None
