"""The table of campaigns on the overview and on the page of campaigns: one table, in two places."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.campaigns.tags.save import set_tags
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.core.switches.state import Switch
from tests.support.drafts import make_draft, set_opening_time
from tests.support.factories import (
    make_action,
    make_campaign,
    make_confirmed,
    make_staff,
    set_count,
)
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in, post
from tests.support.switches import action_switch, off

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
DAY = timedelta(days=1)
PAGES = "/staff/", "/staff/campaigns/"
on_both_pages = pytest.mark.parametrize("address", PAGES)


def titles(page: str) -> list[str]:
    """Of the campaigns of the table, without archived ones."""
    rows = page.partition('<table class="table')[2].partition("</table>")[0]
    return re.findall(r'<th scope="row">\s*<a [^>]*>Title of (\w+) \(en\)</a>', rows)


@on_both_pages
def test_campaigns_are_filtered_and_archived_ones_folded_away(client, address):
    justice = make_campaign(slug="justice")
    make_campaign(slug="draft", published_at=None)
    make_campaign(slug="old", archived_at=utc_now() - DAY)
    set_tags(justice.id, ["2026"], actor="grace@example.org", now=utc_now())
    log_in(client, make_staff("reviewer"))

    everything = client.get(address).text
    nothing = client.get(f"{address}?q=unknown").text

    assert sorted(titles(everything)) == ["draft", "justice"]
    assert "Title of old" in everything.partition("1 archived campaign")[2]
    assert titles(client.get(f"{address}?state=draft").text) == ["draft"]
    assert titles(client.get(f"{address}?state=archived").text) == ["old"]
    assert ">Not archived <span" in everything, "these are not all"
    assert titles(client.get(f"{address}?tag=2026&sort=title").text) == ["justice"]
    assert titles(client.get(f"{address}?q=JUST").text) == ["justice"]
    make_action(campaign=justice, slug="night-buses")
    for words in ("night-buses", "justice/night-buses"):
        assert titles(client.get(f"{address}?q={words}").text) == ["justice"]
    assert "No campaign matches." in nothing
    assert f'<a href="{address}#campaigns">Show all campaigns</a>' in nothing


@on_both_pages
def test_a_campaign_is_found_by_the_title_of_an_action(client, address):
    make_action(campaign=make_campaign(slug="justice"), slug="station")
    make_campaign(slug="other")
    log_in(client, make_staff("reviewer"))

    page = client.get(f"{address}?q=STATION+title").text

    assert titles(page) == ["justice"]
    assert "Found in its actions: Title of station (en)" in visible_text(page)
    assert "Found in" not in client.get(f"{address}?q=justice").text
    assert titles(client.get(f"{address}?q=other").text) == ["other"]


@pytest.mark.parametrize(
    "place", [*PAGES, "/staff/campaigns/{}/", "/staff/campaigns/{}/dashboard/"]
)
def test_an_action_that_is_switched_off_shows_wherever_its_campaign_is_listed(client, place):
    campaign = make_campaign()
    action = make_action(campaign=campaign)
    log_in(client, make_staff("campaigner"))
    address = place.format(campaign.id)
    before = client.get(address).text

    off(action_switch(action))

    page = visible_text(client.get(address).text)
    assert "1 action switched off" not in before
    assert "1 action switched off" in page
    assert "Everything here is public" not in page


@pytest.mark.parametrize(
    "place",
    [*PAGES, "/staff/campaigns/{}/", "/staff/campaigns/{}/share/", "/staff/campaigns/{}/edit/"],
)
def test_a_language_that_is_switched_off_shows_wherever_its_campaign_is_listed(client, place):
    campaign = make_campaign(locales=("en", "ru"))
    make_action(campaign=campaign, locales=("en", "ru"))
    log_in(client, make_staff("campaigner"))
    address = place.format(campaign.id)
    before = client.get(address).text

    off(Switch("language", "ru"))

    page = visible_text(client.get(address).text)
    assert "Switched off" not in before
    assert "Switched off: Russian" in page
    assert "Everything here is public" not in page


def test_a_language_that_is_switched_off_is_not_said_to_be_public(client):
    campaign = make_campaign(locales=("en", "ru"))
    make_action(campaign=campaign, locales=("en", "ru"))
    log_in(client, make_staff("campaigner"))
    address = f"/staff/campaigns/{campaign.id}/share/"

    off(Switch("language", "ru"))
    one = visible_text(client.get(address).text)
    off(Switch("language", "en"))
    none = visible_text(client.get(address).text)

    assert "is public in English. Switched off: Russian" in one
    assert "is public in" not in none


@on_both_pages
def test_a_campaign_that_left_the_site_keeps_its_figures_in_the_list(client, address):
    campaign = make_campaign()
    action = make_action(campaign=campaign, goal=500)
    set_count(action, 324)
    set_opening_time(campaign.id, None)
    log_in(client, make_staff("campaigner"))

    page = client.get(address).text

    assert "<b>324</b>" in page
    assert "not open" not in page


@on_both_pages
def test_the_goal_of_an_action_counts_once_it_opens(client, address):
    campaign = make_campaign()
    set_count(make_action(campaign=campaign, goal=500), 20)
    later = make_action(campaign=campaign, slug="later", goal=1_000)
    set_opening_time_of(later, utc_now() + DAY)
    log_in(client, make_staff("campaigner"))

    assert "20 of 500" in visible_text(client.get(address).text)


@pytest.mark.parametrize("place", [*PAGES, "/staff/campaigns/{}/", "/staff/campaigns/{}/publish/"])
def test_a_closed_campaign_says_when_it_opens_again(client, place):
    campaign, soon = make_campaign(), utc_now() + DAY
    make_action(campaign=campaign, closes_at=utc_now() - DAY)
    set_opening_time_of(make_action(campaign=campaign, slug="later"), soon)
    log_in(client, make_staff("campaigner"))

    page = visible_text(client.get(place.format(campaign.id)).text)

    assert f"Opens again on {datetime_here(soon)}." in page


def set_opening_time_of(action, at):
    db.session.execute(update(Action).filter_by(id=action.id).values(published_at=at))
    db.session.commit()


@on_both_pages
def test_a_draft_opens_on_its_checklist(client, address):
    draft, public = make_draft(slug="torture"), make_campaign()
    log_in(client, make_staff("reviewer"))

    page = client.get(address).text.partition('<table class="table')[2]

    assert f'<a href="/staff/campaigns/{draft.id}/checklist/">Title of' in page
    assert f'<a href="/staff/campaigns/{public.id}/">Title of' in page


@on_both_pages
def test_a_language_that_is_not_public_is_marked(client, address):
    make_campaign(locales=("en", "ru"))
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(is_public=False))
    db.session.commit()
    log_in(client, make_staff("reviewer"))

    assert "en, ru (not public)" in visible_text(client.get(address).text)


@on_both_pages
def test_campaigns_are_sorted(client, address):
    first, second = (make_action(campaign=make_campaign(slug=slug), slug=slug) for slug in "ba")
    make_confirmed(second, now=utc_now())
    log_in(client, make_staff("reviewer"))

    assert titles(client.get(address).text) == ["b", "a"], "the order of the public site"
    assert titles(client.get(f"{address}?sort=title").text) == ["a", "b"]
    assert f"/staff/campaigns/{first.campaign_id}/" in client.get(f"{address}?sort=confirmed").text


@on_both_pages
def test_each_state_says_how_many_campaigns_are_in_it(client, address):
    make_campaign()
    make_campaign(slug="draft", published_at=None)
    log_in(client, make_staff("reviewer"))

    page = client.get(f"{address}?q=racism").text

    states = page.partition('<nav class="seg"')[2].partition("</nav>")[0]
    assert 'aria-current="true">All <span class="badge dim">1</span>' in states
    assert "Open <span" in states
    assert "Drafts" not in states, "none of them matches"


@on_both_pages
def test_a_campaign_says_when_it_opens_or_closes_and_what_is_left(client, address):
    make_action(closes_at=utc_now() + 3 * DAY)
    make_campaign(slug="next", published_at=utc_now() + 3 * DAY)
    make_draft(slug="torture")
    log_in(client, make_staff("campaigner"))

    rows = visible_text(client.get(address).text.partition('<table class="table')[2]).split(
        "Title of "
    )

    said = {row.partition(" ")[0]: row for row in rows}
    assert "Closes on" in said["racism"]
    assert "Opens on" in said["next"]
    assert "steps done" in said["next"]
    assert "of 7 steps done" in said["torture"]


@on_both_pages
@pytest.mark.parametrize("query", ["?state=x&sort=y&campaign=z", "?page=x", "?q=%00&tag=%FF"])
def test_nonsense_in_the_address_is_ignored(client, address, query):
    make_campaign()
    log_in(client, make_staff("reviewer"))

    assert client.get(f"{address}{query}").status_code == 200


def test_the_order_can_be_changed_where_all_campaigns_are_in_it(client):
    for slug in ("one", "two", "three"):
        make_campaign(slug=slug)
    log_in(client, make_staff("campaigner"))
    page = client.get("/staff/campaigns/").text

    assert page.count('class="mover"') == 3
    assert page.count(" disabled>") == 2, "the first cannot go up, nor the last down"
    for other in ("/staff/", "/staff/campaigns/?sort=title", "/staff/campaigns/?q=one"):
        assert 'class="mover"' not in client.get(other).text


def test_a_campaign_moves_past_archived_ones_which_the_list_does_not_show(client):
    one, _old, two = (
        make_campaign(slug=slug, archived_at=archived_at, position=position)
        for position, (slug, archived_at) in enumerate(
            (("one", None), ("old", utc_now() - DAY), ("two", None))
        )
    )
    log_in(client, make_staff("campaigner"))
    seen = "/staff/campaigns/"

    answer = post(client, f"/staff/campaigns/{two.id}/move/?page=1", seen=seen, to="up")

    assert answer.location == "/staff/campaigns/?page=1"
    assert titles(client.get(seen).text) == ["two", "one"]
    post(client, f"/staff/campaigns/{one.id}/move/", seen=seen, to="up")
    assert titles(client.get(seen).text) == ["one", "two"]


@pytest.mark.parametrize(("role", "is_asked"), [("campaigner", True), ("reviewer", False)])
def test_those_who_may_are_asked_for_a_first_campaign(client, role, is_asked):
    log_in(client, make_staff(role))

    page = client.get("/staff/campaigns/").text

    assert "No campaigns yet" in page
    assert ("Create your first campaign" in page) is is_asked
