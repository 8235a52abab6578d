"""Tables of a dashboard by confirmed or by confirmation rate."""

import csv
import re
from datetime import timedelta
from html import unescape
from io import StringIO

import pytest

from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.core.db.session import utc_now
from tests.support.factories import make_action, make_confirmed, make_signature
from tests.support.staff_client import dashboards_of

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def action(app):
    """Of 12 in Germany and 10 in France 9 have confirmed, and of one in Russia nobody."""
    action, then = make_action(), utc_now() - timedelta(days=2)
    for country_code, pending in (("DE", 3), ("FR", 1)):
        for _number in range(9):
            make_confirmed(action, now=then, country_code=country_code)
        for _number in range(pending):
            make_signature(action, now=then, country_code=country_code)
    make_confirmed(action, now=then, country_code="FR")
    make_signature(action, now=then, country_code="RU")
    fold_states(utc_now())
    return action


def pane(page, panel):
    return page.partition(f'aria-labelledby="{panel}"')[2].partition("</section>")[0]


def countries(page):
    rows = pane(page, "country").partition("<tbody>")[2].partition("</tbody>")[0]
    return [re.sub("<[^>]+>", "", one) for one in re.findall('<th scope="row">(.*?)</th>', rows)]


def headings(page):
    """Of the table of countries: the direction, address and words of each that rows can be sorted by."""
    found = re.findall(
        r'<th scope="col" class="n"(?: aria-sort="(\w+)")?><a href="([^"]+)">(.*?)</a>',
        pane(page, "country"),
    )
    return {
        re.sub("<[^>]+>", "", words).rstrip(" ↑↓"): (direction, unescape(address))
        for direction, address, words in found
    }


def test_a_heading_leads_to_the_order_by_confirmation_rate_and_another_back(staff, action):
    for there in dashboards_of(action):
        page = staff.get(there + "?range=7d").text
        assert countries(page) == ["France", "Germany", "Russia"]
        assert headings(page)["Confirmed"][0] == "descending"
        direction, address = headings(page)["Confirmation rate"]
        assert direction == ""
        assert address == f"{there}?range=7d&sort=rate#country"

        by_rate = staff.get(address).text

        assert countries(by_rate) == ["Germany", "France", "Russia"], "one person is not a rate"
        assert "Rows with fewer than 10 participants are last." in pane(by_rate, "country")
        assert headings(by_rate)["Confirmation rate"][0] == "ascending"
        assert headings(by_rate)["Confirmed"] == ("", f"{there}?range=7d#country")


def test_the_order_stays_when_the_period_changes_and_in_files(staff, action):
    there = dashboards_of(action)[0]

    page = staff.get(there + "?sort=rate").text

    assert f'href="{there}?range=7d&amp;sort=rate"' in page
    assert '<input type="hidden" name="sort" value="rate">' in page
    file = re.search(r'href="([^"]+country\.csv[^"]*)"', page)[1]
    rows = csv.reader(StringIO(staff.get(unescape(file)).text))
    assert [row[0] for row in rows][1:] == ["Germany", "France", "Russia", "Total"]


def test_the_bars_show_what_rows_are_sorted_by(staff, action):
    there = dashboards_of(action)[0]

    usual, by_rate = (
        pane(staff.get(there + query).text, "country") for query in ("", "?sort=rate")
    )

    assert re.search(r'<progress value="([^"]+)"', usual)[1].startswith("52.6")
    assert re.search(r'<progress value="([^"]+)"', by_rate)[1] == "75.0"


def test_an_order_that_there_is_not_is_the_usual_one(staff, action):
    assert countries(staff.get(dashboards_of(action)[0] + "?sort=nonsense").text)[0] == "France"
