"""Restoring an old revision, as a new one: nothing is ever taken out of the history."""

from datetime import datetime

from sqlalchemy import select

from campaign_actions.campaigns.history import find_content
from campaign_actions.campaigns.merging import Content
from campaign_actions.campaigns.revising import Saved, Subject, revise
from campaign_actions.core.database import reading
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
    """Everything is as it was at a revision, but for what is public, until when, and of which kind.

    That is decided elsewhere: who restores texts neither opens nor closes anything. A language
    that has come since then stays. Raises SlugTaken, WouldBeEmpty.
    """
    current, newest = find_content(subject, subject_id)
    kept = _kept(subject, subject_id)
    changes = {
        name: value
        for name, value in content.items()
        if name not in kept and not name.endswith(".is_public")
    }
    # the words for a picture belong to the picture that is there now
    changes |= {name: value for name, value in current.items() if name.endswith(".picture_alt")}
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


def _kept(subject: Subject, subject_id: int) -> tuple[str, ...]:
    """The fields of its own that stay as they are."""
    instant = select(subject.table.published_at).where(subject.table.id == subject_id)
    with reading() as connection:
        is_published = connection.scalar(instant) is not None
    return subject.decided_elsewhere + (subject.fixed if is_published else ())
