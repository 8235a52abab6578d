"""The list of signatures: its filters as chips, its pages by number, and what is offered for those found."""

import re
from datetime import timedelta

import pytest

from campaign_actions.actions.signatures import search
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate
from campaign_actions.actions.signatures.search import PAGE_SIZE
from campaign_actions.actions.signatures.withdraw import withdraw_on_request
from campaign_actions.web.staff.signatures import signatures
from tests.support.factories import NOON, make_action, make_confirmed, make_signature, make_staff
from tests.support.page_text import visible_text
from tests.support.signature_pages import address
from tests.support.staff_client import log_in

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def campaigner(client):
    log_in(client, make_staff("campaigner"))


def choices_above(client, action, **filters) -> str:
    page = client.get(address(action, "signatures"), query_string=filters).text
    return page[page.index('aria-labelledby="results"') :]


@pytest.mark.parametrize(
    ("status", "is_offered"),
    [("", True), ("confirmed", True), ("pending", False), ("withdrawn", False), ("invalid", False)],
)
def test_an_update_is_offered_only_where_confirmed_people_can_be(client, status, is_offered):
    log_in(client, make_staff("campaigner"))
    action = make_action()
    who = {"action": "racism/hate-crimes", "actor": "ada@example.org", "now": NOON}
    make_signature(action)
    confirmed, withdrawn, invalid = (make_confirmed(action) for _number in range(3))
    withdraw_on_request(withdrawn, heard="mail", **who)
    invalidate(invalid, reason="test", **who)

    page = choices_above(client, action, status=status, language=confirmed.locale)

    assert ("Write an update to all of these…" in page) is is_offered
    assert ("Write an update…" in page) is is_offered


def test_the_bar_of_a_selection_says_that_another_page_clears_it(client, campaigner):
    action = make_action()
    warning = "Only on this page. Going to another page clears the selection."
    make_signature(action)
    alone = client.get(address(action, "signatures")).text
    for _number in range(PAGE_SIZE):
        make_signature(action)

    assert warning not in alone
    assert warning in client.get(address(action, "signatures")).text


@pytest.mark.parametrize("filters", [{}, {"q": "Ada"}, {"since": "2020-01-01T00:00"}])
def test_a_page_is_found_by_its_number(client, campaigner, filters):
    action = make_action()
    for number in range(2 * PAGE_SIZE + 1):
        make_signature(action, now=NOON + timedelta(seconds=number))
    there = address(action, "signatures")

    first, third = (
        client.get(there, query_string={**filters, "page": number}).text for number in (1, 3)
    )

    assert "Page 1 of 3" in visible_text(first)
    assert 'type="number" inputmode="numeric" min="1" max="3"' in first
    assert "Page 3 of 3" in visible_text(third)
    assert [page.count('<th scope="row">') for page in (first, third)] == [50, 1]
    for name, typed in filters.items():
        assert f'<input type="hidden" name="{name}" value="{typed}">' in first


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("0", 1), ("-1", 1), ("x", 1), ("3", 2), ("999", 2), ("99999999999999999999", 2)],
)
@pytest.mark.parametrize("filters", [{}, {"q": "Ada"}])
def test_a_page_after_the_last_is_the_last(client, campaigner, typed, shown, filters):
    action = make_action()
    for _number in range(PAGE_SIZE + 1):
        make_signature(action)

    page = client.get(address(action, "signatures"), query_string={**filters, "page": typed})

    assert page.status_code == 200
    assert f"Page {shown} of 2" in visible_text(page.text)
    assert page.text.count('<th scope="row">') == (PAGE_SIZE if shown == 1 else 1)


def test_the_last_page_that_is_found_by_its_number_has_it(client, campaigner, monkeypatch):
    for module in (signatures, search):
        monkeypatch.setattr(module, "MAX_PAGE_FOUND", 2)
    action = make_action()
    for _number in range(2 * PAGE_SIZE + 1):
        make_signature(action)

    page = client.get(address(action, "signatures"), query_string={"page": 999})

    assert "Page 2 of 3" in visible_text(page.text)


@pytest.mark.parametrize(
    ("filters", "advice"),
    [
        ({"q": "Nobody"}, ["Search for part of a name"]),
        ({"country": "FR"}, ["Nobody matches this filter. Change or remove it."]),
        ({"country": "FR", "status": "pending"}, ["Nobody matches all these filters."]),
        (
            {"q": "Nobody", "country": "FR"},
            ["Search for part of a name", "Nobody matches all these filters."],
        ),
    ],
)
def test_where_nothing_is_found_the_advice_is_about_the_filters_in_force(
    client, campaigner, filters, advice
):
    action = make_action()

    page = client.get(address(action, "signatures"), query_string=filters).text

    empty = page.partition('<div class="empty">')[2].partition("</div>")[0]
    assert all(words in empty for words in advice)
    assert empty.count("<p>") == len(advice)


def test_a_very_long_list_says_how_to_go_further_back(client, campaigner, monkeypatch):
    monkeypatch.setattr(signatures, "MAX_PAGE_FOUND", 3)
    action = make_action()
    for _number in range(3 * PAGE_SIZE + 1):
        make_signature(action)

    page = client.get(address(action, "signatures")).text

    assert 'max="3"' in page
    assert "To go further back than page 3, choose a time under “More filters”." in page


def test_people_without_a_source_can_be_chosen(client, campaigner):
    action = make_action()
    make_signature(action, given_name="Ada", source="vk")
    make_signature(action, given_name="Grace", source=None)

    offered = client.get(address(action, "signatures")).text
    found = client.get(address(action, "signatures"), query_string={"without": "source"}).text

    assert '<option value="source">a channel</option>' in offered
    assert "Grace" in found
    assert "Ada" not in found


def test_each_filter_in_force_is_a_chip_that_removes_it(client, campaigner):
    action = make_action()
    make_signature(action, source="telegram")
    there = address(action, "signatures")

    page = client.get(there, query_string={"status": "pending", "source": "telegram"}).text

    chips = page.partition('aria-label="Filters in force"')[2].partition("</nav>")[0]
    assert "Status: Pending" in visible_text(chips)
    assert "Channel: Telegram" in visible_text(chips)
    assert re.findall('href="([^"]+)"', chips) == [
        f"{there}?source=telegram",
        f"{there}?status=pending",
    ]
    assert "Filters in force" not in client.get(there).text


def test_a_chip_names_a_language_in_the_language_of_the_reader(client, campaigner):
    there = address(make_action(), "signatures")

    page = client.get(there, query_string={"language": "ar"}).text

    chips = page.partition('aria-label="Filters in force"')[2].partition("</nav>")[0]
    assert "Language: Arabic" in visible_text(chips)
