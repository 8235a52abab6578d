"""Links in emails: invitations and password resets."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.mail.render import AddressMailMaker, mail_makers
from campaign_actions.core.switches.state import EMAIL
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff import manage_members
from campaign_actions.staff.authentication.password_reset import request_reset
from campaign_actions.staff.change_roles import ChangeRoles
from campaign_actions.staff.dual_control import apply_alone
from campaign_actions.staff.invitations import InviteAgain, invite
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member, find_member_by_id
from tests.support.factories import make_staff
from tests.support.staff_client import (
    SECOND,
    code_of,
    log_in,
    log_in_by_form,
    post,
    set_up_app,
    token_of,
)
from tests.support.statements import recorded
from tests.support.switches import pause

BOSS = "boss@example.org"
PASSWORD = "seven purple tractors sing"
PROFILE = {"name": "Ada", "locale": "en", "new_password": PASSWORD}


def make_invited(*roles: str, email: str = "ada@example.org") -> StaffMember:
    now = utc_now()
    staff_id = invite(email, dict.fromkeys(roles, None), locale="en", actor=BOSS, now=now)
    return find_member_by_id(staff_id)


def link_in(app, template: str) -> str:
    """The path of the link in the last queued email as it is delivered; "" if there is none."""
    db.session.rollback()
    newest = select(OutboxMail).filter_by(template=template).order_by(OutboxMail.id.desc())
    row = db.session.scalars(newest.limit(1)).one()
    make, now = mail_makers.of(app)[template], utc_now()
    if isinstance(make, AddressMailMaker):
        mail = make.make(row.recipient, row.email_key, now)
    else:
        mail = make(row.about, row.email_key, row.locale, now)
    db.session.rollback()
    if mail is None:
        return ""
    (link,) = mail.links.values()
    return link.removeprefix("http://actions.example.org")


def test_an_invitation_is_accepted_with_name_language_and_password(app, client):
    make_invited("campaigner")

    answer = post(client, link_in(app, "staff-invite"), **PROFILE)

    assert answer.location == "/staff/account/second-factor/"
    assert client.get("/staff/").location == "/staff/account/second-factor/"
    member = find_member("ada@example.org")
    assert (member.name, member.joined_at is not None) == ("Ada", True)


def test_an_invitation_works_once(app, client):
    make_invited("reviewer")
    link = link_in(app, "staff-invite")
    post(client, link, **PROFILE)

    again = app.test_client().get(link)

    assert again.status_code == 410


@pytest.mark.parametrize(("days", "status"), [(6.9, 200), (7.1, 410)])
def test_an_invitation_works_for_seven_days(app, client, days, status):
    make_invited("reviewer")
    link = link_in(app, "staff-invite")

    with time_machine.travel(utc_now() + timedelta(days=days), tick=False):
        answer = client.get(link)

    assert answer.status_code == status


@pytest.mark.parametrize(("days", "status"), [(8.9, 200), (9.1, 410)])
def test_time_for_which_email_was_off_does_not_count(app, client, days, status):
    make_invited("reviewer")
    link, now = link_in(app, "staff-invite"), utc_now()
    pause(EMAIL, now + timedelta(days=1), now + timedelta(days=3))

    with time_machine.travel(now + timedelta(days=days), tick=False):
        answer = client.get(link)

    assert answer.status_code == status


INVALIDATIONS = {
    "another invitation": lambda member, now: apply_alone(
        InviteAgain(member.id), actor=BOSS, now=now
    ),
    "disabling": lambda member, now: manage_members.disable_member(member, actor=BOSS, now=now),
}


@pytest.mark.parametrize("death", INVALIDATIONS)
def test_an_invitation_stops_working_after(app, client, death):
    member = make_invited("reviewer")
    link = link_in(app, "staff-invite")

    INVALIDATIONS[death](member, utc_now())

    assert client.get(link).status_code == 410


@pytest.mark.parametrize("token", ["x", "1-x", "1", "-", "a.b.c", "%00"])
def test_a_broken_link_is_explained(client, token):
    answers = [client.get(f"/staff/{kind}/{token}/") for kind in ("invitation", "reset")]

    assert {answer.status_code for answer in answers} <= {404, 410}


@pytest.mark.parametrize(
    "password", ["", "short", "aaaaaaaaaaaaaaaa", "password12345", "ada@example.org1", "x" * 201]
)
def test_a_password_that_is_easy_to_guess_is_refused_and_the_rest_is_kept(app, client, password):
    make_invited("reviewer")
    link = link_in(app, "staff-invite")

    answer = post(client, link, **PROFILE | {"new_password": password})

    assert answer.status_code == 400
    assert 'value="Ada"' in answer.text
    assert find_member("ada@example.org").password is None


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(app, client):
    make_staff("reviewer", email="ada@example.org")
    post(client, "/staff/reset/", email="Ada@example.org")
    link = link_in(app, "staff-reset")

    post(client, link, new_password=PASSWORD)

    assert client.get(link).status_code == 410
    assert log_in_by_form(client, "ada@example.org", PASSWORD).location.startswith(SECOND)


def test_a_password_reset_leads_to_the_second_factor_and_opens_nothing_before(app, client):
    secret = set_up_app(make_staff("campaigner", email="ada@example.org"))
    request_reset("ada@example.org", locale="en", now=utc_now())

    answer = post(client, link_in(app, "staff-reset"), new_password=PASSWORD)
    between = client.get("/staff/")
    shown = post(client, SECOND, code=code_of(secret))

    assert (answer.status_code, answer.location) == (303, SECOND)
    assert between.location.startswith("/staff/login")
    assert shown.location == "/staff/"
    assert client.get("/staff/").status_code == 200


def test_a_password_reset_logs_in_a_member_without_a_second_factor(app, client):
    make_staff("campaigner", email="ada@example.org", tf_primary_method=None)
    request_reset("ada@example.org", locale="en", now=utc_now())

    post(client, link_in(app, "staff-reset"), new_password=PASSWORD)

    assert client.get("/staff/").location == "/staff/account/second-factor/"


def test_a_reset_request_gets_the_same_response_for_every_kind_of_address(app):
    make_staff("reviewer", email="known@example.org")
    make_staff("reviewer", email="gone@example.org", active=False)
    make_staff("reviewer", email="new@example.org", password=None)
    emails = [f"{name}@example.org" for name in ("known", "gone", "new", "nobody")]

    answers = [post(app.test_client(), "/staff/reset/", email=email) for email in emails]

    told = {(answer.status_code, answer.location, answer.text) for answer in answers}
    assert len(told) == 1
    mails = db.session.scalars(select(OutboxMail)).all()
    assert {(mail.template, mail.about, mail.locale) for mail in mails} == {
        ("staff-reset", None, "en")
    }


def test_a_reset_request_takes_the_same_work_for_every_kind_of_address(client):
    """No statement reads staff; tests/test_response_times.py measures the time."""
    make_staff("reviewer", email="known@example.org", locale="ru")
    make_staff("reviewer", email="gone@example.org", active=False)
    make_staff("reviewer", email="new@example.org", password=None)
    names = ("first", "known", "known", "gone", "new", "nobody", "nobody")
    page = client.get("/staff/reset/").text

    work = []
    for name in names:
        fields = {"csrf_token": token_of(page), "email": f"{name}@example.org"}
        with recorded() as statements:
            client.post("/staff/reset/", data=fields)
        work.append(statements)

    assert all(statements == work[0] for statements in work), work
    assert not any("staff" in statement for statement in work[0])


@pytest.mark.parametrize("email", ["known@example.org", "nobody@example.org"])
def test_too_many_reset_requests_get_the_same_response_for_unknown_addresses(app, email):
    app.config["RATELIMIT_ENABLED"] = True
    make_staff("reviewer", email="known@example.org")
    visitor = app.test_client()
    token = token_of(visitor.get("/staff/reset/").text)
    fields = {"csrf_token": token, "email": email}
    source = {"REMOTE_ADDR": f"10.2.0.{len(email)}"}

    answers = [
        visitor.post("/staff/reset/", data=fields, environ_base=source).status_code
        for _ in range(11)
    ]

    assert answers == [303] * 10 + [429]


def test_reset_emails_go_to_members_only_once_an_hour_in_their_language(app):
    kind = db.engine.dialect.name  # all tests share the folder of emails
    known, nobody = f"known@{kind}.example", f"nobody@{kind}.example"
    make_staff("reviewer", email=known, locale="ru")
    for email in (known, nobody, known):
        request_reset(email, locale="en", now=utc_now())

    app.test_cli_runner().invoke(args=["outbox", "deliver"])

    folder = Path(app.instance_path) / "mail"
    mails = [file.read_bytes() for file in folder.glob("*.eml")]
    to = [mail for mail in mails if known.encode() in mail or nobody.encode() in mail]
    assert len(to) == 1
    assert b"Content-Language: ru" in to[0]
    db.session.rollback()
    left = db.session.scalars(select(OutboxMail)).all()
    assert [(mail.status, mail.recipient) for mail in left] == [("sent", None)]


@pytest.mark.parametrize(
    "values", [{"active": False}, {"password": None}], ids=["disabled", "invited"]
)
def test_members_who_cannot_log_in_get_no_reset_link(app, values):
    make_staff("reviewer", email="ada@example.org", **values)

    request_reset("ada@example.org", locale="en", now=utc_now())

    assert link_in(app, "staff-reset") == ""


def test_a_mailbox_gets_one_reset_link_an_hour(app):
    member = make_staff("reviewer", email="ada@example.org")
    request_reset(member.email, locale="en", now=utc_now())
    sent = db.session.scalars(select(OutboxMail)).one()
    sent.status, sent.sent_at, sent.recipient = "sent", utc_now() - timedelta(minutes=59), None
    db.session.commit()

    request_reset(member.email, locale="en", now=utc_now())

    assert link_in(app, "staff-reset") == ""


def test_a_mailbox_gets_another_link_once_the_previous_one_no_longer_works(app):
    member = make_staff("reviewer", email="ada@example.org")
    request_reset(member.email, locale="en", now=utc_now())
    sent = db.session.scalars(select(OutboxMail)).one()
    sent.status, sent.sent_at, sent.recipient = "sent", utc_now() - timedelta(minutes=5), None
    db.session.commit()
    apply_alone(ChangeRoles.of(member.id, {"translator": None}, None), actor=BOSS, now=utc_now())

    request_reset(member.email, locale="en", now=utc_now())

    assert link_in(app, "staff-reset").startswith("/staff/reset/")


def test_guessing_does_not_lock_out_a_member_on_a_new_device(app, client):
    """An emailed link lets them in, but gives the device no attempts of its own."""
    app.config["RATELIMIT_ENABLED"] = True
    member = make_staff("reviewer", email="besieged@example.org")
    app.config["WTF_CSRF_ENABLED"] = False
    for number in range(11):
        guess = {"email": member.email, "password": "wrong"}
        source = {"REMOTE_ADDR": f"10.1.0.{number}"}
        app.test_client().post("/staff/login", data=guess, environ_base=source)
    app.config["WTF_CSRF_ENABLED"] = True
    secret = set_up_app(member)
    assert log_in_by_form(client, member.email).status_code == 429

    post(client, "/staff/reset/", email=member.email)
    post(client, link_in(app, "staff-reset"), new_password=PASSWORD)
    known_early = devices(client)
    inside = post(client, SECOND, code=code_of(secret))

    assert known_early == []
    assert inside.location == "/staff/"
    assert len(devices(client)) == 1


def test_an_invitation_or_password_alone_makes_no_device_known(app, client):
    make_invited("campaigner")
    post(client, link_in(app, "staff-invite"), **PROFILE)
    invited = devices(client)
    visitor = app.test_client()
    log_in_by_form(visitor, "ada@example.org", PASSWORD)

    assert (invited, devices(visitor)) == ([], [])


def devices(client) -> list[str]:
    """The device cookies of a browser."""
    return [key[2] for key in client._cookies if key[2].startswith("device-")]


def test_a_new_password_is_emailed_about_and_ends_all_sessions(app, client):
    member = make_staff("reviewer", email="ada@example.org")
    log_in(client, member)
    request_reset(member.email, locale="en", now=utc_now())

    post(app.test_client(), link_in(app, "staff-reset"), new_password=PASSWORD)

    assert client.get("/staff/").status_code == 302
    assert link_in(app, "staff-password-changed") == "/staff/login"
