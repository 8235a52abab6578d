"""What opens or closes soon."""

from datetime import timedelta

import pytest

from campaign_actions.actions.listing.dates import dates_within
from tests.support.factories import NOON, make_action, make_campaign

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
DAY = timedelta(days=1)


def changes(*campaign_ids: int) -> list[tuple[str, timedelta, bool]]:
    found = dates_within(7 * DAY, campaign_ids or None, now=NOON)
    return [(date.change, date.at - NOON, date.action_id is None) for date in found]


def test_dates_come_in_their_order(app):
    make_action(closes_at=NOON + 3 * DAY)
    make_campaign(slug="next", published_at=NOON + DAY)

    assert changes() == [("opens", DAY, True), ("closes", 3 * DAY, False)]


def test_dates_that_are_over_or_far_away_are_left_out(app):
    make_action(closes_at=NOON)
    make_action(slug="b", campaign=make_campaign(slug="b"), closes_at=NOON + 8 * DAY)

    assert changes() == []


def test_nothing_of_an_archived_campaign_closes(app):
    archived = make_campaign(slug="old", archived_at=NOON)
    make_action(campaign=archived, closes_at=NOON + DAY)

    assert changes() == []


def test_members_limited_to_campaigns_see_only_these(app):
    mine = make_campaign(slug="mine", published_at=NOON + DAY)
    make_campaign(slug="other", published_at=NOON + DAY)

    assert len(changes(mine.id)) == 1
