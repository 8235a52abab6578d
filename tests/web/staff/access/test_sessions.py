"""Sessions: their lifetime, what ends them, and that copied cookies end with them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from campaign_actions.core.db.session import db, utc_now
from campaign_actions.staff import manage_members
from campaign_actions.staff.authentication.password_reset import change_password
from campaign_actions.staff.authentication.sessions import delete_expired_sessions, describe_device
from campaign_actions.staff.change_roles import ChangeRoles
from campaign_actions.staff.dual_control import apply_alone
from campaign_actions.staff.models import StaffSession
from tests.support.factories import PASSWORD, make_staff
from tests.support.staff_client import log_in, post

MINUTE = timedelta(minutes=1)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Mobile Safari/604.1"


def is_in(client) -> bool:
    return client.get("/staff/").status_code == 200


def age(staff_id: int, **by: timedelta) -> None:
    """Make sessions older."""
    for session in db.session.scalars(select(StaffSession).filter_by(staff_id=staff_id)):
        for name, delta in by.items():
            setattr(session, name, getattr(session, name) - delta)
    db.session.commit()


@pytest.mark.parametrize(("idle", "holds"), [(59, True), (61, False)])
def test_an_idle_session_ends(client, idle, holds):
    member = make_staff("reviewer")
    log_in(client, member)

    age(member.id, seen_at=idle * MINUTE)

    assert is_in(client) is holds


@pytest.mark.parametrize(("hours", "holds"), [(11.9, True), (12.1, False)])
def test_a_session_ends_at_its_maximum_lifetime(client, hours, holds):
    member = make_staff("reviewer")
    log_in(client, member)

    age(member.id, started_at=timedelta(hours=hours))

    assert is_in(client) is holds


def test_a_session_in_use_continues(client):
    member = make_staff("reviewer")
    log_in(client, member)
    age(member.id, seen_at=50 * MINUTE)
    assert is_in(client)

    age(member.id, seen_at=50 * MINUTE)

    assert is_in(client)


ENDINGS = {
    "a new password": lambda member, now: change_password(member, member.password, now=now),
    "other roles": lambda member, now: apply_alone(
        ChangeRoles.of(member.id, {"translator": None}, None), actor="boss@example.org", now=now
    ),
    "disabling": lambda member, now: manage_members.disable_member(
        member, actor="boss@example.org", now=now
    ),
    "no second factor": lambda member, now: manage_members.reset_second_factor(
        member, actor="boss@example.org", now=now
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_all_sessions_end_immediately_with(app, client, ending):
    member = make_staff("reviewer")
    log_in(client, member)
    thief = app.test_client()
    thief.set_cookie("staff", client.get_cookie("staff", path="/staff").value, path="/staff")
    assert is_in(client)
    assert is_in(thief)

    ENDINGS[ending](member, utc_now())

    assert not is_in(client)
    assert not is_in(thief)


def test_sessions_are_listed_with_their_device_and_no_address(client, app):
    member = make_staff("reviewer")
    other = app.test_client()
    log_in(other, member, device="Safari, iPhone")
    log_in(client, member, device="Firefox, Linux")

    page = client.get("/staff/account/").text

    assert "Safari, iPhone" in page
    assert "Firefox, Linux" in page
    assert page.count("This session") == 1
    assert "127.0.0.1" not in page


def test_one_session_can_be_ended_from_another(client, app):
    member = make_staff("reviewer")
    other = app.test_client()
    log_in(other, member)
    name = db.session.scalars(select(StaffSession.id)).one()
    db.session.rollback()
    log_in(client, member)

    answer = post(client, f"/staff/account/sessions/{name}/end/", seen="/staff/account/")

    assert answer.status_code == 303
    assert (is_in(client), is_in(other)) == (True, False)


def test_all_other_sessions_can_be_ended_at_once(client, app):
    member = make_staff("reviewer")
    others = [app.test_client() for _ in range(2)]
    for other in others:
        log_in(other, member)
    log_in(client, member)

    post(client, "/staff/account/sessions/end-others/", seen="/staff/account/")

    assert [is_in(visitor) for visitor in (client, *others)] == [True, False, False]


def test_nobody_ends_the_session_of_somebody_else(client, app):
    victim = app.test_client()
    log_in(victim, make_staff("reviewer"))
    name = db.session.scalars(select(StaffSession.id)).one()
    db.session.rollback()
    log_in(client, make_staff("reviewer"))

    answer = post(client, f"/staff/account/sessions/{name}/end/", seen="/staff/account/")

    assert answer.status_code == 404
    assert is_in(victim)


def test_a_change_of_password_keeps_only_the_current_session(client, app):
    member = make_staff("reviewer")
    other = app.test_client()
    log_in(other, member)
    log_in(client, member)
    copied = client.get_cookie("staff", path="/staff").value

    fields = {"password": PASSWORD, "new_password": "seven purple tractors sing"}
    answer = post(client, "/staff/account/password/", **fields)

    thief = app.test_client()
    thief.set_cookie("staff", copied, path="/staff")
    assert answer.status_code == 303
    assert [is_in(visitor) for visitor in (client, other, thief)] == [True, False, False]


def test_a_wrong_present_password_changes_nothing(client):
    member = make_staff("reviewer")
    log_in(client, member)

    fields = {"password": "not it at all", "new_password": "seven purple tractors sing"}
    answer = post(client, "/staff/account/password/", **fields)

    assert answer.status_code == 400
    assert "This is not your current password." in answer.text


def test_expired_sessions_are_deleted(app, client):
    member = make_staff("reviewer")
    log_in(client, member)
    log_in(app.test_client(), member, now=utc_now() - timedelta(hours=3))

    delete_expired_sessions(utc_now(), idle=60 * MINUTE, absolute=timedelta(hours=12))

    assert db.session.scalar(select(func.count()).select_from(StaffSession)) == 1
    assert is_in(client)


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [(FIREFOX, "Firefox, Linux"), (EDGE, "Edge, Windows"), (IPHONE, "Safari, iPhone"), ("", "")],
)
def test_a_device_is_described_by_its_browser_and_system(user_agent, device):
    assert describe_device(user_agent) == device
