"""Home, front door, health, sitemap."""

import re
from xml.etree import ElementTree

import pytest
from sqlalchemy import text

from campaign_actions import create_app
from campaign_actions.actions.counts.ledger import fold
from campaign_actions.core.db.session import HEAD_REVISION, db
from campaign_actions.core.i18n.locale import locales
from tests.support.app import SETTINGS
from tests.support.factories import make_action, make_campaign, make_confirmed

ACTION = "/en/campaigns/racism/hate-crimes/"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.mark.parametrize(
    ("accepted", "locale"),
    [("ru", "ru"), ("ru-RU,ru;q=0.9,en;q=0.1", "ru"), ("de", "en"), ("", "en"), ("*", "en")],
)
def test_the_root_redirects_to_the_visitors_language(client, accepted, locale):
    answer = client.get("/", headers={"Accept-Language": accepted})

    assert (answer.status_code, answer.location) == (302, f"/{locale}/")
    assert answer.headers["Cache-Control"] == "no-store"


def test_home_shows_actions_and_their_counts(client):
    action = make_action()
    make_confirmed(action)
    fold()

    page = client.get("/en/").text

    assert "Headline of racism (en)" in page
    assert "/en/campaigns/racism/hate-crimes/" in page
    assert re.search(r"<b>1</b>", page)


def test_home_works_without_campaigns(client):
    assert client.get("/en/").status_code == 200


def test_a_language_shows_only_what_is_translated_into_it(client):
    make_action(campaign=make_campaign(locales=("en", "ru")), locales=("en", "ru"))
    make_action(campaign=make_campaign(slug="women"), slug="law")

    page = client.get("/ru/").text

    assert "Headline of racism (ru)" in page
    assert "women" not in page


def test_a_page_links_to_itself_in_the_languages_it_has(client):
    make_action(campaign=make_campaign(locales=("en", "ru")), locales=("en", "ru"))
    make_action(campaign=make_campaign(slug="women"), slug="law")

    both = client.get("/ru/campaigns/racism/hate-crimes/").text
    one = client.get("/en/campaigns/women/law/").text

    base = "http://actions.example.org"
    assert f'hreflang="en" href="{base}/en/campaigns/racism/hate-crimes/"' in both
    assert f'hreflang="ru" href="{base}/ru/campaigns/racism/hate-crimes/"' in both
    assert "/ru/campaigns/women/law/" not in one


@pytest.mark.parametrize("tag", ["en", "ru"])
def test_an_error_page_has_the_language_of_its_address(client, tag):
    pages = [client.get(f"/{tag}/").text, client.get(f"/{tag}/nothing/here/").text]

    assert all(f'<html lang="{tag}"' in page for page in pages)


def test_the_sitemap_holds_every_page_with_its_translations(client):
    make_action(campaign=make_campaign(locales=("en", "ru")), locales=("en", "ru"))

    root = ElementTree.fromstring(client.get("/sitemap.xml").data)

    places = [node.text for node in root.iter(f"{SITEMAP}loc")]
    assert "http://actions.example.org/ru/campaigns/racism/hate-crimes/" in places
    assert len(places) == 2 * len(locales()) + 2 * 2, "two pages of the site, two of the campaign"
    links = {place_of(url): len(url.findall(f"{XHTML}link")) for url in root.iter(f"{SITEMAP}url")}
    others = 1  # x-default: for who reads none of them
    assert {n for place, n in links.items() if "/campaigns/" in place} == {2 + others}
    assert {n for place, n in links.items() if "/campaigns/" not in place} == {
        len(locales()) + others
    }


def place_of(url) -> str:
    return url.find(f"{SITEMAP}loc").text


def test_robots_are_kept_from_secret_links(client):
    text = client.get("/robots.txt").text

    assert "Disallow: /*/confirm/" in text
    assert "Sitemap: http://actions.example.org/sitemap.xml" in text


def test_health_and_readiness_answer(client):
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"


def test_a_database_of_another_version_is_not_ready(client):
    db.session.execute(text("update alembic_version set version_num = 'older'"))
    db.session.commit()

    answer = client.get("/readyz")

    db.session.execute(text(f"update alembic_version set version_num = '{HEAD_REVISION}'"))
    db.session.commit()
    assert answer.status_code == 503
    assert answer.text == (
        f"the database is at revision older, but needs revision {HEAD_REVISION}: run `db upgrade`\n"
    )


@pytest.mark.parametrize(
    "address", ["postgresql://postgres@127.0.0.1:1/nothing", "sqlite:////nothing/here.sqlite"]
)
def test_an_unavailable_database_answers_503(address):
    client = create_app(SETTINGS | {"SQLALCHEMY_DATABASE_URI": address}).test_client()

    page, count, ready, health = (
        client.get(path) for path in ("/en/", f"{ACTION}count.json", "/readyz", "/healthz")
    )

    assert [page.status_code, count.status_code, ready.status_code] == [503, 503, 503]
    assert page.headers["Retry-After"] == "30"
    assert count.is_json
    assert health.status_code == 200
