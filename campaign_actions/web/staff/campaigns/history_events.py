"""The events in the history of a campaign or an action, and which of its revisions are public."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TypedDict

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.actions.edit import ACTION
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models.embargo import has_opened
from campaign_actions.campaigns.versioning.events import (
    OpenTime,
    PageEvent,
    archive_moments,
    decisions,
    open_times,
    public_events,
)
from campaign_actions.campaigns.versioning.revision_overview import Opening
from campaign_actions.campaigns.versioning.versioned import public_number
from campaign_actions.core.db.session import db
from campaign_actions.staff.queries import members_with
from campaign_actions.switches.queries import pauses_of_action


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
    published = public_numbers(action or campaign)["published"]
    found = [*public_events(subject, subject_id, opening, published), *decided]
    opened = [one.at for one in found if one.name == "opened"]
    if not opened:
        return found
    if action:
        times = open_times(action.id, since=min(opened), now=now)
        closings = (one.closing for one in times if one.closing)
        return [*found, *closings, *_switch_events(action.id)]
    return [*found, *_campaign_closings(campaign, found, since=min(opened), now=now)]


def _switch_events(action_id: int) -> Iterator[PageEvent]:
    pauses = pauses_of_action(action_id)
    members = members_with({who for one in pauses for who in (one.off_by, one.on_by) if who})
    ids = {email: member.id for email, member in members.items()}
    for one in pauses:
        yield PageEvent(one.off_at, "switched-off", ids.get(one.off_by))
        if one.on_at:
            yield PageEvent(one.on_at, "switched-on", ids.get(one.on_by or ""))


def _campaign_closings(
    campaign: CampaignOverview, known: Iterable[PageEvent], *, since: datetime, now: datetime
) -> Iterator[PageEvent]:
    """A campaign closes each time that the last open one of its actions closes, and opens again with the
    next that opens. Other events may say so already: of `known`, or of the archive.
    """
    told = {(one.at, one.name) for one in known} | {
        (at, name) for at in archive_moments(campaign.id) for name in ("all-closed", "reopened")
    }
    times = [
        one
        for action in campaign.actions
        if action.published_at and has_opened(now, action.published_at)
        for one in _open_times(action, since=max(since, action.published_at), now=now)
    ]
    for at, closing in {one.until: one.closing for one in times}.items():
        if closing is None or any(one.has(closing.at) for one in times):
            continue
        if (at, "all-closed") not in told:
            yield closing
        later = (one for one in times if one.since > closing.at)
        following = min(later, key=lambda one: one.since, default=None)
        if following and (following.since, "reopened") not in told:
            yield PageEvent(following.since, "reopened", following.opened_by)


def _open_times(action: ActionOverview, *, since: datetime, now: datetime) -> list[OpenTime]:
    """Of an action that was never saved, only its closing time is known."""
    first = OpenTime(since, action.closes_at if action.has_closed else None)
    first, *others = open_times(action.id, since=since, now=now) or [first]
    return [replace(first, opened_by=first.opened_by or action.publisher_id), *others]
