"""Anyone who lacks a right is told whom to ask, by name."""

import pytest

from tests.support.factories import make_campaign, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in
from tests.support.translators import make_translator

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def refusal(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 403
    return visible_text(answer.text)


def test_a_refusal_names_those_who_may_and_those_who_can_give_the_right(client):
    make_staff("exporter", name="Karim")
    make_staff("administrator", name="Elena")
    make_staff("exporter", name="Gone", active=False)
    log_in(client, make_staff("reviewer", name="Layla"))

    page = refusal(client, "/staff/exports/")

    assert "export participants" in page
    assert "These people can do it: Karim." in page
    assert "These administrators can give you the right: Elena." in page
    assert "Gone" not in page


def test_a_refusal_names_the_same_people_once(client):
    make_staff("administrator", name="Elena")
    log_in(client, make_staff("reviewer", name="Layla"))

    page = refusal(client, "/staff/people/")

    assert page.count("Elena") == 1
    assert "These administrators can do it, or give you the right: Elena." in page
    assert "ask an administrator" not in page


def test_only_people_who_translate_into_that_language_are_named(client):
    campaign = make_campaign(locales=("en", "ru"))
    make_translator("ru", name="Russian")
    make_translator("fr", name="French")
    log_in(client, make_staff("exporter"))

    page = refusal(client, f"/staff/translations/ru/campaign-{campaign.id}/")

    assert "Russian" in page
    assert "French" not in page


def test_only_people_with_the_right_in_all_campaigns_are_named_where_it_is_needed(client):
    one = make_campaign(slug="one")
    make_staff("campaigner", name="Limited", campaigns=(one.id,))
    make_staff("campaigner", name="Everywhere")
    log_in(client, make_staff("campaigner", campaigns=(one.id,)))

    page = refusal(client, "/staff/campaigns/new/")

    assert "Everywhere" in page
    assert "Limited" not in page


def test_only_people_with_the_right_in_that_campaign_are_named(client):
    mine, other = make_campaign(slug="mine"), make_campaign(slug="other")
    make_staff("campaigner", name="Here", campaigns=(mine.id,))
    make_staff("campaigner", name="There", campaigns=(other.id,))
    log_in(client, make_staff("reviewer"))

    page = refusal(client, f"/staff/campaigns/{mine.id}/edit/")

    assert "Here" in page
    assert "There" not in page
    assert "No other administrator can give you the right." in page


def test_nobody_is_named_to_visitors_who_are_not_logged_in(client):
    make_staff("administrator", name="Elena")

    assert "Elena" not in client.get("/staff/exports/", follow_redirects=True).text


def test_a_button_that_someone_may_not_press_says_whom_to_ask(client):
    campaign = make_campaign(published_at=None)
    make_staff("campaigner", name="Nino")
    log_in(client, make_staff("reviewer"))

    page = client.get(f"/staff/campaigns/{campaign.id}/publish/").text

    assert '<button class="btn" type="button" disabled>Publish campaign</button>' in page
    assert "Your roles do not include this. Ask Nino." in visible_text(page)
