"""Counts by quarter of an hour: a day of any time zone is a sum of them, and no signature is read."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import flask_migrate
from sqlalchemy import func, select

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.new_signatures import new_signatures
from campaign_actions.actions.counts.quarters import (
    QUARTERS_KEPT,
    Span,
    count_confirmed,
    daily_counts,
    delete_old_quarters,
)
from campaign_actions.actions.models import TO_EXPIRE, TO_REMIND, QuarterCount
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.core.db.alembic import init_migrate
from campaign_actions.core.db.session import db, utc_now
from tests.support.factories import NOON, make_action, make_confirmed, make_signature

DAY = timedelta(days=1)
FIRST_DUE = {TO_REMIND: timedelta(hours=48), TO_EXPIRE: timedelta(days=30)}


def figures(*actions, now=NOON, zone="UTC"):
    midnight = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return new_signatures(
        [action.id for action in actions],
        yesterday_at=(midnight - DAY).astimezone(UTC),
        today_at=midnight.astimezone(UTC),
        now=now,
        first_due=FIRST_DUE,
    )


def test_today_and_yesterday_are_days_of_the_zone(app):
    action = make_action()
    midnight_in_nepal = datetime(2026, 11, 19, 18, 15, tzinfo=UTC)  # 00:00 on the 20th, at +05:45
    make_confirmed(action, now=midnight_in_nepal)
    make_confirmed(action, now=midnight_in_nepal - timedelta(minutes=1))
    fold()

    here, there = figures(action), figures(action, zone="Asia/Kathmandu")

    assert (here.today, here.yesterday) == (0, 2)
    assert (there.today, there.yesterday) == (1, 1)


def test_yesterday_by_now_ends_with_the_quarter_of_an_hour(app):
    action = make_action()
    for minutes in (-1, 1, 16):
        make_confirmed(action, now=NOON - DAY + timedelta(minutes=minutes))
    fold()

    found = figures(action, now=NOON + timedelta(minutes=20))

    assert (found.yesterday, found.yesterday_by_now) == (3, 2)


def test_a_withdrawal_is_subtracted_from_the_quarter_of_its_confirmation(app):
    action = make_action()
    make_confirmed(action, now=NOON - DAY)
    withdraw(make_confirmed(action, now=NOON - DAY), now=NOON)
    fold()

    found = figures(action)

    assert (found.today, found.yesterday) == (0, 1)


def test_a_span_ends_before_its_last_moment(app):
    action = make_action()
    make_confirmed(action, now=NOON)
    fold()

    found = count_confirmed(
        [action.id], {"before": Span(NOON - DAY, NOON), "after": Span(NOON, NOON + DAY)}
    )

    assert found == {action.id: {"before": 0, "after": 1}}


def test_the_confirmation_rate_is_that_of_the_last_week(app):
    action = make_action()
    make_confirmed(action, now=NOON - 2 * DAY)
    make_confirmed(action, now=NOON - 8 * DAY)
    make_signature(action, now=NOON - DAY)
    make_signature(action, now=NOON - 8 * DAY)
    fold()

    found = figures(action)

    assert (found.confirmed_in_week, found.pending_in_week) == (1, 1)
    assert found.confirmation_rate == 50


def test_without_participants_there_is_no_rate(app):
    assert figures(make_action()).confirmation_rate is None


def test_the_days_of_an_action_end_today(app):
    action = make_action()
    make_confirmed(action, now=NOON)
    make_confirmed(action, now=NOON - 2 * DAY)
    make_confirmed(action, now=NOON - 9 * DAY)
    fold()

    assert daily_counts([action.id], days=3, today=NOON.date()) == {action.id: [1, 0, 1]}


def test_old_quarters_are_deleted_and_not_written_again(app):
    action = make_action()
    signature = make_confirmed(action, now=NOON - QUARTERS_KEPT)
    make_confirmed(action, now=NOON)
    fold()

    delete_old_quarters(NOON)
    withdraw(signature, now=NOON)
    fold()

    days = db.session.scalars(select(QuarterCount.day)).all()
    assert days == [NOON.date()]


def test_an_upgrade_counts_the_last_weeks(app):
    action = make_action()
    make_confirmed(action, now=utc_now() - DAY)
    make_confirmed(action, now=utc_now() - 60 * DAY)
    fold()
    db.session.expunge_all()

    flask_migrate.downgrade(init_migrate(), revision="0002")
    flask_migrate.upgrade(init_migrate())

    assert db.session.scalar(select(func.sum(QuarterCount.confirmed))) == 1
