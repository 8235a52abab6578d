"""New participants of the days of the reader, for the overview and the page of campaigns."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from campaign_actions.actions.counts.new_signatures import NewSignatures, new_signatures
from campaign_actions.actions.counts.states.periods import first_moment
from campaign_actions.actions.listing.campaigns import ListedCampaign
from campaign_actions.web.staff.dashboards.ranges import dashboard_zone
from campaign_actions.web.staff.waiting.store import keep_figures

DAY = timedelta(days=1)


def figures_of(campaigns: Sequence[ListedCampaign], now: datetime) -> NewSignatures:
    """By the days that dashboards have."""
    zone = dashboard_zone(now)
    today = now.astimezone(zone).date()
    ids = frozenset(action for one in campaigns for action in one.action_ids)
    today_at = first_moment(today, zone)
    find = partial(
        new_signatures,
        ids,
        week_at=first_moment(today - 6 * DAY, zone),
        yesterday_at=first_moment(today - DAY, zone),
        today_at=today_at,
        now=now,
    )
    return keep_figures((ids, today_at), find)
