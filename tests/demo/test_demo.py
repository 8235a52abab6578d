"""The demo: its campaigns, its mailbox, its page of components."""

import re

import pytest
from sqlalchemy import select

from campaign_actions.actions.queries import public_actions
from campaign_actions.core.db.session import db
from campaign_actions.demo.load import load_demo
from campaign_actions.staff.models import StaffMember
from tests.support.factories import LONG_AGO, NOON, make_action, make_campaign, make_signature
from tests.support.staff_client import log_in_by_form, post

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

TOGETHER = {
    "violence-against-women/protection-law": "petition",
    "violence-against-women/sixteen-days": "pledge",
    "racism/hate-crimes": "petition",
    "racism/speak-up": "pledge",
}


@pytest.mark.parametrize("locale", ["en", "ru", "fr", "es", "ar"])
def test_the_demo_has_both_campaigns_and_both_kinds_in_all_languages(app, locale):
    load_demo(now=NOON)

    found = public_actions(locale=locale, now=NOON)

    assert {f"{a.campaign_slug}/{a.slug}": a.kind.name for a in found} == TOGETHER
    assert [a.slug for a in found if a.asks_comment] == ["hate-crimes"]


def test_loading_the_demo_twice_changes_nothing(app):
    first = load_demo(now=NOON)
    second = load_demo(now=NOON)

    assert (len(first), second) == (2, [])
    assert len(public_actions(locale="en", now=NOON)) == 4


@pytest.mark.parametrize(
    "address", ["/demo/mail/", "/demo/components/", "/demo/mail/x/", "/demo/staff/"]
)
def test_without_the_demo_setting_there_are_no_demo_pages(client, address):
    assert client.get(address).status_code == 404


def test_the_mailbox_opens_no_other_files(app, client):
    app.config["DEMO"] = True

    answers = [
        client.get(f"/demo/mail/{name}/")
        for name in ("..", "%2e%2e", "..%2fsecret_key", "secret_key")
    ]

    assert all(answer.status_code in {404, 308} for answer in answers)


def test_the_mailbox_shows_sent_emails_in_the_readers_language(app, client):
    app.config.update(DEMO=True, ORGANIZATION_NAMES=["ru=Ресурсный центр по правам человека"])
    action = make_action(campaign=make_campaign(locales=("en", "ru")), locales=("en", "ru"))
    make_signature(action, locale="ru", email="ada@example.org", now=LONG_AGO)
    app.test_cli_runner().invoke(args=["outbox", "deliver"])

    box = client.get("/demo/mail/", headers={"Accept-Language": "ru"}).text

    name = re.search(r'href="(/demo/mail/[^"]+/)"', box)[1]
    mail, body = client.get(name).text, client.get(f"{name}body/")
    assert '<html lang="ru"' in box
    assert "ada@example.org" in box
    assert "Ресурсный центр по правам человека &lt;campaigns@example.org&gt;" in mail
    assert "Title of hate-crimes (ru)" in body.text
    assert "frame-ancestors 'self'" in body.headers["Content-Security-Policy"]


def test_demo_staff_log_in_with_the_password_and_code_shown(app, client):
    app.config["DEMO"] = True
    app.test_cli_runner().invoke(args=["demo", "load"])
    page = client.get("/demo/staff/").text
    password, *_addresses = re.findall(r'<code dir="ltr">([^<]+)</code>', page)
    code = re.search(r"code: (\d{6})", page)[1]

    first = log_in_by_form(client, "administrator@demo.example", password)
    second = post(client, "/staff/login/second-factor/", code=code)

    assert (first.status_code, second.location) == (302, "/staff/")
    assert client.get("/staff/people/").status_code == 200


def test_without_the_demo_setting_no_staff_accounts_are_added(app):
    app.test_cli_runner().invoke(args=["demo", "load"])

    assert db.session.scalars(select(StaffMember)).all() == []
