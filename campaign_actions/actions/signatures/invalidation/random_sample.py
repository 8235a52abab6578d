"""A random sample of the signatures that match a filter: more than the newest, for staff who decide."""

from collections.abc import Sequence
from random import SystemRandom

from campaign_actions.actions.models import Signature, SignatureRow
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.search import (
    MAX_SCANNED,
    ResultCount,
    matching,
    scan_of,
    search,
)
from campaign_actions.core.db.session import db

MARGIN = (
    4  # times the size is drawn, because matching signatures are not spread evenly over the ids
)
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

    Of many, only every so manieth id is compared with the filter, from a random one on.
    """
    step = count.number // (size * MARGIN)
    rows: Sequence[SignatureRow | Signature] = ()
    if step > 1 and not wanted.is_direct:
        rows = _every(step, action_id, wanted, max_scanned)
    if len(rows) < size:
        rows = search(action_id, wanted).rows
    chosen = _random.sample(range(len(rows)), min(size, len(rows)))
    return [rows[place] for place in sorted(chosen)]


def _every(
    step: int, action_id: int, wanted: SignatureFilter, max_scanned: int
) -> Sequence[SignatureRow]:
    """Those that match among every `step`-th id, of the newest signatures.

    The limit is inside, so that PostgreSQL follows the index instead of sorting what it finds.
    """
    connection = db.session.connection()
    scanned = scan_of(action_id, wanted).limit(max_scanned).subquery("scanned")
    found = matching(scanned, wanted, connection.dialect.name)
    drawn = found.where(scanned.c.id % step == _random.randrange(step))
    return connection.execute(drawn).all()
