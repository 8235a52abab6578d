"""Addresses with odd filters open the pages that share the filters of signatures, or say what is wrong."""

from collections.abc import Iterable
from itertools import cycle, product

import pytest

from campaign_actions.actions.signatures.filters.filter import MAX_IDS
from campaign_actions.actions.signatures.filters.form import TYPED
from tests.support.factories import make_action, make_confirmed, make_staff
from tests.support.signature_pages import address
from tests.support.staff_client import log_in, token_of

FIELDS = (*TYPED, "s", "since", "until", "since_zone", "reason", "before", "after", "batch")
ODD = ("", ".", "@", "\x00", "9" * 30, "[]", "٣")
LIST = ("signatures",)
OTHER_PAGES = (
    ("signatures", "bulk-invalidate"),
    ("signatures", "clusters"),
    ("export",),
    ("updates", "new"),
)

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # same on both


@pytest.fixture
def action(client):
    log_in(client, make_staff("administrator", "campaigner", "exporter"))
    action = make_action()
    make_confirmed(action)
    return action


def test_an_odd_filter_opens_the_list_or_is_explained(client, action):
    assert refused(client, address(action, *LIST), product(FIELDS, ODD)) == {}


@pytest.mark.parametrize("parts", OTHER_PAGES, ids="/".join)
def test_other_pages_with_filters_do_the_same(client, action, parts):
    """Each with every field and every odd value, but not with all pairs: the filter is the list's."""
    pairs = list(zip(FIELDS, cycle(ODD), strict=False))
    assert {value for _name, value in pairs} == {*ODD}

    assert refused(client, address(action, *parts), pairs) == {}


def refused(client, page: str, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The pairs of a field and its value to which the page answers neither with itself nor a reason."""
    assert client.get(page).status_code == 200
    answers = {
        (name, value): client.get(page, query_string={name: value}).status_code
        for name, value in pairs
    }
    return {pair: code for pair, code in answers.items() if code not in (200, 303, 400)}


def test_nobody_is_selected_by_an_empty_list_of_ids(client, action):
    page = address(action, "signatures", "bulk-invalidate")

    listed = client.get(address(action, "signatures"), query_string={"s": ""})
    asked = client.get(page, query_string={"s": ""})
    token = token_of(asked.text)
    marked = client.post(page, data={"csrf_token": token, "s": "", "reason": "script"})

    assert (listed.status_code, asked.status_code, marked.status_code) == (200, 200, 400)
    assert "1 participant" in listed.text, "a filter without ids is no filter"
    assert "Choose at least one filter" in marked.text


def test_selecting_too_many_says_how_many_can_be_selected(client, action):
    ids = ".".join(f"{number:026}" for number in range(MAX_IDS + 1))

    page = client.get(address(action, "signatures", "bulk-invalidate"), query_string={"s": ids})

    assert page.status_code == 400
    assert "At most 100 participants can be selected." in page.text
    assert ids not in page.text, "the form can be sent without them"
