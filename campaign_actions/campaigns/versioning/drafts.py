"""Drafts of what is public: the newest content of a published campaign or action, until it is published.

Its rows are what the public sees. While `published_version` is set, its newest revision is the draft.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, select

from campaign_actions.campaigns.models import Revision
from campaign_actions.campaigns.versioning.public_times import (
    begin_public,
    mark_newest,
    renumber_schedule,
)
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import (
    Versioned,
    add_revision,
    change_hook,
    ensure_first_revision,
    lock_version,
    public_number,
)

NOTHING: Content = MappingProxyType({})


def find_draft(
    connection: Connection, subject: Versioned, subject_id: int
) -> dict[str, Any] | None:
    """The content that was saved and not published yet; None if there is none."""
    columns = subject.table.__table__.c
    return connection.scalar(
        select(Revision.content)
        .join(subject.table, columns.id == Revision.subject_id)
        .where(
            Revision.subject == subject.name,
            Revision.subject_id == subject_id,
            Revision.number == columns.version,
            columns.published_version.is_not(None),
        )
    )


def has_draft(connection: Connection, subject: Versioned, subject_id: int) -> bool:
    columns = subject.table.__table__.c
    marked = select(columns.id).where(
        columns.id == subject_id, columns.published_version.is_not(None)
    )
    return connection.scalar(marked) is not None


def read_newest(connection: Connection, subject: Versioned, subject_id: int) -> dict[str, Any]:
    """The content that people write and translate: the draft, or else its rows."""
    draft = find_draft(connection, subject, subject_id)
    return subject.read(connection, subject_id) if draft is None else draft


def store_newest(
    connection: Connection,
    subject: Versioned,
    subject_id: int,
    content: Content,
    *,
    staff_id: int | None,
    now: datetime,
    restored: int | None = None,
    is_return: bool = False,
) -> int:
    """Save a content as the newest revision and return its number. The public sees it once published.

    `restored`: the revision whose content it is. If the page is not public, its rows are written: then it
    is itself the draft. `is_return`: as of the change hook.
    Raises IntegrityError, SlugTaken, WrongEnd.
    """
    number = _lock(connection, subject, subject_id, now)
    is_return = is_return or restored is not None
    its = connection, subject, subject_id
    with change_hook()(*its, staff_id=staff_id, now=now, is_return=is_return):
        rows = subject.read(connection, subject_id)
        seen = public_number(connection, subject, subject_id)
        if is_public := subject.is_public(connection, subject_id, now):
            newest = _settled(connection, subject, subject_id, rows, content, now)
        else:
            subject.write(connection, subject_id, rows, content, now)
            newest = rows = subject.read(connection, subject_id)
        add_revision(
            connection,
            subject,
            subject_id,
            number + 1,
            staff_id,
            now,
            newest,
            restored=restored,
            same_as=seen if is_public and newest == rows else None,
        )
        mark_newest(connection, subject, subject_id, number, is_draft=newest != rows)
    subject.clean(connection, subject_id, newest)
    return number + 1


@contextmanager
def saving_revision(
    connection: Connection,
    subject: Versioned,
    subject_id: int,
    *,
    staff_id: int | None,
    now: datetime,
    also: Content = NOTHING,
    is_discard: bool = False,
) -> Iterator[None]:
    """Save the changes that the block makes to the rows as a revision, in the caller's transaction.

    They are public at once. A draft gets them as well, and the values in `also`; None removes a field. Its
    rest is another revision, which keeps the time if publishing it would still change the same.
    `is_discard`: these values discard it.
    """
    its = connection, subject, subject_id
    is_public = subject.is_public(connection, subject_id, now)
    number = last = _lock(*its, now)
    seen = public_number(*its)
    before, draft = subject.read(connection, subject_id), find_draft(*its)
    with change_hook()(*its, staff_id=staff_id, now=now, is_return=is_discard):
        yield
        after = subject.read(connection, subject_id)
        newest = after if draft is None else _with_changes(draft, before, after, also)
        is_draft, is_new = newest != after, is_public and after != before
        if is_new:
            last += 1
            add_revision(*its, last, staff_id, now, after)
            begin_public(*its, last, before=seen, staff_id=staff_id, now=now)
        if is_draft or not is_new:
            last += 1
            same = seen if is_public and not is_draft else None
            add_revision(*its, last, staff_id, now, newest, is_discard=is_discard, same_as=same)
        mark_newest(*its, number, is_draft=is_draft)
        if draft is not None and _pending(draft, before) == _pending(newest, after):
            renumber_schedule(*its, number, last)
    subject.clean(connection, subject_id, newest)


def publish_draft(
    connection: Connection,
    subject: Versioned,
    subject_id: int,
    *,
    staff_id: int | None,
    now: datetime,
    is_hidden: bool = False,
) -> list[str]:
    """Let the public see the draft; returns the names of the fields that change. Call it under a lock.

    `is_hidden`: its page leaves the site, so that nobody sees it. Raises IntegrityError, SlugTaken.
    """
    draft = find_draft(connection, subject, subject_id)
    if draft is None:
        return []
    before = subject.read(connection, subject_id)
    seen = public_number(connection, subject, subject_id)
    subject.write(connection, subject_id, before, draft, now)
    after = subject.read(connection, subject_id)
    number = lock_version(connection, subject, subject_id)
    if after != draft:  # the rows have the last word
        number += 1
        add_revision(connection, subject, subject_id, number, staff_id, now, after)
    if not is_hidden:
        begin_public(
            connection, subject, subject_id, number, before=seen, staff_id=staff_id, now=now
        )
    mark_newest(connection, subject, subject_id, 0, is_draft=False)
    subject.clean(connection, subject_id, after)
    return changed_names(before, after)


def discard_draft(
    connection: Connection,
    subject: Versioned,
    subject_id: int,
    *,
    staff_id: int | None,
    now: datetime,
) -> list[str]:
    """Make what the public sees the newest revision again; returns the names of the fields that change.

    The history keeps the draft. Call it under a lock.
    """
    draft = find_draft(connection, subject, subject_id)
    if draft is None:
        return []
    with saving_revision(
        connection,
        subject,
        subject_id,
        staff_id=staff_id,
        now=now,
        also=_pending(subject.read(connection, subject_id), draft),
        is_discard=True,
    ):
        pass
    return changed_names(draft, subject.read(connection, subject_id))


def changed_names(before: Content, after: Content) -> list[str]:
    """The fields that differ between two contents."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def _lock(connection: Connection, subject: Versioned, subject_id: int, now: datetime) -> int:
    number = lock_version(connection, subject, subject_id)
    return ensure_first_revision(connection, subject, subject_id, number, now)


def _settled(
    connection: Connection,
    subject: Versioned,
    subject_id: int,
    rows: Content,
    content: Content,
    now: datetime,
) -> dict[str, Any]:
    """The content as its rows will be once it is published: written, read and rolled back.

    So whatever the database refuses is refused when it is saved, and not only when it is published.
    """
    content = subject.reserve(connection, subject_id, content)
    savepoint = connection.begin_nested()
    try:
        subject.write(connection, subject_id, rows, content, now)
        return subject.read(connection, subject_id)
    finally:
        savepoint.rollback()


def _with_changes(draft: Content, before: Content, after: Content, also: Content) -> dict[str, Any]:
    """A draft with what changed in the rows."""
    changed = {name: after.get(name) for name in changed_names(before, after)}
    whole = {**draft, **changed, **also}
    removed = {name for name in {*changed, *also} if name not in after and whole[name] is None}
    return {name: value for name, value in whole.items() if name not in removed}


def _pending(content: Content, rows: Content) -> Content:
    """The fields of a content that the rows do not have, or have otherwise; None: only they have it."""
    return {name: content.get(name) for name in changed_names(content, rows)}
