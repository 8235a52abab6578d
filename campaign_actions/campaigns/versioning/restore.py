"""Restoring an old revision as a new one: the history only grows."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from campaign_actions.campaigns.versioning.differences import changed_fields
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.save import Saved, save_changes
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.core.db.session import db
from campaign_actions.staff.models import StaffMember


def restore(
    subject: Versioned,
    subject_id: int,
    content: Content,
    number: int,
    *,
    by: StaffMember,
    now: datetime,
    without: Collection[str] = (),
) -> Saved:
    """Save the content of a revision again, except for fields that are decided elsewhere.

    So restoring texts opens and closes nothing, and does not change the picture. Of something that is over,
    it removes no result. Languages added since then stay, and so do the fields in `without`.
    Raises SlugTaken, PublicTextMissing.
    """
    current, newest = find_content(subject, subject_id)
    return save_changes(
        subject,
        subject_id,
        _changes(
            subject, current, content, {*without, *_results_kept(subject, subject_id, content, now)}
        ),
        opened_at=newest,
        by=by,
        now=now,
        is_whole=True,
        restored=number,
    )


def kept_fields(
    subject: Versioned,
    subject_id: int,
    current: Content,
    content: Content,
    *,
    now: datetime,
    without: Collection[str] = (),
) -> list[str]:
    """The names of the fields that differ in a revision, and that restoring it leaves as they are."""
    return changed_fields(_restored(subject, subject_id, current, content, without, now), content)


def changes_newest(
    subject: Versioned,
    subject_id: int,
    current: Content,
    content: Content,
    *,
    now: datetime,
    without: Collection[str] = (),
) -> bool:
    """Whether restoring a revision would change the newest content."""
    restored = _restored(subject, subject_id, current, content, without, now)
    return bool(changed_fields(current, restored))


def _restored(
    subject: Versioned,
    subject_id: int,
    current: Content,
    content: Content,
    without: Collection[str],
    now: datetime,
) -> dict[str, Any]:
    """The newest content after restoring a revision."""
    fixed = subject.fixed if subject.is_fixed(db.session.connection(), subject_id) else ()
    results = _results_kept(subject, subject_id, content, now)
    changes = _changes(subject, current, content, {*without, *fixed, *results})
    return {**current, **changes}


def _results_kept(
    subject: Versioned, subject_id: int, content: Content, now: datetime
) -> Collection[str]:
    """The results that the revision lacks, if people can read the present ones."""
    if not subject.is_over(db.session.connection(), subject_id, now):
        return ()
    return [name for name, text in content.items() if name.endswith(".result") and not text]


def _changes(
    subject: Versioned, current: Content, content: Content, without: Collection[str]
) -> dict[str, Any]:
    """The fields to save; None removes one."""
    elsewhere = subject.decided_elsewhere
    changes = {
        name: value
        for name, value in content.items()
        if name.rpartition(".")[2] not in elsewhere and name not in without
    }
    removed = {n: None for n in current if n.startswith("partners.") and n not in content}
    return changes | removed
