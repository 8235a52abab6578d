"""A director's five questions, and the day on which a flood of fakes arrives, with the clicks counted."""

from datetime import UTC, datetime, time, timedelta

import pytest
from playwright.sync_api import Page, expect

from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.actions.queries import find_action
from campaign_actions.actions.signatures.clusters.find import find_clusters
from campaign_actions.actions.signatures.clusters.rules import Thresholds
from campaign_actions.core.db.session import db, utc_now
from tests.support.browser.clicks import Clicks
from tests.support.browser.signer import count, wait_for_count
from tests.support.clusters import add
from tests.support.factories import make_action, make_campaign, make_confirmed, serial

pytestmark = pytest.mark.slow  # it drives a browser

MAX_TO_ANSWER, MAX_TO_MARK_AND_UNDO = 3, 4  # clicks beyond typing
FAKES = 45
WORKER = 20_000  # milliseconds
PUBLIC = "/en/campaigns/violence-against-women/protection-law/"
GERMAN = {
    "domain": "gmail.com",
    "country_code": "DE",
    "source": "newsletter",
    "counts_provider": True,
}
RUSSIAN = {"domain": "mail.ru", "country_code": "RU", "source": "whatsapp", "counts_provider": True}


@pytest.fixture(scope="module")
def campaigns(workplace) -> tuple[int, int]:
    """Two campaigns since yesterday: in one, four times as many have signed as in the other."""
    with workplace.app.app_context():
        now = utc_now()
        yesterday = datetime.combine(now - timedelta(days=1), time(12), UTC)
        quick, slow = (
            make_action(campaign=make_campaign(slug=slug), slug=slug) for slug in ("quick", "slow")
        )
        add(quick, [{"now": yesterday, **GERMAN}] * 20 + [{"now": now, **RUSSIAN}] * 10)
        add(quick, [{"now": now, "status": "pending", **RUSSIAN}] * 10)
        add(slow, [{"now": yesterday, **GERMAN}] * 5 + [{"now": now, **GERMAN}] * 3)
        fold_states(utc_now())
        db.session.remove()
        return quick.campaign_id, slow.campaign_id


@pytest.fixture
def director(work, campaigns) -> Clicks:
    """On the overview of a campaigner of these campaigns."""
    page = work("campaigner", member={"campaigns": campaigns}, width=1280)
    page.goto("/staff/")
    return Clicks(page)


@pytest.fixture
def flood(site, open_site) -> tuple[Clicks, str, int]:
    """Fakes from one domain, found by the rules: someone at the list, the domain, and the count before."""
    page = open_site(width=1280)
    before, domain = count(page, PUBLIC), f"flood-{next(serial)}.example"
    with site.app.app_context():
        now = utc_now()
        action = find_action("violence-against-women", "protection-law", locale="en", now=now)
        for number in range(FAKES):
            make_confirmed(action, now=now, email=f"fake-{number}@{domain}")
        find_clusters(utc_now(), thresholds=Thresholds.by(site.app.config))
        db.session.remove()
    wait_for_count(page, PUBLIC, before + FAKES)
    site.log_in(page.context, "campaigner")
    page.goto(f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/signatures/")
    return Clicks(page), domain, before


def figure(page: Page, name: str) -> str:
    named = page.locator(".figs > div", has=page.get_by_text(name, exact=True))
    return named.locator("dd").first.inner_text()


def rows(page: Page, panel: str) -> list[list[str]]:
    """The names and the first numbers of the rows of a table."""
    lines = page.locator(f"section[aria-labelledby={panel}] tbody tr")
    lines.first.wait_for()
    page.wait_for_load_state()
    return [
        [cell.inner_text() for cell in line.locator("th, td").all()[:3]] for line in lines.all()
    ]


def test_how_many_signed_today_compared_with_yesterday(director):
    assert figure(director.page, "New today") == "13"
    assert figure(director.page, "New yesterday") == "25"
    assert director.count == 0


def test_which_campaign_grows_fastest_from_its_first_day(director):
    director.follow("Dashboard", inside=".ctx")
    director.open("View as a table", inside="[aria-labelledby=comparison]")

    assert sorted(rows(director.page, "comparison")) == [
        ["Title of quick (en)", "20", "30"],
        ["Title of slow (en)", "5", "8"],
    ]
    assert director.count <= MAX_TO_ANSWER


def test_where_people_come_from(director):
    director.follow("Dashboard", inside=".ctx")

    assert [row[:2] for row in rows(director.page, "country")] == [
        ["Germany", "28"],
        ["Russia", "10"],
    ]
    assert [row[:2] for row in rows(director.page, "source")] == [
        ["Newsletter", "28"],
        ["WhatsApp", "10"],
    ]
    assert director.count <= MAX_TO_ANSWER


def test_which_share_of_forms_is_confirmed_and_where_emails_do_not_arrive(director):
    director.follow("Dashboard", inside=".ctx")

    assert figure(director.page, "Confirmation rate") == "79.2%"
    assert [row[:2] for row in rows(director.page, "provider")] == [
        ["gmail.com", "100%"],
        ["mail.ru", "50%"],
    ]
    assert director.count <= MAX_TO_ANSWER


def test_who_the_people_behind_a_row_are(director):
    director.follow("Dashboard", inside=".ctx")
    director.follow("Germany", inside="[aria-labelledby=country]")
    director.follow("Title of quick (en)", inside="main")

    expect(director.page.get_by_role("heading", name="20 participants")).to_be_visible()
    expect(director.page.get_by_role("navigation", name="Filters in force")).to_contain_text(
        "Country: Germany"
    )
    assert director.count <= MAX_TO_ANSWER


def test_fakes_in_the_list_are_marked_invalid_and_made_valid_again(flood):
    clicks, domain, before = flood
    clicks.page.get_by_label("Email domain").fill(domain)
    clicks.page.keyboard.press("Enter")

    clicks.follow("Mark all of these invalid…")
    clicks.choose("Automated submission")
    mark_and_undo(clicks, before)


def test_a_cluster_of_fakes_is_marked_invalid_and_made_valid_again(flood):
    clicks, domain, before = flood

    clicks.follow("Review clusters")
    clicks.follow("Review and mark invalid…", inside=f"section:has-text('{domain}')")
    mark_and_undo(clicks, before)


def mark_and_undo(clicks: Clicks, before: int) -> None:
    """On the page that says what will be marked. Each count is shown to staff and to the public."""
    page, ended = clicks.page, clicks.page.locator("#ended")
    expect(page.get_by_text(f"falls from {before + FAKES} to {before}.")).to_be_visible()
    clicks.press(f"Mark {FAKES} participations as invalid")
    expect(ended).to_contain_text(f"{FAKES} participations were marked invalid.", timeout=WORKER)
    expect(ended).to_contain_text(f"The count is now {before}.")
    wait_for_count(page, PUBLIC, before)

    clicks.press("Undo", inside="#ended")

    expect(ended).to_contain_text(f"{FAKES} participations made valid again", timeout=WORKER)
    expect(ended).to_contain_text(f"The count is now {before + FAKES}.")
    wait_for_count(page, PUBLIC, before + FAKES)
    assert clicks.count <= MAX_TO_MARK_AND_UNDO
