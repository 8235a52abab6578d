"""What staff see of all campaigns: those of their rights, with state, counts and what waits."""

from datetime import timedelta

import pytest

from campaign_actions.core.db.session import utc_now
from tests.support.factories import make_action, make_campaign, make_staff
from tests.support.staff_client import log_in

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

SOON = utc_now() + timedelta(days=1)
BEFORE = utc_now() - timedelta(days=1)


@pytest.mark.parametrize("address", ["/staff/", "/staff/campaigns/"])
def test_an_empty_list_explains_campaigns(client, address):
    log_in(client, make_staff("reviewer"))

    assert "No campaigns yet" in client.get(address).text


@pytest.mark.parametrize("address", ["/staff/", "/staff/campaigns/"])
def test_staff_limited_to_campaigns_see_only_these(client, address):
    mine = make_campaign(slug="mine")
    make_campaign(slug="other")
    log_in(client, make_staff("reviewer", campaigns=(mine.id,)))

    page = client.get(address).text

    assert "Title of mine" in page
    assert "Title of other" not in page


def test_another_campaign_is_forbidden(client):
    mine, other = make_campaign(slug="mine"), make_campaign(slug="other")
    log_in(client, make_staff("reviewer", campaigns=(mine.id,)))

    assert client.get(f"/staff/campaigns/{other.id}/").status_code == 403


def test_the_list_has_pages(client):
    for number in range(21):
        make_campaign(slug=f"cause-{number}", position=number)
    log_in(client, make_staff("reviewer"))

    first, second = (client.get(f"/staff/campaigns/?page={page}").text for page in (1, 2))

    assert "Title of cause-19" in first
    assert "Title of cause-20" not in first
    assert "Title of cause-20" in second
    assert client.get("/staff/campaigns/?page=3").status_code == 404


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"published_at": None}, "Draft"),
        ({"published_at": SOON}, "Scheduled"),
        ({}, "Open"),
        ({"archived_at": BEFORE}, "Archived"),
    ],
)
def test_a_campaign_shows_its_state(client, values, state):
    campaign = make_campaign(**values)
    log_in(client, make_staff("reviewer"))

    page = client.get(f"/staff/campaigns/{campaign.id}/").text

    assert f">{state}</span>" in page


def test_a_campaign_whose_actions_are_closed_is_closed(client):
    action = make_action(closes_at=BEFORE)
    log_in(client, make_staff("reviewer"))

    page = client.get(f"/staff/campaigns/{action.campaign_id}/").text

    assert page.count(">Closed</span>") == 2


def test_missing_texts_of_a_language_are_listed(client):
    campaign = make_campaign(locales=("en", "ru"))
    make_action(campaign=campaign, locales=("en",), kind="pledge")
    log_in(client, make_staff("reviewer"))

    page = client.get(f"/staff/campaigns/{campaign.id}/").text

    assert "is not available in: Русский" in page
    assert "The consent text for pledges is missing in: Русский" in page
    assert "consent text for petitions" not in page, "the campaign has no petition"
