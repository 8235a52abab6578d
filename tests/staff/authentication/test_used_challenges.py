"""Passkey responses cannot be replayed, and only some passkeys count as both factors."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from campaign_actions.core.db.session import db, utc_now, write_transaction
from campaign_actions.core.security.used_challenges import (
    UsedChallenge,
    delete_old_challenges,
    use_challenge,
)
from campaign_actions.staff.models import Passkey
from tests.support.factories import PASSWORD, make_staff
from tests.support.passkey import Authenticator, add, request_on, show
from tests.support.staff_client import SECOND, log_in, log_in_by_form, post

LOG_IN, BY_PASSKEY, VERIFY = "/staff/login", "/staff/login/passkey/", "/staff/reauthenticate"
NEW = "/staff/account/passkeys/new/"


@pytest.fixture
def passkey(app):
    """A campaigner's passkey, with the attribute `member`."""
    client, made = app.test_client(), Authenticator()
    made.member = make_staff("campaigner")
    log_in(client, made.member)
    assert add(client, made).status_code == 303
    db.session.rollback()
    delete_old_challenges(utc_now() + timedelta(days=2))
    return made


def copied_browser(app, client):
    """Another browser with a copy of the cookies."""
    other = app.test_client()
    cookie = client.get_cookie("staff", path="/staff").value
    other.set_cookie("staff", cookie, path="/staff")
    return other


def test_a_log_in_by_passkey_cannot_be_replayed(app, client, passkey):
    asked = request_on(client.get(LOG_IN).text)
    thief = copied_browser(app, client)
    fields = asked.fields | {"answer": passkey.get(asked.challenge)}

    first = client.post(BY_PASSKEY, data=fields)
    again = thief.post(BY_PASSKEY, data=fields)

    assert first.location == "/staff/"
    assert again.status_code == 400
    assert thief.get("/staff/").location.startswith(LOG_IN)


def test_a_passkey_after_the_password_cannot_be_replayed(app, client, passkey):
    log_in_by_form(client, passkey.member.email)
    asked = request_on(client.get(SECOND).text)
    thief = copied_browser(app, client)
    fields = asked.fields | {"answer": passkey.get(asked.challenge)}

    first, again = client.post(SECOND, data=fields), thief.post(SECOND, data=fields)

    assert (first.location, again.status_code) == ("/staff/", 400)


def test_a_reauthentication_by_passkey_cannot_be_replayed(client, passkey):
    log_in(client, passkey.member)

    first, fields = show(client, passkey, VERIFY)
    again = client.post(VERIFY, data=fields)

    assert (first.status_code, again.status_code) == (303, 400)


def test_a_reauthentication_by_second_factor_cannot_be_replayed(client, passkey):
    log_in(client, passkey.member)
    page = "/staff/reauthenticate/second-factor/"
    post(client, VERIFY, password=PASSWORD)
    first, fields = show(client, passkey, page)
    post(client, VERIFY, password=PASSWORD)

    again = client.post(page, data=fields)

    assert (first.status_code, again.status_code) == (303, 400)


def test_a_removed_passkey_cannot_be_added_by_the_same_response(client):
    member = make_staff("campaigner")
    log_in(client, member)
    made = Authenticator()
    asked = request_on(client.get(NEW).text)
    fields = asked.fields | {"answer": made.create(asked.challenge), "name": "key"}
    first = client.post(NEW, data=fields)
    db.session.rollback()
    passkey_id = db.session.scalars(select(Passkey.id)).one()
    post(client, f"/staff/account/passkeys/{passkey_id}/remove/")

    again = client.post(NEW, data=fields)

    assert (first.status_code, again.status_code) == (303, 409)
    assert "Something went wrong in your browser" in again.text
    db.session.rollback()
    assert db.session.scalars(select(Passkey)).all() == []


def test_only_verified_responses_are_stored(client, passkey):
    false = Authenticator(credential=passkey.credential)  # with another private key
    for _ in range(3):
        refused, _sent = show(client, false, LOG_IN, to=BY_PASSKEY)
        assert refused.status_code == 400
    asked = request_on(client.get(LOG_IN).text)
    client.post(BY_PASSKEY, data=asked.fields | {"answer": json.dumps({})})

    assert count_challenges() == 0
    assert show(client, passkey, LOG_IN, to=BY_PASSKEY)[0].location == "/staff/"
    assert count_challenges() == 1


def test_a_challenge_can_be_used_only_once(app):
    with write_transaction() as connection:
        first = use_challenge(connection, "a", now=utc_now())
    with write_transaction() as connection:
        second = use_challenge(connection, "a", now=utc_now())
        other = use_challenge(connection, "b", now=utc_now())

    assert (first, second, other) == (True, False, True)


@pytest.mark.parametrize(("hours", "left"), [(1, 1), (25, 0)])
def test_used_challenges_are_deleted_long_after_they_expire(app, hours, left):
    with write_transaction() as connection:
        use_challenge(connection, "a", now=utc_now())

    delete_old_challenges(utc_now() + timedelta(hours=hours))

    assert count_challenges() == left


def test_a_key_added_without_user_verification_never_replaces_the_password(app, client):
    """Anyone who finds such a key can set a PIN, after which it claims user verification."""
    member = make_staff("campaigner")
    log_in(client, member)
    key = Authenticator(verifies_user=False)
    add(client, key)
    key.verifies_user = True
    thief = app.test_client()

    alone, _sent = show(thief, key, LOG_IN, to=BY_PASSKEY)
    log_in_by_form(thief, member.email)
    after_password, _sent = show(thief, key, SECOND)

    assert alone.status_code == 400
    assert after_password.location == "/staff/"


def test_a_passkey_without_user_verification_is_not_enough_alone(app, client, passkey):
    passkey.verifies_user = False

    alone, _sent = show(client, passkey, LOG_IN, to=BY_PASSKEY)

    assert alone.status_code == 400


def count_challenges() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(UsedChallenge))
