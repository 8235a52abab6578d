"""Links in mails: an invitation, a new password."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from campaign_actions.core.database import db, utc_now
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff import managing
from campaign_actions.staff.inviting import invite, invite_again
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member, find_member_by_id
from campaign_actions.staff.resetting import ask_for_reset
from tests.factories import make_staff
from tests.staff.logging_in import log_in, log_in_by_form, post

BOSS = "boss@example.org"
PASSWORD = "seven purple tractors sing"
ABOUT = {"name": "Ada", "locale": "en", "new_password": PASSWORD}


def make_invited(*roles: str, email: str = "ada@example.org") -> StaffMember:
    now = utc_now()
    staff_id = invite(email, dict.fromkeys(roles, None), locale="en", actor=BOSS, now=now)
    return find_member_by_id(staff_id)


def link_in(app, template: str) -> str:
    """The path in the mail that was queued last, as it is when it is delivered; "": there is none."""
    db.session.rollback()
    newest = select(OutboxMail).filter_by(template=template).order_by(OutboxMail.id.desc())
    row = db.session.scalars(newest.limit(1)).one()
    mail = app.extensions["mails"][template](row.about, row.email_key, row.locale, utc_now())
    db.session.rollback()
    if mail is None:
        return ""
    (link,) = mail.links.values()
    return link.removeprefix("http://actions.example.org")


def test_an_invitation_is_accepted_with_name_language_and_password(app, client):
    make_invited("campaigner")

    answer = post(client, link_in(app, "staff-invite"), **ABOUT)

    assert answer.location == "/staff/account/second-factor/"
    assert client.get("/staff/").location == "/staff/account/second-factor/"
    member = find_member("ada@example.org")
    assert (member.name, member.joined_at is not None) == ("Ada", True)


def test_an_invitation_works_once(app, client):
    make_invited("reviewer")
    link = link_in(app, "staff-invite")
    post(client, link, **ABOUT)

    again = app.test_client().get(link)

    assert again.status_code == 410


@pytest.mark.parametrize(("days", "status"), [(6.9, 200), (7.1, 410)])
def test_an_invitation_works_for_seven_days(app, client, days, status):
    make_invited("reviewer")
    link = link_in(app, "staff-invite")

    with time_machine.travel(utc_now() + timedelta(days=days), tick=False):
        answer = client.get(link)

    assert answer.status_code == status


DEATHS = {
    "another invitation": lambda member, now: invite_again(member, actor=BOSS, now=now),
    "disabling": lambda member, now: managing.disable(member, actor=BOSS, now=now),
}


@pytest.mark.parametrize("death", DEATHS)
def test_an_invitation_dies_by(app, client, death):
    member = make_invited("reviewer")
    link = link_in(app, "staff-invite")

    DEATHS[death](member, utc_now())

    assert client.get(link).status_code == 410


@pytest.mark.parametrize("token", ["x", "1-x", "1", "-", "a.b.c", "%00"])
def test_a_broken_link_is_told_in_words(client, token):
    answers = [client.get(f"/staff/{kind}/{token}/") for kind in ("invitation", "reset")]

    assert {answer.status_code for answer in answers} <= {404, 410}


@pytest.mark.parametrize(
    "password", ["", "short", "aaaaaaaaaaaaaaaa", "password12345", "ada@example.org1", "x" * 201]
)
def test_a_password_that_is_easy_to_guess_is_refused_and_the_rest_is_kept(app, client, password):
    make_invited("reviewer")
    link = link_in(app, "staff-invite")

    answer = post(client, link, **ABOUT | {"new_password": password})

    assert answer.status_code == 400
    assert 'value="Ada"' in answer.text
    assert find_member("ada@example.org").password is None


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(app, client):
    member = make_staff("reviewer", email="ada@example.org")
    post(client, "/staff/reset/", email="Ada@example.org")
    link = link_in(app, "staff-reset")

    answer = post(client, link, new_password=PASSWORD)

    assert answer.location == "/staff/login"
    assert client.get(link).status_code == 410
    assert log_in_by_form(client, member.email, PASSWORD).location == "/staff/"


def test_asking_for_a_new_password_is_answered_alike_for_every_kind_of_address(app):
    make_staff("reviewer", email="known@example.org")
    make_staff("reviewer", email="gone@example.org", active=False)
    make_staff("reviewer", email="new@example.org", password=None)
    emails = [f"{name}@example.org" for name in ("known", "gone", "new", "nobody")]

    answers = [post(app.test_client(), "/staff/reset/", email=email) for email in emails]

    told = {(answer.status_code, answer.location, answer.text) for answer in answers}
    assert len(told) == 1
    mails = db.session.scalars(select(OutboxMail)).all()
    assert [mail.template for mail in mails] == ["staff-reset"] * 4


@pytest.mark.parametrize(
    "values", [{"active": False}, {"password": None}], ids=["disabled", "invited"]
)
def test_no_link_goes_to_who_can_not_log_in(app, values):
    make_staff("reviewer", email="ada@example.org", **values)

    ask_for_reset("ada@example.org", locale="en", now=utc_now())

    assert link_in(app, "staff-reset") == ""


def test_a_mailbox_gets_one_link_an_hour(app):
    member = make_staff("reviewer", email="ada@example.org")
    ask_for_reset(member.email, locale="en", now=utc_now())
    sent = db.session.scalars(select(OutboxMail)).one()
    sent.status, sent.sent_at, sent.recipient = "sent", utc_now() - timedelta(minutes=59), None
    db.session.commit()

    ask_for_reset(member.email, locale="en", now=utc_now())

    assert link_in(app, "staff-reset") == ""


def test_a_mailbox_gets_another_link_when_the_one_before_was_made_worthless(app):
    member = make_staff("reviewer", email="ada@example.org")
    ask_for_reset(member.email, locale="en", now=utc_now())
    sent = db.session.scalars(select(OutboxMail)).one()
    sent.status, sent.sent_at, sent.recipient = "sent", utc_now() - timedelta(minutes=5), None
    db.session.commit()
    managing.change_roles(member, {"translator": None}, actor=BOSS, now=utc_now())

    ask_for_reset(member.email, locale="en", now=utc_now())

    assert link_in(app, "staff-reset").startswith("/staff/reset/")


def test_a_link_to_a_new_password_gives_the_device_tries_of_its_own(app, client):
    """So nobody who guesses keeps a member out who is on a new device."""
    app.config["RATELIMIT_ENABLED"] = True
    member = make_staff("reviewer", email="besieged@example.org")
    app.config["WTF_CSRF_ENABLED"] = False
    for number in range(11):
        guess = {"email": member.email, "password": "wrong"}
        source = {"REMOTE_ADDR": f"10.1.0.{number}"}
        app.test_client().post("/staff/login", data=guess, environ_base=source)
    app.config["WTF_CSRF_ENABLED"] = True
    assert log_in_by_form(client, member.email).status_code == 429

    post(client, "/staff/reset/", email=member.email)
    post(client, link_in(app, "staff-reset"), new_password=PASSWORD)

    assert log_in_by_form(client, member.email, PASSWORD).status_code == 302


def test_a_new_password_is_told_by_mail_and_ends_all_sessions(app, client):
    member = make_staff("reviewer", email="ada@example.org")
    log_in(client, member)
    ask_for_reset(member.email, locale="en", now=utc_now())

    post(app.test_client(), link_in(app, "staff-reset"), new_password=PASSWORD)

    assert client.get("/staff/").status_code == 302
    assert link_in(app, "staff-password-changed") == "/staff/login"
