"""Tallies by state: they equal a recount whatever people, staff and the retention period do."""

from datetime import timedelta
from random import Random

import flask_migrate
import pytest
from sqlalchemy import func, select, update

from campaign_actions.actions.counts.states.fold import delete_old_state_quarters, fold_states
from campaign_actions.actions.counts.states.recount import recount_states
from campaign_actions.actions.models import (
    Action,
    Signature,
    StateDay,
    StateQuarter,
)
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate, validate
from campaign_actions.actions.signatures.invalidation.suppress import lift_suppressions
from campaign_actions.actions.signatures.retention import erase_closed
from campaign_actions.actions.signatures.withdraw import erase, erase_withdrawn, withdraw
from campaign_actions.core.db.alembic import init_migrate
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import OutboxMail
from tests.support.batches import mark, undo
from tests.support.factories import NOON, ended, make_action, make_confirmed, make_signature

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def tallied(part="all", **values):
    """The sum of each state that is not zero."""
    db.session.rollback()
    names = ("pending", "confirmed", "withdrawn", "invalid", "gone", "mailed", "kept")
    sums = [func.sum(getattr(StateDay, name)) for name in names]
    row = db.session.execute(select(*sums).filter_by(part=part, **values)).one()
    return {name: int(n) for name, n in zip(names, row, strict=True) if n}


def mark_invalid(signature):
    invalidate(signature, action="a", reason="test", actor="grace@example.org", now=NOON)


def test_each_state_is_tallied_at_the_time_of_signing(app):
    action = make_action()
    make_signature(action)
    make_confirmed(action, source="leaflet")
    withdraw(make_confirmed(action), now=NOON + DAY)
    mark_invalid(make_confirmed(action))
    fold_states(NOON)

    states = tallied()
    at_noon = tallied(day=NOON.date())
    leaflet, page = tallied("source", value="leaflet"), tallied("channel", value="page")

    assert states == {"pending": 1, "confirmed": 1, "withdrawn": 1, "invalid": 1}
    assert at_noon == states
    assert leaflet == {"confirmed": 1}
    assert page == states


def test_erased_and_suppressed_signatures_leave_their_state_and_keep_only_the_hour(app):
    action = make_action()
    make_signature(action, email="pending@example.org")
    make_confirmed(action, email="confirmed@example.org")
    erase_withdrawn_one = make_confirmed(action)
    withdraw(erase_withdrawn_one, now=NOON)
    erase_withdrawn(erase_withdrawn_one, now=NOON)
    suppressed = make_confirmed(action)
    mark_invalid(suppressed)
    withdraw(suppressed, now=NOON)
    for name in ("pending", "confirmed"):
        erase(f"{name}@example.org", now=NOON)
    fold_states(NOON)
    lift_suppressions(NOON + 400 * DAY, suppress_months=12, keep_months=12)
    fold_states(NOON)

    gone, by_country = tallied(), tallied("country")

    assert (gone, by_country) == ({"gone": 4}, {})
    assert recount_states(NOON) == []


def test_a_withdrawal_and_a_new_signature_move_to_the_new_time_and_values(app):
    action = make_action()
    withdraw(make_confirmed(action, email="ada@example.org", country_code="DE"), now=NOON)
    make_signature(action, email="ada@example.org", country_code="FR", now=NOON + DAY)
    fold_states(NOON + DAY)

    yesterday, today = tallied(day=NOON.date()), tallied(day=(NOON + DAY).date())
    germany, france = tallied("country", value="DE"), tallied("country", value="FR")

    assert (yesterday, today, germany, france) == ({}, {"pending": 1}, {}, {"pending": 1})


def test_undoing_an_invalidation_confirms_again(app):
    signature = make_confirmed(make_action())
    mark_invalid(signature)
    validate(signature, action="a", actor="grace@example.org", now=NOON + DAY)
    fold_states(NOON)

    assert tallied() == {"confirmed": 1}


def test_a_batch_in_the_background_and_its_undoing_are_tallied(app):
    action = make_action()
    for source in ("bot", "bot", "leaflet"):
        make_confirmed(action, source=source)
    batch_id = mark(action.id, SignatureFilter(source="bot"), now=NOON + DAY)
    fold_states(NOON)
    marked, bots = tallied(), tallied("source", value="bot")
    undo(batch_id, now=NOON + DAY)
    before = recount_states(NOON)
    fold_states(NOON)

    assert (marked, bots) == ({"confirmed": 1, "invalid": 2}, {"invalid": 2})
    assert tallied(day=NOON.date()) == {"confirmed": 3}
    assert before == recount_states(NOON) == []


def test_a_correction_while_confirming_moves_the_signature_to_its_country(app):
    signature = make_signature(make_action(), country_code="DE")
    confirm(signature, now=NOON, country_code="FR")
    fold_states(NOON)

    assert tallied("country", value="DE") == {}
    assert tallied("country", value="FR") == {"confirmed": 1}


@pytest.mark.parametrize("is_folded", [True, False])
def test_signatures_erased_on_schedule_stay_confirmed(app, is_folded):
    action = make_action()
    make_confirmed(action, source="leaflet")
    make_signature(action)
    if is_folded:
        fold_states(NOON)
    db.session.execute(update(Action).values(ended(NOON + DAY)))
    db.session.commit()
    erase_closed(NOON + timedelta(days=400), keep_months=12)
    before = recount_states(NOON)
    fold_states(NOON)

    assert tallied() == {"confirmed": 1, "gone": 1, "kept": 1}
    assert tallied("source", value="leaflet") == {"confirmed": 1, "kept": 1}
    assert before == recount_states(NOON) == []


def test_an_email_to_confirm_is_tallied_when_it_was_accepted(app):
    action = make_action()
    make_signature(action)
    sent = {"status": "sent", "sent_at": NOON + HOUR, "recipient": None}
    db.session.execute(update(OutboxMail).values(sent))
    db.session.commit()
    fold_states(NOON)

    assert tallied() == {"pending": 1, "mailed": 1}
    assert tallied("country") == {"pending": 1}


def test_random_changes_never_leave_a_mismatch(app):
    random, emails = Random(7), [f"person-{number}@mail.ru" for number in range(12)]
    action = make_action()
    for step in range(150):
        now = NOON + step * HOUR
        email = random.choice(emails)
        db.session.rollback()
        signatures = db.session.scalars(
            select(Signature).where(Signature.email.is_not(None)).order_by(Signature.id)
        ).all()
        make_signature_or_change(random, action, email, signatures, now)
        if step % 20 == 0:
            fold_states(now)
            assert recount_states(now) == []

    before = recount_states(NOON + 150 * HOUR)
    fold_states(NOON + 150 * HOUR)

    assert before == recount_states(NOON + 150 * HOUR) == []


def make_signature_or_change(random, action, email, signatures, now):
    choice = random.randrange(7)
    if choice < 2 or not signatures:
        make_signature(action, email=email, now=now, source=random.choice(["a", "b", None]))
        return
    one = random.choice(signatures)
    change = {
        2: lambda: confirm(one, now=now, country_code=random.choice(["DE", "FR"])),
        3: lambda: confirm(one, now=now),
        4: lambda: withdraw(one, now=now),
        5: lambda: mark_invalid(one),
        6: lambda: random.random() < 0.4 and erase(one.email, now=now),
    }[choice]
    change()


def test_a_wrong_tally_and_a_day_unlike_its_quarters_are_found(app):
    make_confirmed(make_action())
    fold_states(NOON)
    db.session.execute(update(StateDay).filter_by(part="country").values(confirmed=3))
    db.session.commit()

    found = recount_states(NOON)

    assert [(one.part, one.value) for one in found] == [("country", "RU"), ("country", "RU")]
    assert found[0].signatures == "pending 0, confirmed 1, withdrawn 0, invalid 0"
    assert found[0].tallied == "pending 0, confirmed 3, withdrawn 0, invalid 0"


def test_sources_beyond_a_hundred_a_day_are_others(app):
    action = make_action()
    for number in range(103):
        make_signature(action, source=f"s{number}")
    fold_states(NOON)

    assert tallied("source", value="other") == {"pending": 3}
    assert recount_states(NOON) == []


def test_quarters_are_kept_for_forty_days(app):
    make_signature(make_action())
    fold_states(NOON)
    delete_old_state_quarters(NOON + 39 * DAY)
    kept = len(db.session.scalars(select(StateQuarter)).all())
    delete_old_state_quarters(NOON + 40 * DAY)
    db.session.rollback()

    assert (kept, len(db.session.scalars(select(StateQuarter)).all())) == (5, 0)
    assert tallied() == {"pending": 1}


def test_the_migration_tallies_the_signatures_that_are_there(app):
    action = make_action()
    make_confirmed(action, source="leaflet")
    make_signature(action, now=NOON - 60 * DAY)
    fold_states(NOON)
    expected = all_days()

    downgrade_and_upgrade()

    assert all_days() == expected
    assert recount_states(NOON) == []


def all_days():
    db.session.rollback()
    key = StateDay.part, StateDay.day, StateDay.value
    return [tuple(row) for row in db.session.execute(select(StateDay.__table__).order_by(*key))]


def downgrade_and_upgrade():
    flask_migrate.downgrade(init_migrate(), revision="0012")
    flask_migrate.upgrade(init_migrate())
