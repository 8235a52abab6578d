"""Reauthentication before sensitive pages, with every factor that a log-in needs."""

from campaign_actions.core.db.session import db, utc_now
from campaign_actions.staff.authentication.mfa_enrolment import make_recovery_codes
from tests.support.factories import PASSWORD, make_staff
from tests.support.staff_client import code_of, log_in, post, set_up_app, token_of, wrong_code

VERIFY = "/staff/reauthenticate"
SECOND = "/staff/reauthenticate/second-factor/"
GUARDED = "/staff/account/authenticator/"


def test_without_a_second_factor_the_password_is_enough(client):
    log_in_long_ago(client, make_staff())

    answer = post(client, f"{VERIFY}?next={GUARDED}", password=PASSWORD)

    assert (answer.status_code, answer.location) == (303, GUARDED)
    assert client.get(GUARDED).status_code == 200


def test_with_a_second_factor_both_are_needed(client):
    member = make_staff("campaigner")
    secret = set_up_app(member)
    log_in_long_ago(client, member)

    first = post(client, f"{VERIFY}?next={GUARDED}", password=PASSWORD)
    between = client.get(GUARDED)
    second = post(client, first.location, code=code_of(secret))

    assert first.location == f"{SECOND}?next={GUARDED}"
    assert between.location.startswith(VERIFY)
    assert (second.status_code, second.location) == (303, GUARDED)
    assert client.get(GUARDED).status_code == 200


def test_a_recovery_code_replaces_a_lost_phone(client):
    member = make_staff("campaigner")
    set_up_app(member)
    codes = make_recovery_codes(member, now=utc_now())
    log_in_long_ago(client, member)
    post(client, VERIFY, password=PASSWORD)

    answer = post(client, SECOND, code=codes[0])

    assert answer.status_code == 303
    assert client.get(GUARDED).status_code == 200


def test_a_wrong_password_or_code_opens_nothing(client):
    member = make_staff("campaigner")
    secret = set_up_app(member)
    log_in_long_ago(client, member)

    password = post(client, VERIFY, password="wrong password")
    post(client, VERIFY, password=PASSWORD)
    code = post(client, SECOND, code=wrong_code(secret))

    assert (password.status_code, code.status_code) == (400, 400)
    assert client.get(GUARDED).location.startswith(VERIFY)


def test_the_second_factor_is_not_asked_for_before_the_password_was_right(client):
    member = make_staff("campaigner")
    set_up_app(member)
    log_in_long_ago(client, member)

    answer = client.get(f"{SECOND}?next={GUARDED}")

    assert answer.location == f"{VERIFY}?next={GUARDED}"


def test_a_pending_reauthentication_expires(client):
    member = make_staff("campaigner")
    secret = set_up_app(member)
    log_in_long_ago(client, member)
    post(client, VERIFY, password=PASSWORD)
    token = token_of(client.get(SECOND).text)
    with client.session_transaction(path="/staff/") as session:
        who, at = session["half"]
        session["half"] = [who, at - 11 * 60]

    answer = client.post(SECOND, data={"csrf_token": token, "code": code_of(secret)})

    assert answer.location.startswith(VERIFY)


def test_the_password_of_another_member_does_not_count(client):
    member, other = make_staff("campaigner"), make_staff("reviewer")
    set_up_app(member)
    log_in_long_ago(client, member)
    with client.session_transaction(path="/staff/") as session:
        session["half"] = [other.fs_uniquifier, utc_now().timestamp()]

    assert client.get(SECOND).location.startswith(VERIFY)


def test_reauthentication_attempts_are_limited(app, client):
    app.config["RATELIMIT_ENABLED"] = True
    log_in_long_ago(client, make_staff("campaigner"))

    answers = [post(client, VERIFY, password="x").status_code for _ in range(11)]

    assert answers == [400] * 10 + [429]


def test_guessing_at_the_log_in_does_not_block_reauthentication(app, client):
    app.config |= {"RATELIMIT_ENABLED": True, "WTF_CSRF_ENABLED": False}
    member = make_staff("campaigner")
    set_up_app(member)
    log_in_long_ago(client, member)
    for number in range(12):
        fields = {"email": member.email, "password": "wrong password"}
        source = {"REMOTE_ADDR": f"10.9.0.{number}"}
        app.test_client().post("/staff/login", data=fields, environ_base=source)

    answer = client.post(VERIFY, data={"password": PASSWORD})

    assert answer.location.startswith(SECOND)


def log_in_long_ago(client, member) -> None:
    log_in(client, member)
    db.session.rollback()
    with client.session_transaction(path="/staff/") as session:
        session["fs_paa"] -= 3600
