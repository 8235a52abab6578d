"""Something new with a history: its first revision, and its entry in the audit log."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from campaign_actions.audit.recording import add_entry
from campaign_actions.campaigns.revising import SlugTaken
from campaign_actions.campaigns.subjects import Subject, add_revision
from campaign_actions.core.database import writing
from campaign_actions.staff.models import StaffMember


def make_new(
    subject: Subject, add: Callable[[Connection], int], *, by: StaffMember, now: datetime
) -> int:
    """What `add` makes the rows of, in a transaction; its id. Raises SlugTaken."""
    try:
        with writing() as connection:
            subject_id = add(connection)
            begin(connection, subject, subject_id, by=by, now=now)
            tell_begun(connection, subject, subject_id, by=by, now=now)
    except IntegrityError as error:
        raise SlugTaken from error
    return subject_id


def begin(
    connection: Connection, subject: Subject, subject_id: int, *, by: StaffMember, now: datetime
) -> None:
    """The first revision of something new, in the transaction that makes it."""
    add_revision(connection, subject, subject_id, 1, by.id, now)


def tell_begun(
    connection: Connection,
    subject: Subject,
    subject_id: int,
    *,
    by: StaffMember,
    now: datetime,
    **details: Any,
) -> None:
    name = subject.called(connection, subject_id)
    details |= {f"{subject.name}_id": subject_id, "revision": 1}
    add_entry(connection, subject.event, actor=by.email, now=now, subject=name, **details)
