"""How quickly a form was filled in: only whether that was fast, usual or slow, for 30 days.

It is a sign among others, never a proof: anyone can wait. A page is the same for everyone and may be kept by
caches for seconds, so its token tells when it was made, not who has read it.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, select, text, update

from campaign_actions.actions.models import (
    COMPARED_FORMS,
    FILL_TIMES,
    HAS_FILL_TIME,
    InvalidationBatch,
    Signature,
    SignatureCluster,
)
from campaign_actions.actions.models.batches import TIMED
from campaign_actions.actions.personal_data.later_uses import is_covered_now
from campaign_actions.actions.queries import PublicAction
from campaign_actions.core.db.session import has_rows, write_transaction
from campaign_actions.core.db.stored_json import JsonMember

FAST, USUAL, SLOW = FILL_TIMES
FILL_TIME_KEPT = timedelta(days=30)  # as the consent texts and the privacy page say
BATCH_SIZE = 1000
IN_BATCH = JsonMember(InvalidationBatch.filter, "fill_time").is_not(None)
HAS_ENDED = InvalidationBatch.state != "running"
IN_CLUSTER = JsonMember(SignatureCluster.filter, "fill_time").is_not(None)


def fill_time_of(
    action: PublicAction,
    consent_version: int | None,
    open_for: timedelta | None,
    *,
    fast_seconds: int,
    slow_seconds: int,
) -> str | None:
    """One of FILL_TIMES; None if it is not known, or the text that people agree to does not mention it."""
    its = action.kind.name, action.locale
    if open_for is None or not is_covered_now(COMPARED_FORMS, *its, consent_version):
        return None
    if open_for < timedelta(seconds=fast_seconds):
        return FAST
    return SLOW if open_for > timedelta(seconds=slow_seconds) else USUAL


def delete_fill_times(now: datetime) -> int:
    """Delete those of a batch of signatures that are older than FILL_TIME_KEPT. Returns how many.

    Batches that marked these signatures forget it as well. The order of changes does not change, and
    nothing that is exported.
    """
    old = (
        select(Signature.id, Signature.action_id, Signature.invalidation_batch_id)
        .where(text(HAS_FILL_TIME), Signature.signed_at < now - FILL_TIME_KEPT)
        .order_by(Signature.signed_at)
        .limit(BATCH_SIZE)
    )
    if not has_rows(old):
        return 0
    deleted = 0
    with write_transaction() as connection:
        rows = connection.execute(old.with_for_update(skip_locked=True)).all()
        for action_id in {row.action_id for row in rows}:
            ids = [row.id for row in rows if row.action_id == action_id]
            change = update(Signature).where(
                Signature.action_id == action_id, Signature.id.in_(ids)
            )
            deleted += connection.execute(change.values(fill_time=None)).rowcount
        batches = {row.invalidation_batch_id for row in rows} - {None}
        if batches:
            _forget_in_batches(connection, InvalidationBatch.id.in_(batches))
    return deleted


def forget_in_filters(now: datetime) -> None:
    """A scheduled task: delete filling times from filters that outlive those of their signatures.

    A cluster keeps the minutes whose filling times are known. Without any, its filter finds nobody.
    """
    kept_since = now - FILL_TIME_KEPT
    minute = kept_since.replace(second=0, microsecond=0)
    start = minute if minute == kept_since else minute + timedelta(minutes=1)
    old_batches = InvalidationBatch.marked_at < kept_since, IN_BATCH, HAS_ENDED
    old_clusters = SignatureCluster.since < start, IN_CLUSTER
    if not (
        has_rows(select(InvalidationBatch.id).where(*old_batches))
        or has_rows(select(SignatureCluster.id).where(*old_clusters))
    ):
        return
    with write_transaction() as connection:
        _forget_in_batches(connection, *old_batches)
        over = delete(SignatureCluster).where(SignatureCluster.until <= start, IN_CLUSTER)
        connection.execute(over)
        connection.execute(update(SignatureCluster).where(*old_clusters).values(since=start))


def _forget_in_batches(connection: Connection, *conditions: ColumnElement[bool]) -> None:
    """Of those that have ended. Others still need it."""
    columns = InvalidationBatch.id, InvalidationBatch.filter
    for row in connection.execute(select(*columns).where(*conditions, IN_BATCH, HAS_ENDED)).all():
        kept = {name: value for name, value in row.filter.items() if name != "fill_time"}
        change = update(InvalidationBatch).where(InvalidationBatch.id == row.id)
        connection.execute(change.values(filter=kept | {TIMED: True}))
