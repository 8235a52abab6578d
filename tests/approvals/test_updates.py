"""An update that a second person has to approve: who may, and what makes a new approval necessary."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions.approvals.decide import PersonNoLongerAllowed, approve
from campaign_actions.approvals.queries import find_pending, updates_to_approve
from campaign_actions.approvals.request import OwnRequest, cancel_outdated, request_approval
from campaign_actions.audit.log import COMMAND
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from campaign_actions.staff.dual_control import SecondPersonNeeded, SetDualControl, apply_alone
from campaign_actions.updates.draft import TextsChanged, fingerprint, save_draft
from campaign_actions.updates.guarded_send import SendUpdate
from campaign_actions.updates.schedule import start_due
from tests.support.approvers import state_of
from tests.support.factories import NOON, make_staff
from tests.support.updates import WHO, make_update_for, reload_update

HOUR = timedelta(hours=1)


@pytest.fixture
def update(app):
    return make_update_for(2)


@pytest.fixture
def people(app):
    return [make_staff("campaigner", email=f"{name}@example.org") for name in ("ada", "bea", "cyd")]


def want_approval(is_wanted=True, mode="on"):
    apply_alone(SetDualControl(mode, for_updates=is_wanted), actor=COMMAND, now=NOON)


def sending(update, by, *, at="", authors=()):
    return SendUpdate(
        campaign=update.action.campaign_id,
        action="racism/hate-crimes",
        update=update.id,
        seen_texts=fingerprint(db.session.connection(), update.id),
        at=at,
        staff_id=by.id,
        author_ids=tuple(one.id for one in authors),
    )


def ask(update, by, **details):
    return request_approval(sending(update, by, **details), by=by, reason="News", now=NOON)


@pytest.mark.parametrize(("is_wanted", "mode"), [(False, "on"), (True, "off")])
def test_without_the_setting_one_person_is_enough(update, people, is_wanted, mode):
    want_approval(is_wanted, mode)

    apply_alone(sending(update, people[0]), actor=people[0].email, now=NOON)

    assert reload_update(update).status == "scheduled"


def test_with_the_setting_one_person_is_refused(update, people):
    want_approval()

    with pytest.raises(SecondPersonNeeded):
        apply_alone(sending(update, people[0]), actor=people[0].email, now=NOON)

    assert reload_update(update).status == "draft"


def test_the_command_shows_the_text_as_plain_emails_do(app, update, people):
    want_approval()
    number = ask(update, people[0])

    shown = app.test_cli_runner().invoke(args=["staff", "approve", str(number)], input="n\n").output

    assert "  English: The law has passed\n\nIt *passed* today.\n" in shown


def test_the_mode_can_change_without_the_setting(app):
    want_approval()
    apply_alone(SetDualControl("auto"), actor=COMMAND, now=NOON)

    assert SetDualControl("on").seen(db.session.connection()) == {
        "mode": "auto",
        "for_updates": True,
    }


def test_once_approved_it_is_sent_at_its_time(update, people):
    want_approval()
    number = ask(update, people[0], at=(NOON + HOUR).isoformat())

    approve(number, by=people[1], note="", now=NOON)
    start_due(NOON + HOUR)

    assert (state_of(number), reload_update(update).status) == ("done", "sending")
    found = db.session.scalars(select(AuditEntry).filter_by(event="update-scheduled")).one()
    assert (found.actor, found.details["approved_by"]) == ("ada@example.org", "bea@example.org")


def test_approved_too_late_it_is_sent_at_once(update, people):
    want_approval()
    number = ask(update, people[0], at=(NOON + HOUR).isoformat())

    approve(number, by=people[1], note="", now=NOON + 2 * HOUR)

    assert reload_update(update).send_at == NOON + 2 * HOUR


def test_nobody_approves_their_own_request_or_what_they_wrote(update, people):
    ada, bea, cyd = people
    want_approval()
    number = ask(update, ada, authors=[bea])

    for member in (ada, bea):
        with pytest.raises(OwnRequest):
            approve(number, by=member, note="", now=NOON)
    approve(number, by=cyd, note="", now=NOON)

    assert reload_update(update).status == "scheduled"


def test_a_change_after_asking_needs_a_new_request(update, people):
    want_approval()
    number = ask(update, people[0])
    seen = fingerprint(db.session.connection(), update.id)
    save_draft(update.id, {"en": ("New", "New")}, seen=seen, now=NOON, **WHO)

    with pytest.raises(TextsChanged):
        approve(number, by=people[1], note="", now=NOON)
    cancelled = cancel_outdated(
        "send-update", f"update-{update.id}", actor="ada@example.org", now=NOON
    )

    assert (cancelled, state_of(number)) == (True, "cancelled")
    assert find_pending("send-update", f"update-{update.id}", NOON) is None
    assert state_of(ask(update, people[0])) == "pending"


def test_its_texts_are_not_translated_while_someone_decides(update, people):
    want_approval()
    before = updates_to_approve(db.session.connection())
    ask(update, people[0])
    db.session.rollback()

    assert (before, updates_to_approve(db.session.connection())) == (
        frozenset(),
        frozenset({update.id}),
    )


def test_someone_who_lost_the_permission_has_asked_for_nothing(update, people):
    want_approval()
    number = ask(update, people[0])
    people[0].active = False
    db.session.commit()

    with pytest.raises(PersonNoLongerAllowed):
        approve(number, by=people[1], note="", now=NOON)

    assert reload_update(update).status == "draft"
