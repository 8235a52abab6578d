"""The log-in: what it accepts, what it reveals, and its limits on attempts."""

import re

import argon2
import pytest
from sqlalchemy import select

from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.security.totp import OneTimeCodes
from campaign_actions.staff.authentication.login_failures import (
    REPORT_INTERVAL,
    report_login_failures,
)
from campaign_actions.staff.authentication.mfa_enrolment import make_recovery_codes
from campaign_actions.staff.models import StaffMember
from tests.support.factories import PASSWORD, make_staff
from tests.support.staff_client import (
    code_of,
    log_in_by_form,
    log_in_with_all_factors,
    post,
    set_up_app,
)
from tests.support.statements import recorded

SECOND = "/staff/login/second-factor/"
PASSKEY = "/staff/login/passkey/"


def test_the_right_password_opens_the_workspace(client):
    member = make_staff()

    answer = log_in_by_form(client, member.email.upper())

    assert (answer.status_code, answer.location) == (302, "/staff/")
    assert client.get("/staff/").status_code == 200
    assert events() == [("login", member.email)]


def unknown() -> str:
    return "nobody@example.org"


def known() -> str:
    return make_staff("reviewer", email="known@example.org").email


def disabled() -> str:
    return make_staff("reviewer", email="gone@example.org", active=False).email


def invited() -> str:
    return make_staff("reviewer", email="new@example.org", password=None).email


KINDS = [known, unknown, disabled, invited]


def test_a_wrong_password_gets_the_same_response_for_every_kind_of_address(app, client):
    answers = {}
    for kind in KINDS:
        email = kind()
        visitor = app.test_client()
        password = "wrong password" if kind is known else PASSWORD
        answer = log_in_by_form(visitor, email, password)
        body = comparable(answer, email)
        headers = sorted(name for name, _value in answer.headers)
        answers[kind.__name__] = (answer.status_code, body, headers)

    assert len(set(map(str, answers.values()))) == 1, answers
    assert answers["known"][0] == 400


def test_a_wrong_password_takes_the_same_work_for_every_kind_of_address(client, monkeypatch):
    """The same statements and number of hashes; tests/test_response_times.py measures the time."""
    hashes = []
    verify = argon2.low_level.verify_secret
    monkeypatch.setattr(
        argon2.low_level, "verify_secret", lambda *args: hashes.append(1) or verify(*args)
    )
    emails = {kind.__name__: kind() for kind in KINDS}
    log_in_by_form(client, "first@example.org", "wrong password")

    work = {}
    for name, email in emails.items():
        hashes.clear()
        with recorded() as statements:
            log_in_by_form(client, email, "wrong password")
        work[name] = statements, len(hashes)

    assert all(done == work["known"] for done in work.values()), work
    assert work["known"][1] == 1


def test_a_failed_log_in_is_recorded_with_an_address_only_if_a_member_has_it(client):
    member = make_staff("reviewer")

    log_in_by_form(client, member.email, "wrong password")
    log_in_by_form(client, "my-secret-password@oops", "wrong password")
    report_login_failures(utc_now() + REPORT_INTERVAL)

    assert events() == [("login-failed", member.email), ("login-failed", "")]


def test_attempts_are_limited_for_strangers_while_a_known_device_can_log_in(app, client):
    app.config["RATELIMIT_ENABLED"] = True
    member = make_staff("reviewer", email="guessed@example.org")
    own = app.test_client()
    log_in_with_all_factors(own, member)
    post(own, "/staff/logout", seen="/staff/")

    answers = [guess(app, member.email, f"10.0.0.{n}") for n in range(12)]

    assert answers == [400] * 9 + [429] * 3  # the first log-in on the device counts as an attempt
    assert log_in_by_form(own, member.email).status_code == 302


def test_attempts_are_limited_for_unknown_addresses_as_well(app):
    app.config["RATELIMIT_ENABLED"] = True

    answers = [guess(app, "nobody-guessed@example.org", f"10.0.1.{n}") for n in range(11)]

    assert answers == [400] * 10 + [429]


def test_attempts_from_one_source_are_limited_across_addresses(app):
    app.config["RATELIMIT_ENABLED"] = True

    answers = [guess(app, f"somebody-{n}@example.org", "10.0.2.1") for n in range(31)]

    assert answers == [400] * 30 + [429]


def test_a_flood_of_passkeys_from_a_source_keeps_no_known_device_out(app):
    app.config["RATELIMIT_ENABLED"] = True
    device = app.test_client()
    log_in_with_all_factors(device, make_staff("reviewer"))
    post(device, "/staff/logout", seen="/staff/")
    app.config["WTF_CSRF_ENABLED"] = False
    at = {"environ_base": {"REMOTE_ADDR": "10.0.3.1"}}

    stranger = [app.test_client().post(PASSKEY, **at).status_code for _ in range(31)]
    known = [device.post(PASSKEY, **at).status_code for _ in range(11)]

    assert stranger == [400] * 30 + [429]
    assert known == [400] * 10 + [429]


def test_a_device_cookie_is_valid_for_its_account_only(app):
    app.config["RATELIMIT_ENABLED"] = True
    mine, other = make_staff("reviewer"), make_staff("reviewer", email="victim@example.org")
    device = app.test_client()
    log_in_with_all_factors(device, mine)
    post(device, "/staff/logout", seen="/staff/")

    answers = [log_in_by_form(device, other.email, "wrong").status_code for _ in range(11)]

    assert answers == [400] * 10 + [429]


def test_every_log_in_asks_for_the_second_factor(client):
    member = make_staff("campaigner")
    secret = set_up_app(member)

    for _ in range(2):
        forget_last_code(member)
        first = log_in_by_form(client, member.email)
        assert first.location == f"{SECOND}?next=/staff/"
        assert client.get("/staff/").status_code == 302
        second = post(client, SECOND, code=code_of(secret))
        assert second.location == "/staff/"
        post(client, "/staff/logout", seen="/staff/")


def test_the_code_field_has_the_focus_until_there_is_something_to_read_first(client):
    member = make_staff("campaigner")
    set_up_app(member)
    log_in_by_form(client, member.email)

    first, again = client.get(SECOND).text, post(client, SECOND, code="x").text

    assert focused(first) == ["code"]
    assert focused(again) == ["errors"]


def focused(page: str) -> list[str]:
    """The ids of the elements that get the focus when the page opens."""
    return re.findall(r'<\w+ [^>]*id="([^"]+)"[^>]* autofocus', page)


def test_a_code_works_once(app, client):
    member = make_staff("campaigner")
    code = code_of(set_up_app(member))
    log_in_by_form(client, member.email)
    assert post(client, SECOND, code=code).status_code == 302
    other = app.test_client()
    log_in_by_form(other, member.email)

    again = post(other, SECOND, code=code)

    assert again.status_code == 400


def test_a_recovery_code_works_once_in_any_spelling(client, app):
    member = make_staff("campaigner")
    set_up_app(member)
    codes = make_recovery_codes(member, now=utc_now())
    assert codes[0] not in str(member.mf_recovery_codes)

    answers = []
    for _ in range(2):
        visitor = app.test_client()
        log_in_by_form(visitor, member.email)
        answers.append(post(visitor, SECOND, code=codes[0].upper().replace("-", " ")))

    assert [answer.status_code for answer in answers] == [302, 400]
    assert "or use another recovery code" in answers[1].text
    db.session.rollback()
    db.session.refresh(member)
    assert len(member.mf_recovery_codes) == len(codes) - 1
    used = db.session.scalars(select(AuditEntry).filter_by(event="recovery-code-used")).all()
    assert [(entry.actor, entry.details["left"]) for entry in used] == [
        (member.email, len(codes) - 1)
    ]


@pytest.mark.parametrize("code", ["", "000000", "9" * 60, "१२३४५६", "\0", "x" * 5000, "a-b-c-d"])
def test_an_invalid_code_is_refused_with_a_message(client, code):
    member = make_staff("campaigner")
    set_up_app(member)
    log_in_by_form(client, member.email)

    answer = post(client, SECOND, code=code)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "answer", ["", "x", "[]", "{}", '{"rawId": 1}', '{"rawId": "AAAA"}', "[" * 9999]
)
def test_an_invalid_passkey_response_is_refused_with_a_message(client, answer):
    page = client.get("/staff/login").text
    asked = page.split('name="asked" value="')[1].split('"')[0]

    refused = post(client, PASSKEY, seen="/staff/login", asked=asked, answer=answer)

    assert refused.status_code == 400


def test_a_new_password_ends_pending_log_ins(client):
    member = make_staff("campaigner")
    set_up_app(member)
    log_in_by_form(client, member.email)

    member.fs_uniquifier = "another"
    db.session.commit()

    assert client.get(SECOND).location == "/staff/login?next=/staff/"


def test_app_secrets_can_be_read_after_a_change_of_key(app):
    kept = OneTimeCodes(["the old key"], "x").generate_totp_secret()
    now = utc_now()
    both = OneTimeCodes(["the new key", "the old key"], "x")

    match = both.match(both.code_at(kept, now), kept, after=None, now=now)

    assert OneTimeCodes(["the new key"], "x").code_at(match.secret, now) == both.code_at(kept, now)
    assert "the old key" not in kept


def test_no_code_is_right_for_a_secret_whose_key_is_lost(app):
    kept = OneTimeCodes(["the old key"], "x").generate_totp_secret()

    match = OneTimeCodes(["the new key"], "x").match("000000", kept, after=None, now=utc_now())

    assert match is None


def test_log_out_needs_a_post_and_ends_the_session_for_a_copied_cookie(app, client):
    member = make_staff()
    log_in_by_form(client, member.email)
    copied = client.get_cookie("staff", path="/staff").value
    assert client.get("/staff/logout").status_code == 405

    post(client, "/staff/logout", seen="/staff/")

    thief = app.test_client()
    thief.set_cookie("staff", copied, path="/staff")
    assert thief.get("/staff/").status_code == 302
    assert events()[-1] == ("logout", member.email)


def test_a_log_in_starts_a_new_session(client):
    client.get("/staff/login")
    before = client.get_cookie("staff", path="/staff").value

    log_in_by_form(client, make_staff().email)

    with client.session_transaction(path="/staff/") as session:
        kept = dict(session)
    assert client.get_cookie("staff", path="/staff").value != before
    assert set(kept) >= {"_user_id", "session"}
    assert "csrf_token" not in kept


def guess(app, email: str, source: str) -> int:
    """The response to a guess from a new browser and source."""
    app.config["WTF_CSRF_ENABLED"] = False
    visitor = app.test_client()
    fields = {"email": email, "password": "wrong password"}
    return visitor.post(
        "/staff/login", data=fields, environ_base={"REMOTE_ADDR": source}
    ).status_code


def comparable(answer, email: str) -> str:
    """A page without tokens and the typed address, which differ each time."""
    new = ("token", "asked", "data-options")
    lines = answer.text.replace(email, "").splitlines()
    return "\n".join(line for line in lines if not any(mark in line for mark in new))


def forget_last_code(member: StaffMember) -> None:
    db.session.refresh(member)
    member.totp_counter = None
    db.session.commit()


def events() -> list[tuple[str, str]]:
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    return [(entry.event, entry.actor) for entry in entries]
