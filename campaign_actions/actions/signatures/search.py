"""The list of signatures for staff: keyset pages, newest first, with filters.

The cost of a page does not grow with the number of signatures. It scans an index from where the
previous page ended. A search stops after MAX_SCANNED rows and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, or_, select

from campaign_actions.actions.models import Signature, SignatureRow, SignatureSelect
from campaign_actions.actions.signatures.keyset_pagination import (
    EPOCH,
    Key,
    find_scan_end,
    key_of,
    order_by,
)
from campaign_actions.core.db.case_fold_sql import contains
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.bidi import ISOLATES
from campaign_actions.core.security.email_address import email_key

PAGE_SIZE = 50
MAX_SCANNED = 50_000  # signatures that one search reads
MAX_WORDS = 6
WITHOUT_ISOLATES = dict.fromkeys(map(ord, ISOLATES))
SIGNATURES = Signature.__table__
COLUMNS = (
    *(Signature.id, Signature.public_id, Signature.signed_at, Signature.status),
    *(Signature.given_name, Signature.family_name, Signature.email),
    *(Signature.country_code, Signature.locale, Signature.source),
)


@dataclass(frozen=True)
class SearchCriteria:
    """Filters for the signatures of an action. Empty ones match everything."""

    email: str = ""
    name: str = ""
    status: str = ""
    country_code: str = ""
    source: str = ""
    since: datetime = EPOCH  # erased signatures have no time and never match
    until: datetime | None = None

    @property
    def is_unfiltered(self) -> bool:
        """Whether every signature in the period matches, so that each page is full."""
        return not (self.name or self.status or self.country_code or self.source)


@dataclass
class SearchPage:
    """A page of the list."""

    rows: Sequence[SignatureRow | Signature]
    newer: Key | None = None  # where the page of newer signatures starts
    older: Key | None = None
    searched: int = 0  # signatures read, if the search stopped at its limit


def search(
    action_id: int, criteria: SearchCriteria, *, before: Key | None = None, after: Key | None = None
) -> SearchPage:
    """The signatures older than `before`, or newer than `after`; the newest if neither is given."""
    if criteria.email:
        return SearchPage(_find_by_email(action_id, criteria))
    is_newer = after is not None and before is None
    scan = _scan(action_id, criteria, after if is_newer else before, is_newer=is_newer)
    connection = db.session.connection()
    rows = list(connection.execute(_select_page(scan, criteria, connection.dialect.name, is_newer)))
    more, searched = None, 0
    if len(rows) > PAGE_SIZE:
        rows.pop()
        more = key_of(rows[-1])
    elif not criteria.is_unfiltered and (
        more := find_scan_end(scan, MAX_SCANNED, is_newer=is_newer)
    ):
        searched = MAX_SCANNED
    if is_newer and more is None:
        return search(action_id, criteria)  # fill the first page
    if is_newer:
        rows.reverse()
        return SearchPage(rows, more, key_of(rows[-1]) if rows else after, searched)
    newer = (key_of(rows[0]) if rows else before) if before else None
    return SearchPage(rows, newer, more, searched)


def mask_email(email: str | None) -> str:
    """Enough of an address to recognise it, not enough to write to it."""
    name, _at, domain = (email or "").rpartition("@")
    return f"{name[:2] if len(name) > 3 else name[:1]}…@{domain}" if name else ""


def _find_by_email(action_id: int, criteria: SearchCriteria) -> Sequence[SignatureRow]:
    """One person at most, by any spelling of the address."""
    key = Signature.email_key == email_key(criteria.email), Signature.action_id == action_id
    found = select(*COLUMNS).where(*key, *_filters(criteria, SIGNATURES))
    return db.session.connection().execute(found).all()


def _scan(
    action_id: int, criteria: SearchCriteria, start: Key | None, *, is_newer: bool
) -> SignatureSelect:
    """The signatures from a key on, in the order of the index that exports use."""
    condition = [Signature.action_id == action_id, Signature.signed_at >= criteria.since]
    if criteria.until:
        condition.append(Signature.signed_at < criteria.until)
    if start:
        condition.append(start.are_newer if is_newer else start.are_older)
    return select(*COLUMNS).where(*condition).order_by(*order_by(SIGNATURES, is_newer=is_newer))


def _select_page(
    scan: SignatureSelect, criteria: SearchCriteria, dialect: str, is_newer: bool
) -> SignatureSelect:
    """The matching rows, and one more that tells whether there is another page."""
    if criteria.is_unfiltered:
        return scan.limit(PAGE_SIZE + 1)
    scanned = scan.limit(MAX_SCANNED).subquery("scanned")
    matching = select(scanned).where(
        *_filters(criteria, scanned), *_name_filters(criteria, scanned, dialect)
    )
    if dialect == "postgresql":
        matching = matching.order_by(*order_by(scanned, is_newer=is_newer))
    # SQLite keeps the order of the scan. With ORDER BY it would sort all rows before the limit.
    return matching.limit(PAGE_SIZE + 1)


def _filters(criteria: SearchCriteria, signatures: FromClause) -> list[ColumnElement[bool]]:
    filters = []
    if criteria.status:
        filters.append(signatures.c.status == criteria.status)
    if criteria.country_code:
        filters.append(signatures.c.country_code == criteria.country_code)
    if criteria.source:
        filters.append(signatures.c.source == criteria.source)
    return filters


def _name_filters(
    criteria: SearchCriteria, signatures: FromClause, dialect: str
) -> list[ColumnElement[bool]]:
    """Each word must occur in one of the names. Names copied from a page may contain isolates."""
    return [
        or_(
            contains(signatures.c.given_name, word, dialect),
            contains(signatures.c.family_name, word, dialect),
        )
        for word in criteria.name.translate(WITHOUT_ISOLATES).split()[:MAX_WORDS]
    ]
