"""A year after an action has closed, its signatures are erased and stay counted."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.actions.counts.queries import count_signatures
from campaign_actions.actions.models import Action, Signature
from campaign_actions.actions.signatures.retention import erase_closed, months_before
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.publishing.close import close_action
from tests.support.factories import (
    LONG_AGO,
    NOON,
    ended,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
    make_staff,
)
from tests.support.staff_client import log_in
from tests.support.staff_forms import send

YEAR = {"keep_months": 12}
MONTH_AFTER = NOON + timedelta(days=30)


def close(action) -> None:
    db.session.execute(update(Action).where(Action.id == action.id).values(ended(MONTH_AFTER)))
    db.session.commit()


def statuses() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Signature.status).order_by(Signature.id)))


def test_a_year_after_closing_signatures_are_erased_and_stay_counted(app):
    campaign = make_campaign()
    closed, other = (make_action(campaign=campaign, slug=slug) for slug in ("closed", "open"))
    for action in (closed, other):
        make_confirmed(action)
    make_signature(closed)
    close(closed)

    early = erase_closed(MONTH_AFTER + timedelta(days=364), **YEAR)
    due = erase_closed(MONTH_AFTER + timedelta(days=366), **YEAR)
    again = erase_closed(MONTH_AFTER + timedelta(days=366), **YEAR)

    assert (early, due, again) == (0, 2, 0)
    assert statuses() == ["erased", "confirmed", "erased"]
    assert count_signatures(closed.id) == 1


def test_the_audit_log_records_the_action_and_the_number_of_erased_signatures(app):
    action = make_action()
    for _number in range(2):
        make_confirmed(action)
    close(action)
    due = MONTH_AFTER + timedelta(days=366)
    before = set(db.session.scalars(select(AuditEntry.id)))

    for _round in range(2):
        erase_closed(due, **YEAR)

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.id.not_in(before))).one()
    assert (entry.event, entry.actor, entry.subject) == ("erased", "command", "racism/hate-crimes")
    assert (entry.rows, entry.at) == (2, due)
    until = months_before(due, 12).isoformat()
    assert entry.details == {"action_id": action.id, "until": until}


def test_unpublishing_an_action_and_setting_an_end_in_the_past_erases_nobody(client):
    action = make_action()
    for _number in range(2):
        make_confirmed(action)
    log_in(client, make_staff("campaigner", tf_primary_method="authenticator"))
    campaign = f"/staff/campaigns/{action.campaign_id}"

    send(client, f"{campaign}/unpublish/")
    assert db.session.scalars(select(Action.published_at)).all() == [None]
    send(client, f"{campaign}/actions/{action.id}/edit/", closes_at="1999-01-01T00:00")
    erased = erase_closed(utc_now(), **YEAR)

    assert (erased, statuses()) == (0, ["confirmed", "confirmed"])
    assert db.session.scalars(select(Action.closes_at)).all() == [None]


def test_the_database_rejects_an_end_without_the_start_of_the_retention_period(app):
    action = make_action()
    close_action(action.campaign_id, action.id, at=MONTH_AFTER, actor="grace@example.org", now=NOON)
    before = MONTH_AFTER - timedelta(days=1)
    for values in (
        {"closes_at": MONTH_AFTER + timedelta(days=1)},
        {"closes_at": None},
        {"retain_from": None},
        {"retain_from": before},
    ):
        with pytest.raises(IntegrityError):
            db.session.execute(update(Action).values(values))
        db.session.rollback()


def test_the_retention_period_of_an_end_in_the_past_starts_when_it_was_set(app):
    action = make_action()
    make_confirmed(action)
    late = {"closes_at": LONG_AGO - timedelta(days=9000), "retain_from": NOON}
    db.session.execute(update(Action).values(late))
    db.session.commit()

    early = erase_closed(NOON + timedelta(days=364), **YEAR)
    due = erase_closed(NOON + timedelta(days=366), **YEAR)

    assert (early, due) == (0, 1)


def test_signatures_added_after_an_erasure_are_erased_too(app):
    action = make_action()
    make_confirmed(action)
    close(action)
    late = MONTH_AFTER + timedelta(days=400)
    erase_closed(late, **YEAR)

    make_confirmed(action)

    assert erase_closed(late, **YEAR) == 1
    assert statuses() == ["erased", "erased"]


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (datetime(2026, 11, 24, tzinfo=UTC), 12, datetime(2025, 11, 24, tzinfo=UTC)),
        (datetime(2026, 1, 31, tzinfo=UTC), 2, datetime(2025, 11, 30, tzinfo=UTC)),
        (datetime(2028, 2, 29, tzinfo=UTC), 12, datetime(2027, 2, 28, tzinfo=UTC)),
        (datetime(2026, 3, 1, tzinfo=UTC), 0, datetime(2026, 3, 1, tzinfo=UTC)),
    ],
)
def test_months_are_calendar_months(day, months, before):
    assert months_before(day, months) == before
