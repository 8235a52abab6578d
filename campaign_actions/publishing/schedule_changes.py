"""Setting and cancelling the time at which drafts are published. scheduled/changes.py publishes them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert

from campaign_actions.actions.action_overview import ActionOverview, end_of
from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.actions.newest.drafts import Draft
from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import ScheduledDraft
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.core.db.session import write_transaction
from campaign_actions.publishing.changes import Seen, Times, lock_seen, lock_to_publish


def schedule_changes(
    campaign_id: int,
    *,
    seen: Seen,
    at: datetime,
    times: Times | None = None,
    new_languages: Collection[str] | None = None,
    actor: str,
    staff_id: int,
    now: datetime,
) -> None:
    """Schedule the publishing of these drafts, all or none of them, in place of any earlier time.

    `times` and `new_languages`: as in lock_to_publish().
    Raises NoChanges, ChangesConflict, TimeChanged.
    """
    with write_transaction() as connection:
        drafts = lock_to_publish(
            connection,
            campaign_id,
            seen,
            times=times,
            new_languages=new_languages,
            actor=actor,
            now=now,
            staff_id=staff_id,
        )
        common = {"campaign_id": campaign_id, "at": at, "scheduled_at": now, "staff_id": staff_id}
        for subject, subject_id, number in drafts:
            _delete(connection, subject, subject_id)
            row = {"subject": subject.name, "subject_id": subject_id, "number": number}
            connection.execute(insert(ScheduledDraft), common | row)
            add_entry(
                connection,
                "published",
                actor=actor,
                now=now,
                subject=subject.called(connection, subject_id),
                did="changes-scheduled",
                revision=number,
                at=at.isoformat(),
            )


def cancel_schedule(
    campaign_id: int,
    *,
    seen: Seen,
    times: Times | None = None,
    actor: str,
    now: datetime,
) -> None:
    """Cancel the time, so that someone has to publish these drafts.

    Raises NoChanges, ChangesConflict, TimeChanged.
    """
    with write_transaction() as connection:
        for subject, subject_id in lock_seen(connection, campaign_id, seen, times):
            if _delete(connection, subject, subject_id):
                add_entry(
                    connection,
                    "published",
                    actor=actor,
                    now=now,
                    subject=subject.called(connection, subject_id),
                    did="changes-cancelled",
                    revision=seen[subject.name, subject_id],
                )


def find_over(campaign: CampaignOverview, drafts: Sequence[Draft]) -> str | None:
    """The title of the first part that is no longer open: the campaign, or an action with a draft.

    None if all of them are open, so that the drafts can be published later.
    """
    if campaign.state != "open":
        return campaign.title
    for draft in drafts:
        action = _action_of(campaign, draft)
        if action and action.state != "open":
            return action.title
    return None


def first_end(campaign: CampaignOverview, drafts: Sequence[Draft]) -> tuple[datetime, str] | None:
    """When the first of them closes, and its title; None if none has an end.

    Drafts cannot be scheduled for a later time.
    """
    ends = []
    for draft in drafts:
        action = _action_of(campaign, draft)
        end = action.closes_at if action else end_of(campaign.actions)
        if end:
            ends.append((end, action.title if action else campaign.title))
    return min(ends, default=None)


def _action_of(campaign: CampaignOverview, draft: Draft) -> ActionOverview | None:
    """None for a draft of the campaign itself."""
    return None if draft.subject is CAMPAIGN else campaign.find_action(draft.subject_id)


def _delete(connection: Connection, subject: Versioned, subject_id: int) -> bool:
    this = delete(ScheduledDraft).filter_by(subject=subject.name, subject_id=subject_id)
    return bool(connection.execute(this).rowcount)
