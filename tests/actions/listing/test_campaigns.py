"""The list of all campaigns: states as on their own pages, filters and order."""

from datetime import timedelta

import pytest

from campaign_actions.actions.campaign_overview import get_campaign_overview
from campaign_actions.actions.listing.campaigns import listed_campaigns
from campaign_actions.actions.listing.filter_and_sort import Filter, sort_campaigns
from campaign_actions.campaigns.tags.save import set_tags
from tests.support.factories import NOON, make_action, make_campaign, set_count

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
LATER = NOON + timedelta(days=1)
GRACE = {"actor": "grace@example.org", "now": NOON}


def listed(*ids: int):
    return listed_campaigns(ids or None, locales=("en",), now=NOON)


def slugs(found) -> list[str]:
    return [one.slug for one in found]


@pytest.mark.parametrize("values", [{}, {"published_at": None}, {"published_at": LATER}])
@pytest.mark.parametrize("ended", [False, True])
def test_a_campaign_has_the_state_of_its_own_page(app, values, ended):
    action = make_action(closes_at=NOON if ended else None)
    campaign = make_campaign(slug="other", **values)

    (first, second) = listed(action.campaign_id, campaign.id)

    assert first.state == get_campaign_overview(action.campaign_id, now=NOON).state
    assert second.state == get_campaign_overview(campaign.id, now=NOON).state
    assert first.open_actions == (0 if ended else 1)


def test_archived_campaigns_are_only_in_their_own_list(app):
    make_campaign(slug="old", archived_at=NOON)
    make_campaign(slug="new")

    assert slugs(Filter().of(listed())) == ["new"]
    assert slugs(Filter(state="archived").of(listed())) == ["old"]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (Filter(query="TITLE torture"), ["torture"]),
        (Filter(query="(ru)"), ["torture"]),
        (Filter(query="justice"), ["torture"]),
        (Filter(query="nothing"), []),
        (Filter(tag="JUSTICE"), ["torture"]),
        (Filter(tag="just"), []),
        (Filter(state="draft"), ["penalty"]),
    ],
)
def test_campaigns_are_found_by_title_tag_and_state(app, chosen, found):
    torture = make_campaign(slug="torture", locales=("en", "ru"))
    make_campaign(slug="penalty", published_at=None)
    set_tags(torture.id, ["Justice"], **GRACE)

    assert slugs(chosen.of(listed())) == found


def test_the_largest_number_comes_first(app):
    few, many = make_campaign(slug="a", position=1), make_campaign(slug="b", position=2)
    set_count(make_action(campaign=few), 3)
    set_count(make_action(campaign=many), 5)

    found = listed()

    assert slugs(found) == ["a", "b"]
    assert slugs(sort_campaigns(found, "confirmed", today={})) == ["b", "a"]
    assert slugs(sort_campaigns(found, "today", today={few.id: 2})) == ["a", "b"]
    assert slugs(sort_campaigns(found[::-1], "title", today={})) == ["a", "b"]
