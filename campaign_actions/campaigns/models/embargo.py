"""The embargo: whether the public may see a page yet. Nothing else decides that.

A campaign opens at its `published_at`, and an action at its own, though never before its campaign. Once it
has opened, a campaign is public in those languages whose text is.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_

from campaign_actions.campaigns.models import CampaignText


def has_opened(now: datetime, *opening_times: datetime | None) -> bool:
    """Whether all of these times have come. None: no time is set."""
    return all(at is not None and at <= now for at in opening_times)


def have_opened(now: datetime | BindParameter[datetime], *pages: Any) -> ColumnElement[bool]:
    """The same as a condition of queries. `pages`: the tables Campaign, Action or both."""
    return and_(*(page.published_at <= now for page in pages))


def is_public(now: datetime | BindParameter[datetime], *pages: Any) -> ColumnElement[bool]:
    """Whether the public may read the text of a query's CampaignText on these pages."""
    return and_(have_opened(now, *pages), CampaignText.is_public)
