"""Suspicious clusters: a masked address is in one line, so that its parts are read as one."""

import pytest
from playwright.sync_api import Page, Route

from campaign_actions.actions.signatures.clusters.find import find_clusters
from campaign_actions.core.db.session import utc_now
from tests.support.clusters import LOW, arrive, make_compared_action
from tests.support.factories import make_staff
from tests.support.signature_pages import address
from tests.support.staff_client import log_in

pytestmark = [
    pytest.mark.slow,  # it drives a browser
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),
]
ORIGIN = "http://clusters.example.org"
LINES = """address => {
  const range = document.createRange();
  range.selectNodeContents(address);
  return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size;
}"""


@pytest.fixture
def page(browser, client):
    """A cluster of addresses at a long domain, as the test client answers."""
    action, now = make_compared_action(), utc_now()
    arrive(action, 20, now=now, domain="correspondence.bulk.example")
    find_clusters(now, thresholds=LOW)
    log_in(client, make_staff("campaigner", "administrator"))

    def answer(route: Route) -> None:
        with client.get(route.request.url.removeprefix(ORIGIN)) as found:
            route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.data)

    page: Page = browser.new_page()
    page.route(f"{ORIGIN}/**", answer)
    page.goto(ORIGIN + address(action, "signatures", "clusters"))
    yield page
    page.close()


def test_an_address_of_a_sample_is_in_one_line_at_every_width(page):
    addresses = page.get_by_text("…@correspondence.bulk.example")
    assert addresses.count() == 3

    for width in range(320, 1320, 40):
        page.set_viewport_size({"width": width, "height": 800})
        assert [one.evaluate(LINES) for one in addresses.all()] == [1, 1, 1], width
