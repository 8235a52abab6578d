"""The events in the history of a campaign or an action, and which of its revisions are public."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypedDict

from campaign_actions.actions.action_overview import ActionOverview, end_of
from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.actions.edit import ACTION
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.versioning.events import (
    PageEvent,
    closings,
    decisions,
    public_events,
)
from campaign_actions.campaigns.versioning.revision_overview import Opening
from campaign_actions.campaigns.versioning.versioned import public_number
from campaign_actions.core.db.session import db


class PublicNumbers(TypedDict):
    """The revision that the public sees, and the newest one of the draft; None: there is none."""

    published: int | None
    draft: int | None


def public_numbers(owner: CampaignOverview | ActionOverview) -> PublicNumbers:
    if not owner.is_public:
        return {"published": None, "draft": None}
    subject = ACTION if isinstance(owner, ActionOverview) else CAMPAIGN
    published = public_number(db.session.connection(), subject, owner.id)
    return {"published": published, "draft": owner.draft.number if owner.draft else None}


def opening_of(campaign: CampaignOverview, action: ActionOverview | None) -> Opening | None:
    """Of the page, by the person who decided the last of its times; None if it is not public."""
    if not (action or campaign).is_public:
        return None
    openings = [
        Opening(one.published_at, one.publisher_id)
        for one in (campaign, action)
        if one and one.published_at
    ]
    return max(openings, key=lambda one: one.at)


def events_of(
    campaign: CampaignOverview,
    action: ActionOverview | None,
    opening: Opening | None,
    *,
    now: datetime,
) -> list[PageEvent]:
    """When the page opened, closed and left the site, and what was decided about it.

    `opening`: as of opening_of(). A page that was never saved has only what was decided.
    """
    subject, subject_id = ("action", action.id) if action else ("campaign", campaign.id)
    decided = decisions(subject, subject_id)
    if not (action or campaign).version:
        return decided
    found = [*public_events(subject, subject_id, opening), *decided]
    opened = [one.at for one in found if one.name == "opened"]
    if not opened:
        return found
    if action:
        return [*found, *closings(action.id, since=min(opened), now=now)]
    return [*found, *_campaign_closing(campaign, found, since=min(opened), now=now)]


def _campaign_closing(
    campaign: CampaignOverview, known: Iterable[PageEvent], *, since: datetime, now: datetime
) -> Iterator[PageEvent]:
    """A campaign closes with the last of its actions, unless another event says that it closed."""
    end = end_of(campaign.actions, now)
    told = {campaign.archived_at, *(one.at for one in known if one.name == "all-closed")}
    if end is None or end > now or end in told:
        return
    last = (one for one in campaign.actions if one.closes_at == end)
    ends = (each for one in last for each in closings(one.id, since=since, now=now))
    yield next((each for each in ends if each.at == end), PageEvent(end, "closed"))
