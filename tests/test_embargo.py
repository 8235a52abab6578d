"""Before its opening time a campaign is nowhere, as if it did not exist; from then on it is everywhere.

This covers all public addresses of tests/routes.txt. Each must be listed here with what it shows of
a campaign.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import update

from campaign_actions.actions.models import Action, ActionText, FormerActionSlug, Signature
from campaign_actions.actions.share_pictures.draw import draw_share_pictures
from campaign_actions.campaigns.models import CampaignText, FormerCampaignSlug, Picture, PictureFile
from campaign_actions.core.db.session import db
from campaign_actions.web.http.security_headers import PAGE_CACHE
from tests.support.drafts import BOTH_LOCALES, hide, set_opening_time
from tests.support.factories import link_to, make_action, make_campaign, make_signature
from tests.support.sign_form import ADA, hidden_inputs

INSTANT = datetime(2026, 12, 10, 9, tzinfo=UTC)
BEFORE, AFTER = INSTANT - timedelta(seconds=1), INSTANT
SECRET = "unheard-of"  # part of every text of the campaign and of its slug
NEVER = "never-was-it"
# Addresses that never show anything that an embargo would hide.
WITHOUT = {
    "/": "leads to a language",
    "/<locale>/privacy/": "about the whole site",
    "/<locale>/imprint/": "about the whole site",
    "/<locale>/mails/<token>/": "for who translates",
    "/<locale>/files/<token>/": "for who has signed: test_unpublished_texts.py",
    "/<locale>/unsubscribe/<token>/": "for who has signed: test_unpublished_texts.py",
    "/<locale>/withdraw/<token>/": "for who has signed: test_unpublished_texts.py",
    "/brand/<string(length=32):name>.png": "a picture of the house",
    "/brand/<string(length=6):digits>.css": "colours of the house",
    "/demo/": "the demo's own",
    "/favicon.ico": "a picture of the house",
    "/healthz": "of the server",
    "/metrics": "of the server",
    "/readyz": "of the server",
    "/robots.txt": "names no page",
    "/staff/": "guarded",
    "/static/": "files of the house",
}
LISTS = ("/en/", "/ru/", "/sitemap.xml")
PLACES = {  # every address of a campaign, by its route
    "/<locale>/campaigns/<campaign_slug>/": "/{locale}/campaigns/{campaign}/",
    "/<locale>/campaigns/<campaign_slug>/<action_slug>/": "/{locale}/campaigns/{campaign}/{action}/",
    "/<locale>/campaigns/<campaign_slug>/<action_slug>/count.json": (
        "/{locale}/campaigns/{campaign}/{action}/count.json"
    ),
    "/<locale>/campaigns/<campaign_slug>/<action_slug>/poster/": (
        "/{locale}/campaigns/{campaign}/{action}/poster/"
    ),
    "/<locale>/campaigns/<campaign_slug>/<action_slug>/thanks/": (
        "/{locale}/campaigns/{campaign}/{action}/thanks/"
    ),
    "/<locale>/campaigns/<campaign_slug>/<action_slug>/comments/": (
        "/{locale}/campaigns/{campaign}/{action}/comments/"
    ),
}
LISTED = {"/<locale>/", "/sitemap.xml"}
OWN_TESTS = {
    "/<locale>/campaigns/<campaign_slug>/<action_slug>/challenge.json",
    "/<locale>/confirm/<token>/",
    "/<locale>/next/<token>/",
    "/<locale>/campaigns/<campaign_slug>/<action_slug>/share.png",
    "/<locale>/campaigns/<campaign_slug>/<action_slug>/comments/<page>/",  # behaves like the first page
    "/pictures/<string(length=32):name>-<int(max=1600):width>.<any(webp,jpg):suffix>",
}


@pytest.fixture
def campaign(app):
    """A campaign under embargo in two languages, beside one that is public."""
    make_action(
        campaign=make_campaign(slug="women", locales=BOTH_LOCALES), slug="law", locales=BOTH_LOCALES
    )
    campaign = make_campaign(slug=SECRET, locales=BOTH_LOCALES)
    make_action(
        campaign=campaign, slug=f"{SECRET}-action", locales=BOTH_LOCALES, shows_comments=True
    )
    db.session.add(FormerCampaignSlug(slug="former", campaign_id=campaign.id))
    set_opening_time(campaign.id, INSTANT)
    return campaign


def address(place: str, locale: str, *, campaign=SECRET, action=f"{SECRET}-action") -> str:
    return place.format(locale=locale, campaign=campaign, action=action)


def seen(answer) -> tuple:
    """Everything that a response reveals, except what changes from one second to the next."""
    return answer.status, answer.text, sorted(answer.headers)


def test_every_public_address_is_known_here():
    listed = Path(__file__).with_name("routes.txt").read_text().splitlines()
    routes = [line.split()[0] for line in listed]

    unknown = {
        route
        for route in routes
        if route not in {*PLACES, *LISTED, *OWN_TESTS, *WITHOUT}
        and not route.startswith(("/staff/", "/static/", "/demo/"))
    }

    assert unknown == set(), "Say in this test what it has of a campaign under embargo."


@pytest.mark.parametrize("locale", BOTH_LOCALES)
@pytest.mark.parametrize("place", PLACES.values())
def test_before_the_opening_time_an_address_is_not_found(client, campaign, place, locale):
    with time_machine.travel(BEFORE, tick=False):
        embargoed = client.get(address(place, locale))
        never = client.get(address(place, locale, campaign=NEVER, action=NEVER))

    assert embargoed.status_code == 404
    assert seen(embargoed) == seen(never)
    assert embargoed.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("locale", BOTH_LOCALES)
@pytest.mark.parametrize("place", PLACES.values())
def test_at_the_opening_time_an_address_is_there(client, campaign, place, locale):
    with time_machine.travel(AFTER, tick=False):
        answer = client.get(address(place, locale))

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == PAGE_CACHE


@pytest.mark.parametrize("place", LISTS)
def test_lists_name_a_campaign_only_from_its_opening_time(client, campaign, place):
    with time_machine.travel(BEFORE, tick=False):
        before = client.get(place).text
    with time_machine.travel(AFTER, tick=False):
        after = client.get(place).text

    assert "women" in before
    assert SECRET not in before
    assert SECRET in after


@pytest.mark.parametrize("locale", BOTH_LOCALES)
def test_no_other_page_links_to_a_campaign_before_its_opening_time(client, campaign, locale):
    with time_machine.travel(BEFORE, tick=False):
        pages = [
            client.get(f"/{locale}/{rest}").text
            for rest in ("campaigns/women/", "campaigns/women/law/", "campaigns/women/law/thanks/")
        ]

    assert all("women" in page for page in pages)
    assert all(SECRET not in page for page in pages)


@pytest.mark.parametrize("method", ["post", "put", "options", "head"])
def test_no_method_reveals_a_campaign_before_its_opening_time(client, campaign, method):
    place = "/en/campaigns/{campaign}/{action}/"
    with time_machine.travel(BEFORE, tick=False):
        embargoed, never = (
            getattr(client, method)(place.format(campaign=slug, action=f"{slug}-action"), data=ADA)
            for slug in (SECRET, NEVER)
        )

    assert seen(embargoed) == seen(never)


def test_signing_is_possible_only_from_the_opening_time(client, campaign):
    page = f"/en/campaigns/{SECRET}/{SECRET}-action/"
    with time_machine.travel(AFTER, tick=False):
        fields = hidden_inputs(client, page) | ADA
    with time_machine.travel(BEFORE, tick=False):
        before = client.post(page, data=fields).status_code
        stored = db.session.query(Signature).count()
        db.session.commit()
    with time_machine.travel(AFTER, tick=False):
        after = client.post(page, data=fields).status_code

    assert (before, stored, after) == (404, 0, 303)


def test_a_former_slug_reveals_nothing_before_the_opening_time(client, campaign):
    db.session.add(
        FormerActionSlug(
            campaign_id=campaign.id,
            slug="former-action",
            action_id=db.session.query(Action).filter_by(campaign_id=campaign.id).one().id,
        )
    )
    db.session.commit()
    pairs = [
        ("/en/campaigns/former/", f"/en/campaigns/{NEVER}/"),
        ("/en/campaigns/former/former-action/", f"/en/campaigns/{NEVER}/{NEVER}/"),
        (f"/en/campaigns/{SECRET}/former-action/", f"/en/campaigns/{NEVER}/{NEVER}/"),
    ]

    with time_machine.travel(BEFORE, tick=False):
        answers = [(client.get(former), client.get(never)) for former, never in pairs]

    assert all(seen(former) == seen(never) for former, never in answers)


def test_a_language_that_is_not_public_stays_closed_at_the_opening_time(client, campaign):
    text = update(CampaignText).filter_by(campaign_id=campaign.id, locale="ru")
    db.session.execute(text.values(is_public=False))
    db.session.commit()

    with time_machine.travel(AFTER, tick=False):
        answers = [client.get(f"/{tag}/campaigns/{SECRET}/").status_code for tag in BOTH_LOCALES]
        other = client.get(f"/en/campaigns/{SECRET}/").text

    assert answers == [200, 404]
    assert f"/ru/campaigns/{SECRET}" not in other


def test_the_picture_is_not_found_before_the_opening_time(client, campaign):
    file = PictureFile(width=320, format="webp", data=b"picture")
    db.session.add(
        Picture(name="p" * 32, campaign_id=campaign.id, width=320, height=200, added_at=BEFORE)
    )
    db.session.flush()
    picture = db.session.query(Picture).one()
    picture.files = [file]
    db.session.commit()

    with time_machine.travel(BEFORE, tick=False):
        early, never = (client.get(f"/pictures/{n * 32}-320.webp") for n in "px")
    with time_machine.travel(AFTER, tick=False):
        there = client.get(f"/pictures/{'p' * 32}-320.webp")

    assert seen(early) == seen(never)
    assert early.headers["Cache-Control"] == "no-store"
    assert (there.status_code, there.data) == (200, b"picture")


def test_the_share_picture_is_drawn_but_not_found_before_the_opening_time(client, campaign):
    place = "/{locale}/campaigns/{campaign}/{action}/share.png"
    with time_machine.travel(BEFORE, tick=False):
        drawn = draw_share_pictures(datetime.now(UTC))
        early = client.get(address(place, "en"))
        never = client.get(address(place, "en", campaign=NEVER, action=NEVER))
    with time_machine.travel(AFTER, tick=False):
        there = client.get(address(place, "en"), follow_redirects=True)

    assert drawn == 4
    assert seen(early) == seen(never)
    assert early.headers["Cache-Control"] == "no-store"
    assert (there.status_code, there.mimetype) == (200, "image/png")


def test_an_action_that_opens_later_responds_as_if_it_did_not_exist(client, campaign):
    later = INSTANT + timedelta(hours=1)
    db.session.execute(update(Action).filter_by(campaign_id=campaign.id).values(published_at=later))
    db.session.commit()
    page = f"/en/campaigns/{SECRET}/"

    with time_machine.travel(AFTER, tick=False):
        shown = client.get(page).text
        action, never = (client.get(f"{page}{slug}/") for slug in (f"{SECRET}-action", NEVER))
    with time_machine.travel(later, tick=False):
        opened = client.get(f"{page}{SECRET}-action/").status_code

    assert f"{SECRET}-action" not in shown
    assert seen(action) == seen(never)
    assert opened == 200


def test_a_link_of_a_campaign_that_comes_back_shows_what_was_public_until_it_opens(client):
    action = make_action(slug="law", locales=BOTH_LOCALES)
    signature = make_signature(action)
    confirm = link_to("confirm", signature)
    hide(action.campaign_id, "unpublished")
    texts = update(ActionText).filter_by(action_id=action.id)
    db.session.execute(texts.values(title=ActionText.title + SECRET))
    set_opening_time(action.campaign_id, INSTANT)

    with time_machine.travel(BEFORE, tick=False):
        early = client.get(confirm)
    with time_machine.travel(AFTER, tick=False):
        there = client.get(confirm)

    assert (early.status_code, there.status_code) == (200, 200)
    assert "Title of law (en)" in early.text
    assert SECRET not in early.text
    assert SECRET in there.text
