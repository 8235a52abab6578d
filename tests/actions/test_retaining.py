"""A year after an action has closed its people are forgotten, and still counted."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.counting import count_signatures
from campaign_actions.actions.models import Action, Signature
from campaign_actions.actions.retaining import forget_closed, months_before
from campaign_actions.core.database import db
from tests.factories import NOON, make_action, make_campaign, make_confirmed, make_signature

YEAR = {"keep_months": 12}
MONTH_AFTER = NOON + timedelta(days=30)


def close(action) -> None:
    db.session.execute(update(Action).where(Action.id == action.id).values(closes_at=MONTH_AFTER))
    db.session.commit()


def statuses() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Signature.status).order_by(Signature.id)))


def test_the_people_under_an_action_long_closed_are_erased_and_stay_counted(app):
    campaign = make_campaign()
    closed, other = (make_action(campaign=campaign, slug=slug) for slug in ("closed", "open"))
    for action in (closed, other):
        make_confirmed(action)
    make_signature(closed)
    close(closed)

    early = forget_closed(MONTH_AFTER + timedelta(days=364), **YEAR)
    due = forget_closed(MONTH_AFTER + timedelta(days=366), **YEAR)
    again = forget_closed(MONTH_AFTER + timedelta(days=366), **YEAR)

    assert (early, due, again) == (0, 2, 0)
    assert statuses() == ["erased", "confirmed", "erased"]
    assert count_signatures(closed.id) == 1


def test_an_action_that_was_opened_again_is_forgotten_after_its_new_end(app):
    action = make_action()
    make_confirmed(action)
    close(action)
    late = MONTH_AFTER + timedelta(days=400)
    forget_closed(late, **YEAR)

    make_confirmed(action)

    assert forget_closed(late, **YEAR) == 1
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
def test_months_are_those_of_the_calendar(day, months, before):
    assert months_before(day, months) == before
