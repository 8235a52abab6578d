"""The list of signatures for staff: newest first, a page at a time, found by what they hold.

A page costs the same under an action that a million signed. It goes along one index from where
the page before ended; a search looks at so many signatures and then says how far it came.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.case_fold_sql import contains
from campaign_actions.actions.signatures.keyset import EPOCH, Key, end_of, key_of, order
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.bidi import ISOLATES
from campaign_actions.core.security.email_address import email_key

PER_PAGE = 50
MOST_SEARCHED = 50_000  # signatures that one search looks at
MOST_WORDS = 6
NO_ISOLATES = dict.fromkeys(map(ord, ISOLATES))
COLUMNS = (
    *(Signature.id, Signature.public_id, Signature.signed_at, Signature.status),
    *(Signature.given_name, Signature.family_name, Signature.email),
    *(Signature.country_code, Signature.locale, Signature.source),
)


@dataclass(frozen=True)
class Wanted:
    """What is searched for under an action; empty: all that is there."""

    email: str = ""
    name: str = ""
    status: str = ""
    country_code: str = ""
    source: str = ""
    since: datetime = EPOCH  # before any signature: one that was erased has no time
    until: datetime | None = None

    @property
    def is_all(self) -> bool:
        """Whether every signature of the time is wanted: then each page is full."""
        return not (self.name or self.status or self.country_code or self.source)


@dataclass
class Found:
    """A page of the list. `searched`: so many were looked at, and there are more behind."""

    rows: Sequence[Any]
    newer: Key | None = None  # the page before this one is after it
    older: Key | None = None
    searched: int = 0


def search(
    action_id: int, wanted: Wanted, *, before: Key | None = None, after: Key | None = None
) -> Found:
    """The signatures of an action next to a place in its list, older ones unless `after` is given."""
    if wanted.email:
        return Found(_of_person(action_id, wanted))
    is_newer = after is not None and before is None
    along = _along(action_id, wanted, after if is_newer else before, is_newer=is_newer)
    connection = db.session.connection()
    rows = list(connection.execute(_page(along, wanted, connection.dialect.name, is_newer)))
    more, searched = None, 0
    if len(rows) > PER_PAGE:
        rows.pop()
        more = key_of(rows[-1])
    elif not wanted.is_all and (more := end_of(along, MOST_SEARCHED, is_newer=is_newer)):
        searched = MOST_SEARCHED
    if is_newer and more is None:
        return search(action_id, wanted)  # the newest of all are a whole page, too
    if is_newer:
        rows.reverse()
        return Found(rows, more, key_of(rows[-1]) if rows else after, searched)
    newer = (key_of(rows[0]) if rows else before) if before else None
    return Found(rows, newer, more, searched)


def mask(email: str | None) -> str:
    """Enough of an address to know it again, not enough to write to it."""
    name, _at, domain = (email or "").rpartition("@")
    return f"{name[:2] if len(name) > 3 else name[:1]}…@{domain}" if name else ""


def _of_person(action_id: int, wanted: Wanted) -> Sequence[Any]:
    """One person at most, whatever the spelling of the address."""
    theirs = Signature.email_key == email_key(wanted.email), Signature.action_id == action_id
    return db.session.connection().execute(select(*COLUMNS).where(*theirs, *_limits(wanted))).all()


def _along(action_id: int, wanted: Wanted, place: Key | None, *, is_newer: bool) -> Any:
    """So many signatures from a place on, straight from the index of the export."""
    condition = [Signature.action_id == action_id, Signature.signed_at >= wanted.since]
    if wanted.until:
        condition.append(Signature.signed_at < wanted.until)
    if place:
        condition.append(place.are_newer if is_newer else place.are_older)
    return select(*COLUMNS).where(*condition).order_by(*order(Signature, is_newer=is_newer))


def _page(along: Any, wanted: Wanted, dialect: str, is_newer: bool) -> Any:
    """Those of them that are wanted, and one more to know whether there is another page."""
    if wanted.is_all:
        return along.limit(PER_PAGE + 1)
    some = along.limit(MOST_SEARCHED).subquery("some")
    found = select(some).where(*_limits(wanted, some.c), *_names(wanted, some.c, dialect))
    if dialect == "postgresql":
        found = found.order_by(*order(some.c, is_newer=is_newer))
    # SQLite would sort all of them, which come in that order one by one, and not stop at a page.
    return found.limit(PER_PAGE + 1)


def _limits(wanted: Wanted, of: Any = Signature) -> list[Any]:
    limits = []
    if wanted.status:
        limits.append(of.status == wanted.status)
    if wanted.country_code:
        limits.append(of.country_code == wanted.country_code)
    if wanted.source:
        limits.append(of.source == wanted.source)
    return limits


def _names(wanted: Wanted, of: Any, dialect: str) -> list[Any]:
    """Each word stands in one of the names, in any order. Names copied from a page may have isolates."""
    return [
        or_(contains(of.given_name, word, dialect), contains(of.family_name, word, dialect))
        for word in wanted.name.translate(NO_ISOLATES).split()[:MOST_WORDS]
    ]
