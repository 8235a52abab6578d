"""Setting and cancelling the time at which drafts are published. scheduled/changes.py publishes them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, insert

from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.models import ScheduledDraft
from campaign_actions.campaigns.versioning.decisions import add_decision
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
            its = connection, subject.name, subject_id
            add_decision(*its, "changes-scheduled", staff_id=staff_id, now=now, due_at=at)
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
    staff_id: int | None = None,
) -> None:
    """Cancel the time, so that someone has to publish these drafts.

    Raises NoChanges, ChangesConflict, TimeChanged.
    """
    with write_transaction() as connection:
        for subject, subject_id in lock_seen(connection, campaign_id, seen, times):
            if due_at := _delete(connection, subject, subject_id):
                its = connection, subject.name, subject_id
                if due_at > now:
                    add_decision(
                        *its, "changes-cancelled", staff_id=staff_id, now=now, due_at=due_at
                    )
                add_entry(
                    connection,
                    "published",
                    actor=actor,
                    now=now,
                    subject=subject.called(connection, subject_id),
                    did="changes-cancelled",
                    revision=seen[subject.name, subject_id],
                )


def _delete(connection: Connection, subject: Versioned, subject_id: int) -> datetime | None:
    """Returns the time that it had."""
    this = delete(ScheduledDraft).filter_by(subject=subject.name, subject_id=subject_id)
    return connection.scalar(this.returning(ScheduledDraft.at))
