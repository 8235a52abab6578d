"""Switching: recorded with who, when and why, once at a time, and known to every process."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from campaign_actions import create_app
from campaign_actions.actions.signatures.restrictions import unproved
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.switches.state import (
    EMAIL,
    EXPORT,
    SIGN,
    Switch,
    email_clock,
    is_off,
    switch_state,
    switch_store,
)
from campaign_actions.switches.models import SwitchPause
from campaign_actions.switches.names import UnknownSwitch, find_switch, switch_name
from campaign_actions.switches.switch import AlreadyOff, AlreadyOn, switch_on
from tests.support.app import SETTINGS
from tests.support.factories import NOON, make_action
from tests.support.switches import GRACE, REASON, action_switch, off, on, pause

HOUR = timedelta(hours=1)


def rows() -> list[SwitchPause]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(SwitchPause).order_by(SwitchPause.id)))


def test_everything_is_on_at_first(app):
    assert switch_state().off == {}
    assert not is_off(SIGN)


def test_one_switch_is_off_until_it_is_on_again(app):
    off(SIGN)
    during = [is_off(one) for one in (SIGN, EMAIL, EXPORT)]
    on(SIGN, NOON + HOUR)

    assert during == [True, False, False]
    assert not is_off(SIGN)


def test_who_when_and_why_are_kept(app):
    off(EMAIL)
    known = switch_state().off[EMAIL]
    switch_on(EMAIL, actor="ada@example.org", reason="Fixed", now=NOON + HOUR)

    (row,) = rows()
    assert (known.off_by, known.off_at, known.reason) == ("grace@example.org", NOON, REASON)
    assert (row.off_by, row.off_at, row.off_reason) == ("grace@example.org", NOON, REASON)
    assert (row.on_by, row.on_at, row.on_reason) == ("ada@example.org", NOON + HOUR, "Fixed")


def test_the_audit_log_has_both_with_their_reasons(app):
    action = make_action()
    pause(action_switch(action), NOON, NOON + HOUR)

    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.event, one.subject, one.actor, one.details) for one in entries] == [
        (event, "racism/hate-crimes", "grace@example.org", {"reason": REASON})
        for event in ("switched-off", "switched-on")
    ]


def test_the_audit_log_says_that_the_robot_check_was_turned_on(app):
    pause(unproved(make_action().id), NOON, NOON + HOUR)

    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.event, one.subject) for one in entries] == [
        ("robot-check-on", "racism/hate-crimes"),
        ("robot-check-off", "racism/hate-crimes"),
    ]


def test_a_robot_check_that_is_on_cannot_be_turned_on_again(app):
    check = unproved(make_action().id)
    off(check)

    with pytest.raises(AlreadyOn):
        off(check, NOON + HOUR)


def test_what_is_off_cannot_be_switched_off_again(app):
    off(SIGN)

    with pytest.raises(AlreadyOff):
        off(SIGN, NOON + HOUR)

    assert len(rows()) == 1


def test_what_is_on_cannot_be_switched_on(app):
    with pytest.raises(AlreadyOn):
        on(SIGN)
    pause(SIGN, NOON, NOON + HOUR)
    with pytest.raises(AlreadyOn):
        on(SIGN, NOON + 2 * HOUR)


def test_the_database_itself_refuses_a_second_open_pause(app):
    off(SIGN)
    row = {"kind": "sign", "target": "", "off_at": NOON, "off_by": "x", "off_reason": "x"}

    with pytest.raises(IntegrityError), write_transaction() as connection:
        connection.execute(insert(SwitchPause).values(row))


def test_pauses_never_overlap_even_if_a_clock_was_put_back(app):
    pause(EMAIL, NOON, NOON + HOUR)
    off(EMAIL, NOON - HOUR)  # on a machine whose clock is wrong
    on(EMAIL, NOON - 2 * HOUR)

    assert [(row.off_at, row.on_at) for row in rows()] == [
        (NOON, NOON + HOUR),
        (NOON + HOUR, NOON + HOUR),
    ]
    assert email_clock().age(NOON, NOON + 2 * HOUR) == HOUR


def test_only_pauses_of_email_stop_its_clock(app):
    for switch in (SIGN, EXPORT, Switch("language", "ru")):
        pause(switch, NOON, NOON + HOUR)

    assert email_clock().at(NOON + HOUR) == NOON + HOUR


def test_another_process_learns_of_it(app):
    other = create_app(
        SETTINGS
        | {"SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"], "CATALOG_SECONDS": 0}
    )
    with other.app_context():
        before = is_off(SIGN)
    off(SIGN)
    with other.app_context():
        during = is_off(SIGN)
        loads = switch_store().count_loads()
        is_off(SIGN)
        again = switch_store().count_loads()
        db.engine.dispose()

    assert (before, during) == (False, True)
    assert again == loads


def test_switches_are_called_as_on_the_command_line(app):
    action = make_action()
    names = ("sign", "email", "export", "racism/hate-crimes", "ru")

    switches = [find_switch(name) for name in names]

    assert switches == [SIGN, EMAIL, EXPORT, action_switch(action), Switch("language", "ru")]
    assert tuple(map(switch_name, switches)) == names


@pytest.mark.parametrize("name", ["", "Sign", "racism", "racism/", "/", "racism/x", "xx", "языки"])
def test_unknown_names_are_refused(app, name):
    make_action()

    with pytest.raises(UnknownSwitch):
        find_switch(name)


def test_a_language_that_is_no_longer_known_can_still_be_switched_on(app):
    off(Switch("language", "uk"))

    on(find_switch("uk"), NOON + HOUR)

    assert not is_off(Switch("language", "uk"))
    assert GRACE["reason"] in rows()[0].on_reason
