"""Counts by quarter of an hour, for the small charts of campaigns."""

from datetime import timedelta

import flask_migrate
from sqlalchemy import func, select

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.quarters import (
    QUARTERS_KEPT,
    daily_counts,
    delete_old_quarters,
)
from campaign_actions.actions.models import QuarterCount
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.core.db.alembic import init_migrate
from campaign_actions.core.db.session import db, utc_now
from tests.support.factories import NOON, make_action, make_confirmed

DAY = timedelta(days=1)


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
