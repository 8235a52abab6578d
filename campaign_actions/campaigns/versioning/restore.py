"""Restoring an old revision, as a new one: nothing is ever taken out of the history."""

from datetime import datetime

from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.save import Saved, revise
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Subject
from campaign_actions.staff.models import StaffMember


def restore(
    subject: Subject,
    subject_id: int,
    content: Content,
    number: int,
    *,
    by: StaffMember,
    now: datetime,
) -> Saved:
    """Everything is as it was at a revision, but for what is decided elsewhere.

    Who restores texts neither opens nor closes anything, and says neither what came of it nor what
    is on a picture. A language that has come since then stays. Raises SlugTaken, WouldBeEmpty.
    """
    current, newest = find_content(subject, subject_id)
    elsewhere = subject.decided_elsewhere
    changes = {n: v for n, v in content.items() if n.rpartition(".")[2] not in elsewhere}
    gone = {n: None for n in current if n.startswith("partners.") and n not in content}
    return revise(
        subject,
        subject_id,
        changes | gone,
        opened_at=newest,
        by=by,
        now=now,
        is_whole=True,
        restored=number,
    )
