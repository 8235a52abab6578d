"""Things with revisions, and how these are read and added."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, func, insert, select, update

from campaign_actions.campaigns.models import Revision
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.db.session import Base
from campaign_actions.core.errors import NotFound
from campaign_actions.core.services import Service


@dataclass(frozen=True)
class Versioned:
    """A kind of thing with revisions. It is read and written as a whole, in the caller's transaction.

    `read` and `write` are about its rows, which are what the public sees once it is published.
    """

    name: str  # in the table of revisions
    event: str  # in the audit log
    table: type[Base]  # with the columns id and version
    read: Callable[[Connection, int], dict[str, Any]]
    write: Callable[[Connection, int, Content, Content, datetime], None]
    called: Callable[[Connection, int], str]  # its name in the audit log
    decided_elsewhere: tuple[str, ...] = ()  # last parts of field names that restoring leaves alone
    fixed: tuple[str, ...] = ()  # fields that no save changes once `is_fixed()`
    is_fixed: Callable[[Connection, int], bool] = lambda _connection, _id: False
    is_public: Callable[[Connection, int, datetime], bool] = lambda _connection, _id, _now: False
    # Whether its page shows its result, which restoring a revision from before then does not remove.
    is_over: Callable[[Connection, int, datetime], bool] = lambda _connection, _id, _now: False
    # Give the new parts of a draft the ids that they keep, and delete what no content needs.
    reserve: Callable[[Connection, int, Content], Content] = lambda _connection, _id, content: (
        content
    )
    clean: Callable[[Connection, int, Content], None] = lambda _connection, _id, _content: None
    needed: tuple[str, ...] = ()  # texts that every public language needs
    public_locales: Callable[[Connection, int], Iterable[str]] = lambda _connection, _id: ()


class ChangeHook(Protocol):
    """A context around a change, in its transaction. It sees the subject before and after it.

    `is_return`: texts return to what they were, so that one is not the translation of what is beside it now.
    """

    def __call__(
        self,
        connection: Connection,
        subject: Versioned,
        subject_id: int,
        *,
        staff_id: int | None,
        now: datetime,
        is_return: bool = False,
    ) -> AbstractContextManager[None]: ...


class CompletionHook(Protocol):
    """Returns a content that is to be saved, with what others have written for it.

    `before`: the newest content.
    """

    def __call__(
        self,
        connection: Connection,
        subject: Versioned,
        subject_id: int,
        before: Content,
        content: Content,
    ) -> Content: ...


class CopyHook(Protocol):
    """Copies more of a campaign, in the transaction of its copy."""

    def __call__(self, connection: Connection, campaign_id: int, copy_id: int) -> None: ...


change_hook = Service[ChangeHook]("change_hook")
completion_hook = Service[CompletionHook]("completion_hook")
copy_hook = Service[CopyHook]("copy_hook")


def lock_version(connection: Connection, subject: Versioned, subject_id: int) -> int:
    """Lock it against other saves, but not against signing; returns its version. Raises NotFound."""
    columns = subject.table.__table__.c
    version = select(columns.version).where(columns.id == subject_id)
    found: int | None = connection.scalar(version.with_for_update(key_share=True))
    if found is None:
        raise NotFound
    return found


def public_number(connection: Connection, subject: Versioned, subject_id: int) -> int:
    """The revision that the public sees, if it is public.

    Beside a draft it is the last change that was public at once, or else the revision before the draft.
    """
    columns = subject.table.__table__.c
    number = func.coalesce(columns.published_version, columns.version)
    its = Revision.subject == subject.name, Revision.subject_id == columns.id
    at_once = select(func.max(Revision.number)).where(
        *its, Revision.number > number, Revision.public_from.is_not(None)
    )
    same = select(Revision.same_as_number).where(*its, Revision.number == number)
    found = func.coalesce(at_once.scalar_subquery(), same.scalar_subquery(), number)
    return connection.scalar(select(found).where(columns.id == subject_id)) or 0


def ensure_first_revision(
    connection: Connection, subject: Versioned, subject_id: int, number: int, now: datetime
) -> int:
    """The number of its newest revision. Data older than its history becomes revision 1."""
    if number == 0:
        number = 1
        add_revision(connection, subject, subject_id, number, None, now)
    return number


def find_content_at(
    connection: Connection, subject: Versioned, subject_id: int, number: int
) -> dict[str, Any] | None:
    """The content at a version. Version 0 became revision 1."""
    return connection.scalar(
        select(Revision.content).where(
            Revision.subject == subject.name,
            Revision.subject_id == subject_id,
            Revision.number == max(1, number),
        )
    )


def add_revision(
    connection: Connection,
    subject: Versioned,
    subject_id: int,
    number: int,
    staff_id: int | None,
    now: datetime,
    content: Content | None = None,
    *,
    restored: int | None = None,
    is_discard: bool = False,
    same_as: int | None = None,
) -> None:
    """Add what the rows contain, or the content of a draft, as the newest revision.

    `restored`: the revision that has this content. `is_discard`: a draft was discarded for it. `same_as`:
    the revision that the public sees, if it goes on seeing the same.
    """
    origin = "discarded" if is_discard else "restored" if restored is not None else None
    row = {
        "subject": subject.name,
        "subject_id": subject_id,
        "number": number,
        "saved_at": now,
        "staff_id": staff_id,
        "content": subject.read(connection, subject_id) if content is None else dict(content),
        "origin": origin,
        "restored_number": restored,
        "same_as_number": same_as,
    }
    connection.execute(insert(Revision), row)
    connection.execute(update(subject.table).filter_by(id=subject_id).values(version=number))
