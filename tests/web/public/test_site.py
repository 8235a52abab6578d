"""Home, front door, health, sitemap."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from sqlalchemy import text, update

from campaign_actions import create_app
from campaign_actions.actions.models import ActionText
from campaign_actions.campaigns.models import Partner, PartnerText
from campaign_actions.core.db.session import HEAD_REVISION, db, utc_now
from campaign_actions.core.i18n.locale import locales
from tests.support.app import SETTINGS
from tests.support.factories import make_action, make_campaign, set_count

YESTERDAY = utc_now() - timedelta(days=1)
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
    set_count(make_action(), 21)

    page = client.get("/en/").text

    assert "Headline of racism (en)" in page
    assert "/en/campaigns/racism/hate-crimes/" in page
    assert "<b>21</b> people have signed" in page


def test_home_has_a_button_for_each_open_action_and_none_for_others(client):
    campaign = make_campaign()
    for slug in ("first", "second"):
        make_action(campaign=campaign, slug=slug)
    closed = make_action(campaign=campaign, slug="over", closes_at=YESTERDAY)
    text = update(ActionText).where(ActionText.action_id == closed.id)
    db.session.execute(text.values(result="They answered."))
    db.session.commit()

    page = client.get("/en/").text

    assert re.findall(r'class="btn[^"]*" href="([^"]+)#sign"', page) == [
        "/en/campaigns/racism/first/",
        "/en/campaigns/racism/second/",
    ]
    results = page.partition('id="results"')[2]
    assert "/en/campaigns/racism/over/" in results
    assert "They answered." in results


def test_home_offers_nothing_of_an_archived_campaign_but_says_what_was_achieved(client):
    campaign = make_campaign(archived_at=YESTERDAY)
    campaign.texts[0].result = "The law **passed**.\n\nMore."
    db.session.commit()
    make_action(campaign=campaign, closes_at=YESTERDAY)

    page = client.get("/en/").text

    assert "#sign" not in page
    assert "The law passed." in page
    assert "More." not in page


def test_home_names_each_partner_once(client):
    for slug in ("racism", "women"):
        campaign = make_campaign(slug=slug)
        partner = Partner(campaign_id=campaign.id, position=0)
        partner.texts = [PartnerText(locale="en", name="Example Group")]
        db.session.add(partner)
    db.session.commit()

    assert client.get("/en/").text.count("Example Group") == 1


def test_each_page_has_one_heading_of_the_first_level(client):
    make_action()

    pages = [client.get(path).text for path in ("/en/", "/en/campaigns/racism/", ACTION)]

    assert [page.count("<h1") for page in pages] == [1, 1, 1]


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
