"""The demo: its campaigns, its mailbox, its page of components."""

import re
from collections.abc import Iterator

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign_actions import create_app
from campaign_actions.actions.counts.states.providers import OTHER_PROVIDERS, PROVIDERS
from campaign_actions.actions.models import (
    Action,
    Comment,
    Milestone,
    Signature,
    StateDay,
    Tally,
)
from campaign_actions.actions.queries import public_actions
from campaign_actions.actions.signatures.clusters.queries import open_clusters
from campaign_actions.actions.signatures.search import count_results
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.operations import operation_of
from campaign_actions.campaigns.models import Partner, PartnerText, Picture, PictureFile
from campaign_actions.commands.signatures import tallies
from campaign_actions.core.db.alembic import init_migrate
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.demo.load import demo_files, demo_texts, load_demo
from campaign_actions.disclosures.columns import count_rows
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member
from tests.support.app import SETTINGS, Visitor
from tests.support.factories import LONG_AGO, NOON, make_action, make_campaign, make_signature
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, log_in_by_form, post

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
in_each_language = pytest.mark.parametrize("locale", ["en", "ru", "fr", "es", "ar"])

TOGETHER = {
    "violence-against-women/protection-law": "petition",
    "violence-against-women/sixteen-days": "pledge",
    "racism/hate-crimes": "petition",
    "racism/speak-up": "pledge",
    "racism/station-checks": "petition",
}
PEOPLE = {
    "hate-crimes": 1240,
    "protection-law": 312,
    "speak-up": 87,
    "sixteen-days": 12,
    "station-checks": 640,
}
CLOSED = "/campaigns/racism/station-checks/"


@pytest.fixture(scope="module")
def loaded_site(tmp_path_factory) -> Iterator[Flask]:
    """The demo as `make run` loads it, for all tests that do not change it: loading it takes seconds."""
    database = f"sqlite:///{tmp_path_factory.mktemp('demo')}/site.sqlite"
    site = create_app(SETTINGS | {"DEMO": True, "SQLALCHEMY_DATABASE_URI": database})
    site.test_client_class = Visitor
    with site.app_context():
        flask_migrate.upgrade(init_migrate())
        result = site.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 0, result.output
    yield site
    with site.app_context():
        db.engine.dispose()


@pytest.fixture
def loaded(loaded_site) -> Iterator[Flask]:
    with loaded_site.app_context():
        yield loaded_site
        db.session.remove()


@pytest.fixture
def visitor(loaded) -> Visitor:
    return loaded.test_client()


@in_each_language
def test_the_demo_has_both_campaigns_and_both_kinds_in_all_languages(loaded, locale):
    found = public_actions(locale=locale, now=utc_now())

    assert {f"{a.campaign_slug}/{a.slug}": a.kind.name for a in found} == TOGETHER
    assert [a.slug for a in found if a.asks_comment] == ["hate-crimes"]
    assert [a.slug for a in found if not a.is_open] == ["station-checks"]


@in_each_language
def test_the_demo_is_a_living_site_in_every_language(visitor, locale):
    actions = {action.slug: action for action in public_actions(locale=locale, now=utc_now())}

    assert {slug: action.count for slug, action in actions.items()} == PEOPLE
    assert all(one.text for action in actions.values() for one in action.milestones)
    assert actions["hate-crimes"].goal == 2500
    page = visitor.get(f"/{locale}/campaigns/racism/hate-crimes/").text
    assert re.search(r"/pictures/\w{32}-640\.webp", page)
    assert re.search(r'alt="[^"]{20,}"', page)


@in_each_language
def test_home_shows_a_result_and_the_partners(visitor, locale):
    page = visitor.get(f"/{locale}/").text

    results, partners = (
        page.partition(f'id="{name}-heading"')[2] for name in ("results", "partners")
    )
    title, outcome, *_more = texts_of_the_closed_action(locale)
    assert title in results
    assert outcome in results
    assert f"{CLOSED}#sign" not in page
    assert [name for name in partners_in(locale) if name not in partners] == []


@in_each_language
def test_a_closed_action_opens_with_its_end_its_count_and_its_result(visitor, locale):
    page = visitor.get(f"/{locale}{CLOSED}").text

    band, _, story = page.partition('aria-labelledby="closed-heading"')[2].partition("</section>")
    _title, outcome, *more = texts_of_the_closed_action(locale)
    assert "<b>640</b>" in band
    assert outcome in band
    assert [text for text in more if text not in story] == []
    assert "<form" not in page


@in_each_language
def test_each_campaign_shows_its_partner_and_says_that_it_is_an_example(visitor, locale):
    label = demo_files("people")[locale]["label"]

    for slug in ("violence-against-women", "racism"):
        page = visitor.get(f"/{locale}/campaigns/{slug}/").text
        ((name, points),) = partners_of(slug, locale)
        assert name in page
        assert [point for point in points if point not in page] == []
        assert name.endswith(f" {label}")


def texts_of_the_closed_action(locale: str) -> list[str]:
    """Its title and the paragraphs of its result."""
    texts = demo_texts("racism", locale)["actions"]["station-checks"]
    return [texts["title"], *texts["result"].strip().split("\n\n")]


def partners_in(locale: str) -> list[str]:
    """The names of the partners of both campaigns."""
    return [
        name
        for slug in ("violence-against-women", "racism")
        for name, _points in partners_of(slug, locale)
    ]


def partners_of(slug: str, locale: str) -> list[tuple[str, list[str]]]:
    """Names of the partners, each with its points."""
    partners = demo_texts(slug, locale)["partners"]
    return [
        (each["name"], each["points"].removeprefix("- ").strip().split("\n- ")) for each in partners
    ]


def test_nobody_takes_the_examples_for_real_people(visitor):
    labels = {people["label"] for people in demo_files("people").values()}
    signers = db.session.scalars(select(Signature)).all()

    confirmed = [signer for signer in signers if signer.status == "confirmed"]
    assert len(confirmed) == sum(PEOPLE.values())
    assert {signer.family_name for signer in signers} == labels
    assert all(re.search(r"[@.]demo\.example$", signer.email) for signer in signers)
    assert not any(signer.wants_updates for signer in signers)
    page = visitor.get("/en/campaigns/racism/hate-crimes/").text
    names = re.findall(r"<figcaption lang[^>]*>\s*<bdi>\s*([^<]+?)\s*</bdi>", page)
    assert len(names) == 15
    assert all(name.endswith(tuple(labels)) for name in names)


def test_nobody_in_the_demo_gets_a_reminder_and_their_providers_are_counted(loaded):
    pending = db.session.scalars(select(Signature).filter_by(status="pending")).all()
    named = set(db.session.scalars(select(StateDay.value).where(StateDay.part == "provider")))

    assert len(pending) > 50
    assert [signer.due_at for signer in pending if signer.due_at] == []
    assert named > {"gmail.demo.example", "mailru.demo.example", "other"}
    assert named - {OTHER_PROVIDERS} <= PROVIDERS


def test_people_took_part_in_the_closed_action_while_it_was_open(loaded):
    closed = db.session.scalars(select(Action).filter_by(slug="station-checks")).one()
    first, last = func.min(Signature.signed_at), func.max(Signature.confirmed_at)

    times = db.session.execute(select(first, last).where(Signature.action_id == closed.id)).one()

    assert closed.published_at < times[0] < times[1] < closed.closes_at < closed.retain_from
    assert closed.campaign.published_at == closed.published_at


def test_the_counts_of_the_demo_are_those_of_its_signatures(loaded):
    result = loaded.test_cli_runner().invoke(tallies, ["check"])

    assert result.exit_code == 0
    assert "2,291 signatures: no mismatches" in result.output


def test_loading_the_whole_demo_again_changes_nothing(loaded):
    tables = (
        *(Action, Signature, Tally, Comment, Picture, PictureFile),
        *(Milestone, Partner, PartnerText, StaffMember),
    )

    def rows() -> dict[str, int]:
        db.session.rollback()
        return {
            table.__name__: db.session.scalars(select(func.count()).select_from(table)).one()
            for table in tables
        }

    before = rows()
    result = loaded.test_cli_runner().invoke(args=["demo", "load"])

    assert "already loaded" in result.output
    assert rows() == before
    assert (before["Picture"], before["PictureFile"]) == (5, 20)


def test_the_suspicious_cluster_has_people(loaded):
    action = db.session.scalars(select(Action).filter_by(slug="hate-crimes")).one()

    clusters = open_clusters(action.id)

    assert [count_results(action.id, one.wanted).number >= one.rows for one in clusters] == [True]


@pytest.mark.parametrize(
    ("role", "tasks"),
    [
        ("administrator", {"Request to decide", "Text to approve"}),
        ("campaigner", {"Comments to read", "Changed page to publish", "Text to approve"}),
        ("exporter", {"Request to decide"}),
        ("translator", {"Strings to translate"}),
        ("reviewer", {"Text to approve"}),
    ],
)
def test_something_waits_for_each_role(loaded, role, tasks):
    visitor = loaded.test_client()
    log_in(visitor, find_member(f"{role}@demo.example"))

    page = visitor.get("/staff/").text

    assert tasks <= set(re.findall(r'<span class="what">(.*?)</span>', page))
    assert "First steps" not in page


def test_the_requested_export_needs_approval_and_can_be_downloaded_by_whoever_asked(loaded):
    request = db.session.scalars(select(ApprovalRequest).filter_by(kind="export")).one()
    operation = operation_of(request)

    assert operation.export.staff_id == request.requested_by
    assert operation.is_guarded(db.session.connection())
    assert count_rows(db.session.connection(), operation.export) > 0


@on_sqlite
def test_loading_the_campaigns_again_adds_none(app):
    first, second = load_demo(now=NOON), load_demo(now=NOON)

    assert (len(first), second) == (2, [])
    assert len(public_actions(locale="en", now=NOON)) == len(TOGETHER)


@on_sqlite
@pytest.mark.parametrize(
    "address",
    [
        "/demo/mail/",
        "/demo/components/",
        "/demo/components/staff/",
        "/demo/mail/x/",
        "/demo/staff/",
    ],
)
def test_without_the_demo_setting_there_are_no_demo_pages(client, address):
    assert client.get(address).status_code == 404


@on_sqlite
def test_the_mailbox_opens_no_other_files(app, client):
    app.config["DEMO"] = True

    answers = [
        client.get(f"/demo/mail/{name}/")
        for name in ("..", "%2e%2e", "..%2fsecret_key", "secret_key")
    ]

    assert all(answer.status_code in {404, 308} for answer in answers)


@on_sqlite
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


def test_demo_staff_log_in_with_the_password_and_code_shown(visitor):
    page = visitor.get("/demo/staff/").text
    password, *_addresses = re.findall(r'<code dir="ltr">([^<]+)</code>', page)
    code = re.search(r"code: (\d{6})", page)[1]

    first = log_in_by_form(visitor, "administrator@demo.example", password)
    second = post(visitor, "/staff/login/second-factor/", code=code)

    assert (first.status_code, second.location) == (302, "/staff/")
    assert visitor.get("/staff/people/").status_code == 200


def test_the_history_of_the_demo_begins_before_it_opened_and_says_who_wrote_it(visitor):
    log_in(visitor, find_member("campaigner@demo.example"))
    closed = db.session.scalars(select(Action).filter_by(slug="station-checks")).one()
    page = f"/staff/campaigns/{closed.campaign_id}/actions/{closed.id}/history/"

    text = visible_text(visitor.get(page).text)

    assert "unknown" not in text
    assert re.search(r"Closed .* Opened .* 1 .*Demo campaigner", text)


@on_sqlite
def test_without_the_demo_setting_no_staff_accounts_are_added(app):
    load_demo(now=NOON)

    app.test_cli_runner().invoke(args=["demo", "load"])

    assert db.session.scalars(select(StaffMember)).all() == []
