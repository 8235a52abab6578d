"""Saving a campaign or an action: every save is a revision, and none overwrites another unseen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.versioning.three_way_merge import Content, merge
from campaign_actions.campaigns.versioning.versioned import (
    Subject,
    add_revision,
    begun,
    change_hook,
    content_at,
    lock,
)
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import Conflict, DomainError
from campaign_actions.staff.models import StaffMember

TRIES = 5  # of a save that another one has overtaken


class EditConflict(Conflict):
    """Somebody else changed the same fields to something else. Nothing was stored."""

    title = _l("Somebody else has changed this, too")
    message = _l("Nothing was stored. Go back, open the page again and compare.")

    def __init__(
        self, clashes: tuple[str, ...], theirs: Content, merged: Content, number: int
    ) -> None:
        """`merged` holds my texts where they clash, and theirs wherever I changed nothing."""
        super().__init__()
        self.clashes, self.theirs, self.merged, self.number = clashes, theirs, merged, number


class SlugTaken(Conflict):
    title = _l("This address is taken")
    message = _l("Another page has this address, or had it while it was public.")


class TimePassed(DomainError):
    """Something is to end at a time that is over."""

    message = _l("This time has passed. Choose a later one.")


class WouldBeEmpty(Conflict):
    """The public sees these fields, and nothing would be in them."""

    title = _l("Something would be missing")
    message = _l("The public sees a text that was empty in this revision. Nothing was restored.")

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.names = names


@dataclass(frozen=True)
class Saved:
    """The number of the newest revision.

    `taken`: the fields that others changed meanwhile; `kept`: those that stay, since it is or was public.
    """

    number: int
    taken: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    is_new: bool = True


def revise(
    subject: Subject,
    subject_id: int,
    changes: Content,
    *,
    opened_at: int,
    by: StaffMember,
    now: datetime,
    is_whole: bool = False,
    **details: Any,
) -> Saved:
    """Save changed fields of what was opened at a version; None removes a field.

    What others saved since then is merged. The primary key of revisions decides between two saves
    at once: the one that comes second is merged anew with the first. `is_whole`: what the public
    sees must have all that it needs. Raises EditedMeanwhile, SlugTaken, TimePassed, NotFound,
    WouldBeEmpty.
    """
    for _try in range(TRIES):
        try:
            return _revise(subject, subject_id, changes, opened_at, by, now, is_whole, details)
        except IntegrityError as error:
            if "slug" in str(error.orig):
                raise SlugTaken from error
            if _try == TRIES - 1 or "revisions" not in str(error.orig):
                raise
    raise AssertionError("not reached")


@contextmanager
def revising(
    connection: Connection,
    subject: Subject,
    subject_id: int,
    *,
    staff_id: int | None,
    now: datetime,
) -> Iterator[None]:
    """What a verb of a higher floor changes meanwhile is a revision, in its own transaction."""
    number = lock(connection, subject, subject_id)
    number = begun(connection, subject, subject_id, number, now)
    with change_hook()(connection, subject, subject_id, staff_id=staff_id, now=now):
        yield
    add_revision(connection, subject, subject_id, number + 1, staff_id, now)


def _revise(
    subject: Subject,
    subject_id: int,
    changes: Content,
    opened_at: int,
    by: StaffMember,
    now: datetime,
    is_whole: bool,
    details: dict[str, Any],
) -> Saved:
    with write_transaction() as connection:
        number = lock(connection, subject, subject_id)
        before = subject.read(connection, subject_id)
        kept = _kept(connection, subject, subject_id, before, changes)
        changes = {name: value for name, value in changes.items() if name not in kept}
        base = content_at(connection, subject, subject_id, opened_at) or before
        merged = merge(base, {**base, **changes}, before)
        if merged.clashes:
            raise EditConflict(merged.clashes, before, merged.content, number)
        if merged.content == before:
            return Saved(number, merged.taken, kept, is_new=False)
        if is_whole and (empty := _empty(connection, subject, subject_id, merged.content)):
            raise WouldBeEmpty(empty)
        number = begun(connection, subject, subject_id, number, now) + 1
        former = subject.called(connection, subject_id)
        with change_hook()(connection, subject, subject_id, staff_id=by.id, now=now):
            subject.write(connection, subject_id, before, merged.content, now)
        add_revision(connection, subject, subject_id, number, by.id, now)
        changed = [name for name in merged.content if merged.content[name] != before.get(name)]
        details = {"revision": number, "fields": changed, **details}
        _tell(connection, subject, subject_id, former, by, now, details)
        return Saved(number, merged.taken, kept)


def _tell(
    connection: Connection,
    subject: Subject,
    subject_id: int,
    former: str,
    by: StaffMember,
    now: datetime,
    details: dict[str, Any],
) -> None:
    """Slugs change, and may come to be another's: the number says which campaign or action it was."""
    name = subject.called(connection, subject_id)
    details = {f"{subject.name}_id": subject_id, **details}
    if name != former:
        details["former"] = former
    add_entry(connection, subject.event, actor=by.email, now=now, subject=name, **details)


def _kept(
    connection: Connection, subject: Subject, subject_id: int, before: Content, changes: Content
) -> tuple[str, ...]:
    """The fields among changes that stay as they are. Asked when nobody can publish it meanwhile."""
    if not subject.is_fixed(connection, subject_id):
        return ()
    return tuple(n for n in subject.fixed if n in changes and changes[n] != before[n])


def _empty(
    connection: Connection, subject: Subject, subject_id: int, content: Content
) -> tuple[str, ...]:
    """The fields that the public would see, and that may not be empty then."""
    names = [
        f"texts.{locale}.{name}"
        for locale in subject.public_locales(connection, subject_id)
        for name in subject.needed
    ]
    return tuple(name for name in names if not str(content.get(name) or "").strip())


def make_new(
    subject: Subject, add: Callable[[Connection], int], *, by: StaffMember, now: datetime
) -> int:
    """What `add` makes the rows of, in a transaction; its id. Raises SlugTaken."""
    try:
        with write_transaction() as connection:
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
