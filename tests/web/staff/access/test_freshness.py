"""Only every factor that an account has or needs makes a session fresh."""

import pytest
from sqlalchemy import select

from campaign_actions.core.db.session import db, utc_now
from campaign_actions.staff.authentication.sessions import hash_secret
from campaign_actions.staff.models import StaffMember, StaffSession
from tests.support.factories import PASSWORD, make_staff
from tests.support.passkey import Authenticator, add, request_on
from tests.support.staff_client import (
    code_of,
    log_in,
    log_in_by_form,
    log_in_with_all_factors,
    post,
    set_up_app,
)

CHANGE = "/staff/account/password/"
NEW = {"password": PASSWORD, "new_password": "seven purple tractors sing"}
APP = "/staff/account/authenticator/"
CHOOSE = "/staff/account/second-factor/"


@pytest.fixture
def member(app):
    member = make_staff("campaigner")
    set_up_app(member)
    return member


@pytest.mark.parametrize("minutes", [11, 31])
def test_an_old_session_and_the_password_alone_cannot_change_the_password(client, member, minutes):
    log_in(client, member)
    age(client, minutes=minutes)

    opened = client.get(CHANGE)

    assert opened.location == f"/staff/reauthenticate?next={CHANGE}"


def test_a_form_is_refused_when_the_log_in_is_old(client, member):
    log_in(client, member)
    client.get(CHANGE)
    token = csrf(client)
    before = member.password
    age(client, minutes=11)

    answer = client.post(CHANGE, data=NEW | {"csrf_token": token})

    assert answer.location == f"/staff/reauthenticate?next={CHANGE}"
    db.session.rollback()
    assert db.session.scalar(select(StaffMember.password)) == before


def test_a_reauthentication_in_the_future_does_not_count(client, member):
    log_in(client, member)
    age(client, minutes=-300)

    opened = client.get(CHANGE)

    assert opened.location == f"/staff/reauthenticate?next={CHANGE}"


def test_a_change_of_password_neither_freshens_nor_extends_a_session(client, member):
    log_in(client, member)
    age(client, minutes=9)
    proved_at, began_at = session_values(client)["fs_paa"], started_at()

    answer = post(client, CHANGE, **NEW)

    assert answer.location == "/staff/account/"
    assert session_values(client)["fs_paa"] == proved_at
    assert started_at() == began_at
    age(client, minutes=2)
    assert client.get("/staff/account/recovery-codes/").location.startswith("/staff/reauthenticate")


def test_a_change_of_password_needs_the_current_one(client, member):
    log_in(client, member)

    answer = post(client, CHANGE, **NEW | {"password": "not the present one"})

    assert answer.status_code == 400


def test_a_change_of_password_ends_other_sessions_and_copies_of_this_one(app, client, member):
    log_in(client, member)
    copy, other = app.test_client(), app.test_client()
    copy.set_cookie("staff", client.get_cookie("staff", path="/staff").value, path="/staff")
    log_in(other, member)

    post(client, CHANGE, **NEW)

    assert client.get("/staff/").status_code == 200
    assert [browser.get("/staff/").status_code for browser in (copy, other)] == [302, 302]


FACTORS = {
    "app": lambda client: post(
        client, APP, seen=CHOOSE, code=code_of(form_values(client, APP)["new app"])
    ),
    "passkey": lambda client: add(client, Authenticator()),
}


@pytest.mark.parametrize("factor", FACTORS)
def test_the_first_second_factor_ends_access_by_password_alone(app, client, factor):
    """Otherwise a thief who logged in with the password before would stay logged in."""
    member = make_staff("campaigner", tf_primary_method=None)
    thief, copy = app.test_client(), app.test_client()
    log_in_by_form(thief, member.email)
    log_in_by_form(client, member.email)
    copy.set_cookie("staff", client.get_cookie("staff", path="/staff").value, path="/staff")

    answer = FACTORS[factor](client)

    assert answer.location == "/staff/account/recovery-codes/"
    assert client.get(answer.location).status_code == 200
    assert thief.get("/staff/").location.startswith("/staff/login")
    assert copy.get("/staff/").location.startswith("/staff/login")


def test_adding_another_factor_ends_no_session(app, client, member):
    other = app.test_client()
    log_in(client, member)
    log_in(other, member)

    add(client, Authenticator())

    assert other.get("/staff/").status_code == 200


def test_the_first_second_factor_ends_pending_log_ins(app, client):
    """The pending log-in names the former uniquifier."""
    member = make_staff("campaigner", tf_primary_method=None)
    log_in(client, member)
    late = app.test_client()
    log_in(late, member)
    cookie = late.get_cookie("staff", path="/staff").value
    add(client, Authenticator())
    with late.session_transaction(path="/staff/") as session:
        secret = session["session"]
    session_row(member, secret)

    late.set_cookie("staff", cookie, path="/staff")

    assert late.get("/staff/").location.startswith("/staff/login")


@pytest.mark.parametrize(
    "page", [APP, "/staff/account/passkeys/new/", "/staff/account/recovery-codes/", CHANGE]
)
def test_pages_that_add_a_factor_need_every_existing_factor(client, member, page):
    log_in(client, member)
    age(client, minutes=11)
    post(client, "/staff/reauthenticate", password=PASSWORD)

    assert client.get(page).location == f"/staff/reauthenticate?next={page}"


def test_a_fresh_log_in_with_every_factor_opens_those_pages(client, member):
    log_in_with_all_factors(client, member)

    assert client.get(CHANGE).status_code == 200
    assert client.get("/staff/account/recovery-codes/").status_code == 200


def session_values(client) -> dict:
    with client.session_transaction(path="/staff/") as session:
        return dict(session)


def form_values(client, page: str) -> dict:
    client.get(page)
    return session_values(client)


def csrf(client) -> str:
    return request_on(client.get("/staff/account/passkeys/new/").text).fields["csrf_token"]


def age(client, *, minutes: int) -> None:
    with client.session_transaction(path="/staff/") as session:
        session["fs_paa"] -= minutes * 60


def started_at():
    db.session.rollback()
    return db.session.scalars(select(StaffSession.started_at)).one()


def session_row(member, secret: str) -> None:
    """A session that started now."""
    db.session.rollback()
    now = utc_now()
    row = StaffSession(
        id=hash_secret(secret),
        staff_id=member.id,
        started_at=now,
        seen_at=now,
        device="",
    )
    db.session.add(row)
    db.session.commit()
