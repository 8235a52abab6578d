"""A dashboard on a phone and on paper: names stay beside their numbers, titles with their charts."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route

from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.core.db.session import utc_now
from tests.support.factories import make_action, make_confirmed, make_staff
from tests.support.staff_client import log_in

pytestmark = [
    pytest.mark.slow,  # it drives a browser
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),
]
ORIGIN = "http://dashboard.example.org"
PHONE = {"width": 360, "height": 740}
IN_FRONT = """cell => {
  const box = cell.getBoundingClientRect();
  return document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2) === cell;
}"""
LEFT = "cell => Math.round(cell.getBoundingClientRect().left)"
FADE = "cell => getComputedStyle(cell, '::after').opacity"
BREAKS = "(it, side) => getComputedStyle(it)['break-' + side]"


@pytest.fixture
def page(browser, client):
    """The dashboard of an action with a channel, as the test client answers."""
    action = make_action()
    make_confirmed(action, now=utc_now() - timedelta(days=2), source="a-channel-with-a-long-name")
    fold_states(utc_now())
    log_in(client, make_staff("campaigner"))

    def answer(route: Route) -> None:
        with client.get(route.request.url.removeprefix(ORIGIN)) as found:
            route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.data)

    page: Page = browser.new_page(viewport=PHONE)
    page.route(f"{ORIGIN}/**", answer)
    page.goto(f"{ORIGIN}/staff/campaigns/{action.campaign_id}/actions/{action.id}/")
    yield page
    page.close()


def test_the_heading_of_channels_stays_in_front_of_dates_as_their_names_do(page):
    heading, name = page.locator(".heat thead th").first, page.locator(".heat tbody th").first
    heading.scroll_into_view_if_needed()

    for left in (-400, -300, -200, 0):
        page.locator(".newest").evaluate("(it, left) => { it.scrollLeft = left; }", left)
        assert heading.evaluate(LEFT) == name.evaluate(LEFT)
        assert heading.evaluate(IN_FRONT)
    assert name.bounding_box()["width"] < PHONE["width"] / 3


def test_the_month_stays_beside_the_names_and_earlier_days_fade_out(page):
    names, table = page.locator(".heat tbody th").first, page.locator(".newest")
    table.scroll_into_view_if_needed()

    for left in (0, -200):
        table.evaluate("(it, left) => { it.scrollLeft = left; }", left)
        edge = names.bounding_box()["x"] + names.bounding_box()["width"]
        months = [month.bounding_box() for month in page.locator(".group span").all()]
        assert any(edge <= month["x"] < edge + 40 for month in months)
        assert names.evaluate(FADE) == "1"
    table.evaluate("it => { it.scrollLeft = -it.scrollWidth; }")
    page.wait_for_timeout(100)
    assert names.evaluate(FADE) == "0"


def test_28_days_are_all_in_view_on_a_desk_whatever_the_names_of_channels(page):
    page.set_viewport_size({"width": 1280, "height": 800})

    assert page.locator(".newest").evaluate("it => it.scrollWidth - it.clientWidth") == 0
    months = {utc_now().month, (utc_now() - timedelta(days=27)).month}
    assert page.locator(".group span").count() == len(months)


def test_on_paper_a_title_is_on_the_page_of_its_chart_and_short_tables_are_whole(page):
    page.emulate_media(media="print")

    for above in (".fig .pane-h", ".fig .keys", ".fig .scale"):
        assert page.locator(above).first.evaluate(BREAKS, "after") == "avoid"
    for whole in (".fig .newest", "[aria-labelledby=country] .scroll", ".fig svg"):
        assert page.locator(whole).first.evaluate(BREAKS, "inside") == "avoid"
    assert page.locator(".fig").first.evaluate("it => getComputedStyle(it).display") == "block"
