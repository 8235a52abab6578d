"""A closed action says since when, how many took part, its result and what to do now."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.models import ActionText, Milestone, MilestoneText, Signature
from campaign_actions.actions.naming import find_action_by_name
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.publishing.archive import archive
from tests.support.factories import make_action, make_campaign, set_count
from tests.support.questions import WHY, ask

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

PAGE = "/en/campaigns/racism/over/"


@pytest.fixture
def campaign(app):
    campaign = make_campaign()
    closed = make_action(campaign=campaign, slug="over", closes_at=utc_now() - timedelta(days=1))
    set_count(closed, 21_306)
    return campaign


def band(client, address: str = PAGE) -> str:
    (found,) = re.findall(r'<section class="band".*?</section>', client.get(address).text, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def test_the_band_has_the_day_the_number_and_that_there_is_no_result_yet(client, campaign):
    said = band(client)

    assert said.startswith("Closed on ")
    assert "21,306 people signed" in said
    assert "We don’t know the outcome yet." in said


def test_the_band_begins_the_result_and_the_page_has_all_of_it(client, campaign):
    db.session.execute(update(ActionText).values(result="Two were *released*.\n\nOne is not."))
    db.session.commit()

    said, page = band(client), client.get(PAGE).text

    assert "Two were released." in said
    assert "One is not." not in said
    assert "One is not." in page


def test_a_form_sent_too_late_shows_what_was_typed_and_stores_nothing(client, campaign):
    action = find_action_by_name("racism", "over")
    ask(action, WHY, en__label="What happened?")
    db.session.commit()
    told = "I saw <b>it</b>.\nTwice."

    answer = client.post(PAGE, data={WHY: told, "email": "a@b.org"})

    assert answer.status_code == 410
    shown = re.findall(r"<dd[^>]*>(.*?)</dd>", answer.text, re.S)
    assert shown == ["I saw &lt;b&gt;it&lt;/b&gt;.\nTwice."]
    assert "a@b.org" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "What you wrote" not in client.post(PAGE, data={}).text
    assert db.session.scalars(select(Signature)).all() == []


def test_nothing_on_the_page_claims_that_it_goes_on(client, campaign):
    (action_id,) = db.session.scalars(select(ActionText.action_id)).all()
    text = MilestoneText(locale="en", text="We ask for a hearing.")
    db.session.add(Milestone(action_id=action_id, number=1, count=50_000, texts=[text]))
    db.session.commit()

    page = client.get(PAGE).text

    assert "We ask for a hearing." in page
    assert ">Next<" not in page
    assert 'content="Teaser of over' not in page
    assert 'name="description" content="This action is over.' in page


def test_without_a_result_nobody_is_invited_to_see_it(client, campaign):
    before = client.get("/en/campaigns/racism/").text
    db.session.execute(update(ActionText).values(result="Two were released."))
    db.session.commit()
    after = client.get("/en/campaigns/racism/").text

    assert ("See the result" in before, "See the result" in after) == (False, True)


@pytest.mark.parametrize("has_other", [True, False])
def test_the_band_leads_to_what_is_open(client, campaign, has_other):
    if has_other:
        make_action(campaign=campaign, slug="now")

    page = client.get(PAGE).text

    assert ("Open now: Title of now (en)" in page) == has_other
    assert ("See what you can do now" in page) != has_other


def test_nothing_on_a_closed_page_offers_to_take_part_or_claims_that_people_do(client, campaign):
    page = client.get(PAGE).text

    assert "<form" not in page
    assert "#sign" not in page
    assert "have signed" not in page
    assert "<title>Closed: Title of over (en)" in page
    assert 'class="y"' not in page


def test_an_open_action_has_no_band(client, campaign):
    make_action(campaign=campaign, slug="now")

    assert 'class="band"' not in client.get("/en/campaigns/racism/now/").text


def test_the_campaign_page_offers_open_actions_only_and_lists_closed_ones_as_past(client, campaign):
    make_action(campaign=campaign, slug="now")

    page = client.get("/en/campaigns/racism/").text

    assert re.findall(r'href="([^"]+)#sign"', page) == ["/en/campaigns/racism/now/"]
    assert "/en/campaigns/racism/over/" in page.partition('id="did-heading"')[2]


def test_an_archived_campaign_opens_with_a_band(client, app):
    campaign = make_campaign(archived_at=utc_now() - timedelta(days=1))
    make_action(campaign=campaign, closes_at=utc_now() - timedelta(days=1))

    assert band(client, "/en/campaigns/racism/").startswith("This campaign ended on ")


def test_without_a_result_of_its_own_a_page_has_that_of_the_archived_campaign(client, campaign):
    archive(campaign.id, results={"en": "We won."}, actor="ada", now=utc_now())

    said, page = band(client), client.get(PAGE).text

    assert "We won. Read more" in said
    assert "We don’t know the outcome yet." not in said
    assert 'href="/en/campaigns/racism/#result-heading"' in page


@pytest.mark.parametrize("is_of_campaign", [False, True])
def test_a_result_that_is_only_in_another_language_is_not_unknown(client, is_of_campaign):
    campaign = make_campaign(locales=("en", "ru"))
    end = utc_now() - timedelta(days=1)
    make_action(campaign=campaign, slug="over", closes_at=end, locales=("en", "ru"))
    if is_of_campaign:
        archive(campaign.id, results={"en": "We won."}, later=("ru",), actor="a", now=utc_now())
    else:
        db.session.execute(update(ActionText).filter_by(locale="en").values(result="We won."))
        db.session.commit()

    page = client.get("/ru/campaigns/racism/over/").text

    assert "пока неизвестно" not in page
    assert "на другом языке" in page
