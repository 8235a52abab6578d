"""A random sample of the signatures that match a filter: more than the newest, for staff who decide."""

from collections.abc import Sequence
from random import SystemRandom

from sqlalchemy import ColumnElement, Connection, func

from campaign_actions.actions.models import Signature, SignatureRow
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.search import (
    MAX_SCANNED,
    PAGE_SIZE,
    ResultCount,
    matching,
    scan_of,
    search,
)
from campaign_actions.core.db.session import db

MARGIN = 4  # times the size is drawn, so that hardly ever too few are
_random = SystemRandom()


def random_sample(
    action_id: int,
    wanted: SignatureFilter,
    count: ResultCount,
    *,
    size: int,
    max_scanned: int = MAX_SCANNED,
) -> Sequence[SignatureRow | Signature]:
    """Some of those that match, newest first. `count`: how many match.

    Of more than a page, the database draws each with the same chance. Every so manieth
    id would not do: statuses may alternate, so all of them could have the same one.
    """
    rows: Sequence[SignatureRow | Signature] = ()
    if count.number > PAGE_SIZE and not wanted.is_direct:
        one_in = max(1, count.number // (size * MARGIN))
        rows = _drawn(one_in, action_id, wanted, max_scanned)
    if len(rows) < size:
        rows = search(action_id, wanted).rows
    chosen = _random.sample(range(len(rows)), min(size, len(rows)))
    return [rows[place] for place in sorted(chosen)]


def _drawn(
    one_in: int, action_id: int, wanted: SignatureFilter, max_scanned: int
) -> Sequence[SignatureRow]:
    """About one in so many of those that match, of the newest signatures.

    The limit is inside, so that PostgreSQL follows the index instead of sorting what it finds.
    """
    connection = db.session.connection()
    scanned = scan_of(action_id, wanted).limit(max_scanned).subquery("scanned")
    found = matching(scanned, wanted, connection.dialect.name)
    return connection.execute(found.where(_is_drawn(connection, one_in))).all()


def _is_drawn(connection: Connection, one_in: int) -> ColumnElement[bool]:
    """True for each row with a chance of one in so many."""
    if connection.dialect.name == "postgresql":
        return func.random() * one_in < 1
    return func.random() % one_in == 0  # on SQLite, any integer of 64 bits
