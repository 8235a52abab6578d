"""Updates that are sent at a time: they start then, once, and say why if they cannot."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from campaign_actions.core.switches.state import Switch
from campaign_actions.staff.dual_control import apply_alone
from campaign_actions.updates import schedule, send
from campaign_actions.updates.draft import NotADraft, TextsChanged, fingerprint, save_draft
from campaign_actions.updates.guarded_send import SendUpdate
from tests.support.concurrency import run_concurrently
from tests.support.factories import NOON, make_action, make_staff, make_update
from tests.support.switches import off, on
from tests.support.updates import (
    WHO,
    make_recipients,
    make_update_for,
    queue_all,
    queued_emails,
    reload_update,
    start_update,
)

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
EMAIL = Switch("email")


def plan(update, at=NOON + HOUR, *, by=None):
    """Set a time as the page does, on the decision of one person."""
    by = by or make_staff("campaigner", email="grace@example.org", name="Grace")
    operation = SendUpdate(
        campaign=update.action.campaign_id,
        action="racism/hate-crimes",
        update=update.id,
        seen_texts=fingerprint(db.session.connection(), update.id),
        at=at.isoformat() if at else "",
        staff_id=by.id,
    )
    apply_alone(operation, actor=by.email, now=NOON)
    return by


def events():
    db.session.rollback()
    found = select(AuditEntry.event, AuditEntry.actor).where(AuditEntry.event.like("update-%"))
    return [tuple(row) for row in db.session.execute(found.order_by(AuditEntry.id))]


def test_it_starts_at_its_time_and_not_before(app):
    update = make_update_for(2)
    plan(update)

    schedule.start_due(NOON + HOUR - MINUTE)
    before = reload_update(update).status
    schedule.start_due(NOON + HOUR)
    queue_all(NOON + HOUR)

    assert before == "scheduled"
    assert len(queued_emails(update)) == 2
    assert reload_update(update).started_at == NOON + HOUR
    who = "grace@example.org"
    assert events() == [("update-scheduled", who), ("update-sent", who)]


def test_people_who_confirm_before_its_time_get_it(app):
    action = make_action()
    make_recipients(action, 1)
    update = make_update(action)
    plan(update)

    make_recipients(action, 1, now=NOON + MINUTE)
    schedule.start_due(NOON + HOUR)

    assert reload_update(update).recipients == 2


def test_two_workers_start_it_once(app):
    update = make_update_for(1)
    plan(update)

    run_concurrently(app, *[lambda: schedule.start_due(NOON + HOUR)] * 4)

    assert [event for event, _who in events()].count("update-sent") == 1
    assert reload_update(update).status == "sending"


def test_one_that_is_taken_back_is_a_draft_again(app):
    update = make_update_for(1)
    plan(update)

    schedule.unschedule(update.id, now=NOON, **WHO)
    schedule.start_due(NOON + HOUR)

    assert reload_update(update).status == "draft"


def test_one_that_has_begun_cannot_be_taken_back(app):
    update = make_update_for(1)
    plan(update)
    schedule.start_due(NOON + HOUR)

    with pytest.raises(NotADraft):
        schedule.unschedule(update.id, now=NOON, **WHO)


def test_a_new_time_replaces_the_old_one(app):
    update = make_update_for(1)
    by = plan(update)

    plan(update, NOON + 2 * HOUR, by=by)
    schedule.start_due(NOON + HOUR)
    before = reload_update(update).status
    schedule.start_due(NOON + 2 * HOUR)

    assert (before, reload_update(update).status) == ("scheduled", "sending")


def test_the_texts_of_a_scheduled_update_cannot_be_changed(app):
    update = make_update_for(1)
    plan(update)

    with pytest.raises(NotADraft):
        save_draft(update.id, {"en": ("New", "New")}, seen="", now=NOON, **WHO)


def test_a_text_that_has_changed_is_not_scheduled(app):
    update = make_update_for(1)
    by = make_staff("campaigner")
    seen = fingerprint(db.session.connection(), update.id)
    save_draft(update.id, {"en": ("New", "New")}, seen=seen, now=NOON, **WHO)
    operation = SendUpdate(1, "racism/hate-crimes", update.id, seen, "", by.id)

    with pytest.raises(TextsChanged):
        apply_alone(operation, actor=by.email, now=NOON)

    assert reload_update(update).status == "draft"


def test_it_waits_while_emails_are_off(app):
    update = make_update_for(1)
    plan(update)
    off(EMAIL)

    schedule.start_due(NOON + HOUR)
    waiting = reload_update(update).status
    on(EMAIL, NOON + 2 * HOUR)
    schedule.start_due(NOON + 2 * HOUR)

    assert (waiting, reload_update(update).status) == ("scheduled", "sending")


def test_it_waits_for_another_update_to_the_same_people(app):
    action = make_action()
    make_recipients(action, 1)
    first, second = make_update(action), make_update(action)
    plan(second)
    start_update(first)

    schedule.start_due(NOON + HOUR)
    waiting = reload_update(second).status
    send.stop(first.id, now=NOON + HOUR, **WHO)
    schedule.start_due(NOON + HOUR)

    assert (waiting, reload_update(second).status) == ("scheduled", "sending")


def test_without_anyone_left_to_get_it_it_is_a_draft_that_says_so(app):
    action = make_action()
    make_recipients(action, 1, country_code="DE")
    update = make_update(action, filter=SignatureFilter(country="DE").filter())
    plan(update)
    db.session.execute(type(update).__table__.update().values(filter={"country": "FR"}))
    db.session.commit()

    schedule.start_due(NOON + HOUR)

    found = reload_update(update)
    assert (found.status, found.returned_at, found.returned_why) == (
        "draft",
        NOON + HOUR,
        "checks",
    )
    assert events()[-1] == ("update-returned", "command")


def test_a_person_who_may_no_longer_send_updates_sends_none(app):
    update = make_update_for(1)
    by = plan(update)
    by.active = False
    db.session.commit()

    schedule.start_due(NOON + HOUR)

    found = reload_update(update)
    assert (found.status, found.returned_why) == ("draft", "rights")
