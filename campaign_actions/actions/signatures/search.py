"""The list of signatures for staff: keyset pages, newest first, with filters.

The cost of a page does not grow with the number of signatures. It scans an index from where the
previous page ended. A search stops after MAX_SCANNED rows and says so. Counting stops there as well,
or at MAX_COUNTED results.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Subquery, select

from campaign_actions.actions.models import (
    COUNTED,
    Signature,
    SignatureRow,
    SignatureSelect,
)
from campaign_actions.actions.signatures.filters.filter import MAX_IDS, SIGNATURES, SignatureFilter
from campaign_actions.actions.signatures.filters.tallied import count_tallied
from campaign_actions.actions.signatures.keyset_pagination import (
    EPOCH,
    Key,
    find_scan_end,
    key_of,
    order_by,
)
from campaign_actions.core.db.session import count_at_most, db

PAGE_SIZE = 50
MAX_SCANNED = 50_000  # signatures that one search reads
MAX_COUNTED = 10_000  # results
MAX_PAGE_FOUND = MAX_COUNTED // PAGE_SIZE  # the last page that is found by its number
COLUMNS = (
    *(Signature.id, Signature.public_id, Signature.signed_at, Signature.status),
    *(Signature.given_name, Signature.family_name, Signature.email),
    *(Signature.country_code, Signature.locale, Signature.source, Signature.channel),
    Signature.fill_time,
    Signature.action_id,
)


@dataclass
class SearchPage:
    """A page of the list."""

    rows: Sequence[SignatureRow | Signature]
    newer: Key | None = None  # where the page of newer signatures starts
    older: Key | None = None
    searched: int = 0  # signatures read, if the search stopped at its limit


@dataclass(frozen=True)
class ResultCount:
    """How many signatures match: more than `number` if `is_more`.

    `is_scattered`: a search for them stops before its page is full.
    """

    number: int
    is_more: bool = False
    searched: int = 0  # signatures read, if counting stopped at its limit
    is_scattered: bool = False

    @property
    def is_exact(self) -> bool:
        return not (self.is_more or self.searched)

    @property
    def pages(self) -> int:
        """The number of pages; 0 if it is not known."""
        is_known = self.is_exact and not self.is_scattered
        return max(-(-self.number // PAGE_SIZE), 1) if is_known else 0


def search(
    action_id: int, wanted: SignatureFilter, *, before: Key | None = None, after: Key | None = None
) -> SearchPage:
    """The signatures older than `before`, or newer than `after`; the newest if neither is given."""
    if wanted.is_direct:
        return SearchPage(_find_directly(action_id, wanted))
    is_newer = after is not None and before is None
    scan = scan_of(action_id, wanted, after if is_newer else before, is_newer=is_newer)
    connection = db.session.connection()
    rows = list(connection.execute(_select_page(scan, wanted, connection.dialect.name, is_newer)))
    more, searched = None, 0
    if len(rows) > PAGE_SIZE:
        rows.pop()
        more = key_of(rows[-1])
    elif not wanted.is_only_about_time and (more := find_scan_end(scan, MAX_SCANNED)):
        searched = MAX_SCANNED
    if is_newer and more is None:
        return search(action_id, wanted)  # fill the first page
    if is_newer:
        rows.reverse()
        return SearchPage(rows, more, key_of(rows[-1]) if rows else after, searched)
    newer = (key_of(rows[0]) if rows else before) if before else None
    return SearchPage(rows, newer, more, searched)


def find_page_start(action_id: int, wanted: SignatureFilter, page: int) -> Key | None:
    """Before which key a page begins. None for the first page, and for one that cannot be found.

    It reads as much as counting does, so pages from MAX_PAGE_FOUND on are only reached one by one.
    """
    if wanted.is_direct or not 1 < page <= MAX_PAGE_FOUND:
        return None
    scan, last_before = scan_of(action_id, wanted), (page - 1) * PAGE_SIZE
    if wanted.is_only_about_time:
        return find_scan_end(scan, last_before)
    connection = db.session.connection()
    scanned = scan.limit(MAX_SCANNED).subquery("scanned")
    found = matching(scanned, wanted, connection.dialect.name)
    row = connection.execute(found.limit(1).offset(last_before - 1)).one_or_none()
    return key_of(row) if row else None


def count_results(
    action_id: int,
    wanted: SignatureFilter,
    *,
    limit: int = MAX_COUNTED,
    max_scanned: int = MAX_SCANNED,
) -> ResultCount:
    """How many signatures match, counted up to `limit` and among the newest `max_scanned`."""
    if wanted.is_direct:
        return ResultCount(len(_find_directly(action_id, wanted)))
    scan = scan_of(action_id, wanted)
    if wanted.is_only_about_time:
        number = count_at_most(scan, limit + 1)
        return ResultCount(min(number, limit), number > limit)
    scanned = scan.limit(max_scanned).subquery("scanned")
    number = count_at_most(select(scanned.c.id).where(*wanted.others(scanned)), limit + 1)
    if number > limit:
        return ResultCount(limit, is_more=True)
    return ResultCount(number, searched=max_scanned if find_scan_end(scan, max_scanned) else 0)


def count_confirmed(
    action_id: int, wanted: SignatureFilter
) -> tuple[ResultCount, ResultCount] | None:
    """How many of those who match are confirmed, and how many match in any status. None if all are."""
    confirmed, everyone = (
        count_results(action_id, replace(wanted, status=status)) for status in (COUNTED, "")
    )
    return None if confirmed == everyone and everyone.is_exact else (confirmed, everyone)


def scan_of(
    action_id: int, wanted: SignatureFilter, start: Key | None = None, *, is_newer: bool = False
) -> SignatureSelect:
    """The signatures of the period from a key on, in the order of the index that exports use.

    Erased signatures have no time, so they are never among them. A key is a bound itself: with a second
    one, PostgreSQL could begin at that and read everything up to the key.
    """
    condition = [Signature.action_id == action_id, *wanted.times()]
    if not (start and is_newer):
        condition.append(Signature.signed_at >= EPOCH)
    if start:
        condition.append(start.are_newer if is_newer else start.are_older)
    columns = (*COLUMNS, Signature.comment) if wanted.same_comment else COLUMNS
    return select(*columns).where(*condition).order_by(*order_by(SIGNATURES, is_newer=is_newer))


def without_name(action_id: int, wanted: SignatureFilter) -> SignatureFilter | None:
    """The same filter, but with the signatures that a name or an address finds instead of it.

    For filters that are kept for long. None if it finds nobody, or more than MAX_IDS.
    """
    if not (wanted.name or wanted.email):
        return wanted
    ids = _find_ids(action_id, wanted)
    return replace(wanted.without_person(), ids=tuple(sorted(ids))) if ids else None


def _find_ids(action_id: int, wanted: SignatureFilter) -> list[str]:
    """The public ids of those that match; none if there are more than MAX_IDS."""
    ids: list[str] = []
    found = search(action_id, wanted)
    while True:
        ids += [row.public_id for row in found.rows]
        if len(ids) > MAX_IDS:
            return []
        if not found.older:
            return ids
        found = search(action_id, wanted, before=found.older)


def count_for_page(
    action_id: int, wanted: SignatureFilter, found: SearchPage, *, is_first: bool
) -> ResultCount:
    """How many match: all on the first page if it is the only one, tallied if there are many."""
    if is_first and not (found.searched or found.older):
        return ResultCount(len(found.rows))
    tallied = count_tallied(action_id, wanted)
    if tallied is not None and tallied > MAX_COUNTED and not found.searched:
        return ResultCount(tallied)
    if is_first and found.searched:
        count = ResultCount(len(found.rows), searched=found.searched)
    else:
        count = count_results(action_id, wanted, limit=MAX_COUNTED, max_scanned=MAX_SCANNED)
    if count.is_exact or tallied is None or (count.is_more and tallied <= count.number):
        return count
    return ResultCount(max(tallied, count.number), is_scattered=bool(count.searched))


def mask_email(email: str | None) -> str:
    """Enough of an address to recognise it, not enough to write to it."""
    name, _at, domain = (email or "").rpartition("@")
    return f"{name[:2] if len(name) > 3 else name[:1]}…@{domain}" if name else ""


def _find_directly(action_id: int, wanted: SignatureFilter) -> Sequence[SignatureRow]:
    """One person at most, by any spelling of the address; or those that were selected."""
    found = select(*COLUMNS).where(Signature.action_id == action_id, *wanted.conditions())
    newest = found.order_by(*order_by(SIGNATURES)).limit(MAX_IDS)
    return db.session.connection().execute(newest).all()


def _select_page(
    scan: SignatureSelect, wanted: SignatureFilter, dialect: str, is_newer: bool
) -> SignatureSelect:
    """The matching rows, and one more that tells whether there is another page."""
    if wanted.is_only_about_time:
        return scan.limit(PAGE_SIZE + 1)
    scanned = scan.limit(MAX_SCANNED).subquery("scanned")
    return matching(scanned, wanted, dialect, is_newer=is_newer).limit(PAGE_SIZE + 1)


def matching(
    scanned: Subquery, wanted: SignatureFilter, dialect: str, *, is_newer: bool = False
) -> SignatureSelect:
    """Those of the scanned rows that match, in the order of the scan."""
    found = select(scanned).where(*wanted.others(scanned))
    if dialect == "postgresql":
        return found.order_by(*order_by(scanned, is_newer=is_newer))
    # SQLite keeps the order of the scan. With ORDER BY it would sort all rows before the limit.
    return found
