"""The share picture and the poster of an action, and the tags by which links to a page are shown."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import update

from campaign_actions.actions.models import Action, ActionText, FormerActionSlug
from campaign_actions.actions.share_pictures.draw import draw_share_pictures
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.picture import PictureDetails, of_campaign, put_picture
from campaign_actions.core.content.images import process_image
from campaign_actions.core.db.session import db, utc_now
from tests.support.changes import publish_all
from tests.support.factories import NOON, ended, link_to, make_action, make_campaign, make_confirmed
from tests.support.images import picture

HOST = "http://actions.example.org"
CAMPAIGN = "/en/campaigns/racism/"
ACTION = f"{CAMPAIGN}hate-crimes/"
PICTURE = f"{ACTION}share.png"
DAY = timedelta(days=1)
TAG = re.compile(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">')


def tags_of(page: str) -> dict[str, str]:
    """The tags for shared links, each of which is there once."""
    found = [(name, unescape(value)) for name, value in TAG.findall(page)]
    once = [name for name, _value in found if name != "og:locale:alternate"]
    assert len(once) == len(set(once))
    return dict(found)


def change(table, **values) -> None:
    db.session.execute(update(table).values(values))
    db.session.commit()


def address_of_picture(client, page: str = ACTION) -> str:
    return tags_of(client.get(page).text)["og:image"].removeprefix(HOST)


def test_the_picture_is_at_the_address_that_the_page_names(client):
    make_action()
    draw_share_pictures(NOON)

    answer = client.get(address_of_picture(client))

    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.data.startswith(b"\x89PNG")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    again = client.get(
        address_of_picture(client), headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_the_address_changes_with_the_text(client):
    make_action()
    draw_share_pictures(NOON)
    former = address_of_picture(client)
    change(ActionText, title="Another demand")
    draw_share_pictures(NOON + DAY)

    current = address_of_picture(client)
    answer = client.get(former)

    assert current != former
    assert (answer.status_code, answer.location) == (302, current)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("query", ["", "?v=", "?v=0000", "?v=%00", "?source=x"])
def test_another_address_leads_to_the_picture(client, query):
    make_action()
    draw_share_pictures(NOON)

    answer = client.get(f"{PICTURE}{query}")

    assert (answer.status_code, answer.location) == (302, address_of_picture(client))


@pytest.mark.parametrize("table", [Action, Campaign])
@pytest.mark.parametrize("opens", [None, 1])
def test_the_picture_of_what_is_not_public_is_not_found(client, table, opens):
    make_action()
    draw_share_pictures(NOON)
    address = address_of_picture(client)
    assert client.get(address).status_code == 200

    change(table, published_at=opens and utc_now() + DAY)
    hidden, never = client.get(address), client.get("/en/campaigns/racism/nothing/share.png")

    assert hidden.status_code == never.status_code == 404
    assert hidden.data == never.data
    assert hidden.headers["Cache-Control"] == "no-store"


def test_the_picture_of_an_archived_campaign_stays(client):
    make_action(**ended(utc_now() - DAY))
    draw_share_pictures(NOON)
    change(Campaign, archived_at=utc_now() - DAY)

    assert client.get(address_of_picture(client)).status_code == 200


def test_before_it_is_drawn_it_is_not_found_and_no_page_names_it(client):
    make_action()

    assert client.get(PICTURE).status_code == 404
    tags = tags_of(client.get(ACTION).text)
    assert "og:image" not in tags
    assert tags["twitter:card"] == "summary"


def test_a_former_address_leads_to_the_picture(client):
    action = make_action()
    db.session.add(
        FormerActionSlug(campaign_id=action.campaign_id, slug="former", action_id=action.id)
    )
    db.session.commit()
    draw_share_pictures(NOON)

    answer = client.get(f"{CAMPAIGN}former/share.png", follow_redirects=True)

    assert (answer.status_code, answer.mimetype) == (200, "image/png")


@pytest.mark.parametrize("page", ["/en/", CAMPAIGN, ACTION])
def test_a_page_has_all_tags_for_shared_links(client, page):
    campaign = make_campaign(locales=("en", "ru"))
    make_action(campaign=campaign, locales=("en", "ru"))
    draw_share_pictures(NOON)

    tags = tags_of(client.get(page).text)

    assert tags["og:type"] == "website"
    assert tags["og:url"] == f"{HOST}{page}"
    assert tags["og:locale"] == "en_GB"
    assert "ru_RU" in re.findall(r'og:locale:alternate" content="(\w+)"', client.get(page).text)
    assert tags["og:image"].startswith(f"{HOST}{PICTURE}?v=")
    assert (tags["og:image:width"], tags["og:image:height"]) == ("1200", "630")
    assert tags["og:image:type"] == "image/png"
    assert tags["og:image:alt"] == "Title of hate-crimes (en)"
    assert tags["twitter:card"] == "summary_large_image"
    for name in ("title", "description", "image", "image:alt"):
        assert tags[f"twitter:{name}"] == tags[f"og:{name}"] != ""


def test_an_action_prefers_its_own_picture_and_a_campaign_its_photograph(client):
    action = make_action()
    who = {"actor": "grace@example.org", "now": NOON}
    details = PictureDetails({"en": {"picture_alt": "A sign"}})
    name = put_picture(of_campaign(action.campaign_id), process_image(picture()), details, **who)
    publish_all()
    before = tags_of(client.get(ACTION).text)
    draw_share_pictures(NOON)

    own, campaign = (tags_of(client.get(page).text) for page in (ACTION, CAMPAIGN))

    assert name in before["og:image"], "until its own is drawn"
    assert own["og:image"].startswith(f"{HOST}{PICTURE}")
    assert name in campaign["og:image"]
    assert campaign["og:image:alt"] == "A sign"


def test_a_page_that_belongs_to_one_person_names_no_address(client):
    signature = make_confirmed(make_action())
    draw_share_pictures(NOON)

    tags = tags_of(client.get(link_to("confirm", signature)).text)

    assert not {"og:url", "og:image"} & tags.keys()


def test_the_poster_has_demand_sender_address_and_code_and_is_not_indexed(client):
    make_action(campaign=make_campaign(locales=("en", "ru")), locales=("en", "ru"))

    answer = client.get(f"{ACTION}poster/")

    page = answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page
    assert "<h1>Title of hate-crimes (en)</h1>" in page
    assert "Human Rights Resource Centre" in page
    assert ">actions.example.org/en/campaigns/racism/hate-crimes/<" in page
    assert page.count('class="qr"') == 1
    assert "English, Русский" in page


def test_a_closed_action_has_no_poster(client):
    make_action(**ended(utc_now() - DAY))

    answer = client.get(f"{ACTION}poster/")

    assert (answer.status_code, answer.location) == (302, ACTION)
    assert "poster/" not in client.get(ACTION).text


def test_a_printed_action_has_its_address_and_a_code(client):
    make_action()

    page = client.get(ACTION).text

    (printed,) = re.findall(r'<p class="print-only online">.*?</p>', page, re.DOTALL)
    assert 'class="qr"' in printed
    assert f">{HOST}{ACTION}<" in printed
