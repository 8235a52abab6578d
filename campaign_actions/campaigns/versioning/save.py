"""Saving a campaign or an action: each save is a revision, and none overwrites another unnoticed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.versioning.differences import Difference, text_differences
from campaign_actions.campaigns.versioning.drafts import has_draft, read_newest, store_newest
from campaign_actions.campaigns.versioning.three_way_merge import Content, merge
from campaign_actions.campaigns.versioning.versioned import (
    Versioned,
    add_revision,
    find_content_at,
    lock_version,
)
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import Conflict, DomainError
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.staff.models import StaffMember

MAX_ATTEMPTS = 5  # if other saves get in between


class EditConflict(Conflict):
    """Someone else changed the same fields in another way. Nothing was stored."""

    title = _l("Someone else has changed this")
    message = _l("Nothing was saved. Go back, reload the page and check what has changed.")

    def __init__(
        self, clashes: tuple[str, ...], theirs: Content, merged: Content, number: int
    ) -> None:
        """`merged` has our values where they clash, and theirs where we changed nothing."""
        super().__init__()
        self.clashes, self.theirs, self.merged, self.number = clashes, theirs, merged, number

    @property
    def differences(self) -> Mapping[str, Difference]:
        """Between our texts and theirs, by the names of fields."""
        return text_differences(self.merged, self.theirs, self.clashes)


class SlugTaken(Conflict):
    title = _l("This address is taken")
    message = _l(
        "Another page has this address, or had it while it was public. Choose a different one."
    )


class WrongEnd(DomainError):
    """Nothing can end at the given time."""


class TimePassed(WrongEnd):
    """It lies in the past."""

    message = _l("This time has passed. Choose a later one.")


class EndsBeforeOpening(WrongEnd):
    """Nobody could ever take part. `of_campaign`: the opening time is that of the campaign alone."""

    def __init__(self, opens_at: datetime, *, of_campaign: bool) -> None:
        super().__init__()
        moment = datetime_here(opens_at)
        self.message = (
            _l("The campaign opens on %(moment)s. Choose a later time.", moment=moment)
            if of_campaign
            else _l("It opens on %(moment)s. Choose a later time.", moment=moment)
        )


class PublicTextMissing(Conflict):
    """These fields are public, or will be at the time of opening, and would be empty."""

    title = _l("This revision cannot be restored")
    message = _l("A text that will be public was empty in this revision. Nothing was restored.")

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.names = names


@dataclass(frozen=True)
class Saved:
    """The number of the newest revision.

    `taken`: fields that others changed in between. `kept`: fields not saved, since it is or was public.
    `is_draft`: the public does not see it until it is published.
    """

    number: int
    taken: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    is_new: bool = True
    is_draft: bool = False


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
        former = subject.called(connection, subject_id)
        number = store_newest(
            connection,
            subject,
            subject_id,
            merged.content,
            staff_id=by.id,
            now=now,
            restored=restored,
            is_return=is_return,
        )
        changed = [name for name in merged.content if merged.content[name] != before.get(name)]
        details = {"revision": number, "fields": changed}
        if restored is not None:
            details["restored"] = restored
        _log_save(connection, subject, subject_id, former, by, now, details)
        is_draft = has_draft(connection, subject, subject_id)
        return Saved(number, merged.taken, kept, is_draft=is_draft)


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
