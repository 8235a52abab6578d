"""The demo: its campaigns, its mailbox, its page of components."""

import re

import pytest
from sqlalchemy import func, select

from campaign_actions.actions.models import CommentDecision, Milestone, Signature, Tally
from campaign_actions.actions.queries import public_actions
from campaign_actions.campaigns.models import Picture, PictureFile
from campaign_actions.commands.signatures import tallies
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.demo.load import demo_files, load_demo
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


@pytest.fixture
def loaded(app):
    """The demo as `make run` loads it."""
    app.config["DEMO"] = True
    result = app.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 0, result.output
    return utc_now()


@pytest.mark.parametrize("locale", ["en", "ru", "fr", "es", "ar"])
def test_the_demo_is_a_living_site_in_every_language(client, loaded, locale):
    actions = {action.slug: action for action in public_actions(locale=locale, now=loaded)}

    counts = {slug: action.count for slug, action in actions.items()}
    assert counts == {
        "hate-crimes": 1240,
        "protection-law": 312,
        "speak-up": 87,
        "sixteen-days": 12,
    }
    assert all(one.text for action in actions.values() for one in action.milestones)
    assert actions["hate-crimes"].goal == 2500
    page = client.get(f"/{locale}/campaigns/racism/hate-crimes/").text
    assert re.search(r"/pictures/\w{32}-640\.webp", page)
    assert re.search(r'alt="[^"]{20,}"', page)


def test_nobody_takes_the_examples_for_real_people(client, loaded):
    labels = {people["label"] for people in demo_files("people").values()}
    signers = db.session.scalars(select(Signature)).all()

    assert len(signers) == 1240 + 312 + 87 + 12
    assert {signer.family_name for signer in signers} == labels
    assert {signer.email.partition("@")[2] for signer in signers} == {"demo.example"}
    assert not any(signer.wants_updates for signer in signers)
    page = client.get("/en/campaigns/racism/hate-crimes/").text
    names = re.findall(r"<figcaption lang[^>]*>\s*<bdi>\s*([^<]+?)\s*</bdi>", page)
    assert len(names) == 15
    assert all(name.endswith(tuple(labels)) for name in names)


def test_the_counts_of_the_demo_are_those_of_its_signatures(app, loaded):
    result = app.test_cli_runner().invoke(tallies, ["check"])

    assert result.exit_code == 0
    assert "1,651 signatures: no mismatches" in result.output


def test_loading_the_whole_demo_again_changes_nothing(app, loaded):
    tables = (Signature, Tally, CommentDecision, Picture, PictureFile, Milestone)

    def rows() -> list[int]:
        db.session.rollback()
        return [db.session.scalar(select(func.count()).select_from(table)) for table in tables]

    before = rows()
    app.test_cli_runner().invoke(args=["demo", "load"])

    assert rows() == before
    assert before[3:5] == [5, 25]


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
