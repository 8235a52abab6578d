"""Saving a campaign or an action: each save is a revision, and none overwrites another unnoticed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.versioning.drafts import has_draft, read_newest, store_newest
from campaign_actions.campaigns.versioning.errors import EditConflict, PublicTextMissing, SlugTaken
from campaign_actions.campaigns.versioning.three_way_merge import Content, merge
from campaign_actions.campaigns.versioning.versioned import (
    Versioned,
    add_revision,
    completion_hook,
    find_content_at,
    lock_version,
)
from campaign_actions.core.db.session import write_transaction
from campaign_actions.staff.models import StaffMember

MAX_ATTEMPTS = 5  # if other saves get in between


@dataclass(frozen=True)
class Saved:
    """The number of the newest revision.

    `taken`: fields that others changed in between. `kept`: fields not saved, since it is or was public.
    `is_draft`: the public does not see it until it is published. `is_completed`: it has texts of translators.
    """

    number: int
    taken: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    is_new: bool = True
    is_draft: bool = False
    is_completed: bool = False


def save_changes(
    subject: Versioned,
    subject_id: int,
    changes: Content,
    *,
    opened_at: int,
    by: StaffMember,
    now: datetime,
    is_whole: bool = False,
    restored: int | None = None,
    is_return: bool = False,
) -> Saved:
    """Save changed fields of a content that was opened at a version. None removes a field.

    A change of something public is a draft, as drafts.py explains.
    Later saves by others are merged. The primary key of revisions decides between two saves at
    once: the second is merged with the first. `is_whole`: all texts needed in public must be there,
    unless it becomes a draft, which is checked before it is published.
    `restored`: the number of the revision whose content this is. `is_return`: these values were there before.
    Raises EditConflict, SlugTaken, WrongEnd, NotFound, PublicTextMissing.
    """
    for attempt in range(MAX_ATTEMPTS):
        try:
            return _save_once(
                subject, subject_id, changes, opened_at, by, now, is_whole, restored, is_return
            )
        except IntegrityError as error:
            if "slug" in str(error.orig):
                raise SlugTaken from error
            if attempt == MAX_ATTEMPTS - 1 or "revisions" not in str(error.orig):
                raise
    raise AssertionError("not reached")


def _save_once(
    subject: Versioned,
    subject_id: int,
    changes: Content,
    opened_at: int,
    by: StaffMember,
    now: datetime,
    is_whole: bool,
    restored: int | None,
    is_return: bool,
) -> Saved:
    with write_transaction() as connection:
        number = lock_version(connection, subject, subject_id)
        before = read_newest(connection, subject, subject_id)
        kept = _kept(connection, subject, subject_id, before, changes)
        changes = {name: value for name, value in changes.items() if name not in kept}
        base = find_content_at(connection, subject, subject_id, opened_at) or before
        merged = merge(base, {**base, **changes}, before)
        if merged.clashes:
            raise EditConflict(merged.clashes, before, merged.content, number)
        if merged.content == before:
            return Saved(number, merged.taken, kept, is_new=False)
        if is_whole and not subject.is_public(connection, subject_id, now):
            _check_whole(connection, subject, subject_id, merged.content)
        content: Content = merged.content
        if restored is None and not is_return:
            content = completion_hook()(connection, subject, subject_id, before, content)
        former = subject.called(connection, subject_id)
        number = store_newest(
            connection,
            subject,
            subject_id,
            content,
            staff_id=by.id,
            now=now,
            restored=restored,
            is_return=is_return,
        )
        changed = [name for name in content if content[name] != before.get(name)]
        details = {"revision": number, "fields": changed}
        if restored is not None:
            details["restored"] = restored
        _log_save(connection, subject, subject_id, former, by, now, details)
        is_draft = has_draft(connection, subject, subject_id)
        is_completed = content != merged.content
        return Saved(number, merged.taken, kept, is_draft=is_draft, is_completed=is_completed)


def _log_save(
    connection: Connection,
    subject: Versioned,
    subject_id: int,
    former: str,
    by: StaffMember,
    now: datetime,
    details: dict[str, Any],
) -> None:
    """The entry includes the id: slugs change and may pass to others."""
    name = subject.called(connection, subject_id)
    details = {f"{subject.name}_id": subject_id, **details}
    if name != former:
        details["former"] = former
    add_entry(connection, subject.event, actor=by.email, now=now, subject=name, **details)


def _kept(
    connection: Connection, subject: Versioned, subject_id: int, before: Content, changes: Content
) -> tuple[str, ...]:
    """The changed fields that stay as they are. Call it under the lock: publishing fixes fields."""
    if not subject.is_fixed(connection, subject_id):
        return ()
    return tuple(n for n in subject.fixed if n in changes and changes[n] != before[n])


def _check_whole(
    connection: Connection, subject: Versioned, subject_id: int, content: Content
) -> None:
    """Raises PublicTextMissing for fields that are empty and will be public without another check."""
    names = [
        f"texts.{locale}.{name}"
        for locale in subject.public_locales(connection, subject_id)
        for name in subject.needed
    ]
    missing = tuple(name for name in names if not str(content.get(name) or "").strip())
    if missing:
        raise PublicTextMissing(missing)


def create_versioned(
    subject: Versioned, add: Callable[[Connection], int], *, by: StaffMember, now: datetime
) -> int:
    """Insert something with revisions by `add`, which returns its id. Raises SlugTaken."""
    try:
        with write_transaction() as connection:
            subject_id = add(connection)
            add_first_revision(connection, subject, subject_id, by=by, now=now)
            log_creation(connection, subject, subject_id, by=by, now=now)
    except IntegrityError as error:
        raise SlugTaken from error
    return subject_id


def add_first_revision(
    connection: Connection, subject: Versioned, subject_id: int, *, by: StaffMember, now: datetime
) -> None:
    """Call it in the transaction that inserts it."""
    add_revision(connection, subject, subject_id, 1, by.id, now)


def log_creation(
    connection: Connection,
    subject: Versioned,
    subject_id: int,
    *,
    by: StaffMember,
    now: datetime,
    **details: Any,
) -> None:
    name = subject.called(connection, subject_id)
    details |= {f"{subject.name}_id": subject_id, "revision": 1}
    add_entry(connection, subject.event, actor=by.email, now=now, subject=name, **details)
