"""Staff decide about clusters: not suspicious, or marked invalid by a batch with the same filter.

Both can be taken back.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, or_, select, update

from campaign_actions.actions.models import SignatureCluster
from campaign_actions.actions.signatures.clusters.queries import Cluster, cluster_from
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import write_transaction

OPEN = SignatureCluster.state == "open"


def dismiss(cluster: Cluster, *, action: str, actor: str, staff_id: int, now: datetime) -> bool:
    """Say that a cluster is not suspicious, so that it is not proposed again.

    Returns True if this call did it; someone else may have decided.
    """
    with write_transaction() as connection:
        decided = _decide(connection, cluster.id, "dismissed", staff_id=staff_id, now=now)
        if decided:
            details = cluster.wanted.audit_details()
            add_entry(
                connection, "cluster-dismissed", actor=actor, now=now, subject=action, **details
            )
    return decided


def reopen(cluster: Cluster, *, action: str, actor: str, now: datetime) -> bool:
    """Propose a decided cluster again. Returns True if this call did it."""
    with write_transaction() as connection:
        reopened = _reopen(connection, SignatureCluster.id == cluster.id)
        if reopened:
            details = cluster.wanted.audit_details()
            add_entry(
                connection, "cluster-reopened", actor=actor, now=now, subject=action, **details
            )
    return bool(reopened)


def reopen_clusters_of(
    connection: Connection, action_id: int, *, batch_id: int, others: Collection[int] = ()
) -> int:
    """Propose the clusters of a batch again, in the transaction that cancels or undoes it.

    `others`: the ids of clusters that have signatures of this batch. Returns how many.
    """
    of_batch = or_(SignatureCluster.batch_id == batch_id, SignatureCluster.id.in_(others))
    of_action = SignatureCluster.action_id == action_id, SignatureCluster.state == "invalidated"
    return _reopen(connection, *of_action, of_batch)


def reopen_clusters(connection: Connection, ids: Collection[int]) -> int:
    """Propose clusters again that were closed without a batch, because someone in them is valid again."""
    without_batch = SignatureCluster.state == "invalidated", SignatureCluster.batch_id.is_(None)
    return _reopen(connection, SignatureCluster.id.in_(ids), *without_batch) if ids else 0


def close_clusters(
    connection: Connection,
    ids: Collection[int],
    *,
    staff_id: int | None,
    now: datetime,
    batch_id: int | None = None,
) -> None:
    """Close those that have nobody left (left.py), in the transaction that marks the last of them."""
    for one in ids:
        _decide(connection, one, "invalidated", staff_id=staff_id, now=now, batch_id=batch_id)


def mark_invalidated(
    action_id: int, wanted: SignatureFilter, *, batch_id: int, staff_id: int, now: datetime
) -> int:
    """Close the open clusters whose signatures a batch marks invalid. Returns how many.

    The batch has an entry in the audit log.
    """
    open_ones = select(SignatureCluster).where(SignatureCluster.action_id == action_id, OPEN)
    with write_transaction() as connection:
        rows = connection.execute(open_ones).all()
        same = [row.id for row in rows if cluster_from(row).wanted == wanted.without_status()]
        return sum(
            _decide(connection, one, "invalidated", staff_id=staff_id, now=now, batch_id=batch_id)
            for one in same
        )


def _reopen(connection: Connection, *conditions: ColumnElement[bool]) -> int:
    """The batch stays known, so that the page can say that it was undone."""
    decided = update(SignatureCluster).where(*conditions, SignatureCluster.state != "open")
    values = {"state": "open", "decided_at": None, "decided_by": None}
    return connection.execute(decided.values(values)).rowcount


def _decide(
    connection: Connection,
    cluster_id: int,
    state: str,
    *,
    staff_id: int | None,
    now: datetime,
    batch_id: int | None = None,
) -> bool:
    change = update(SignatureCluster).where(SignatureCluster.id == cluster_id, OPEN)
    values = {"state": state, "decided_at": now, "decided_by": staff_id, "batch_id": batch_id}
    return bool(connection.execute(change.values(values)).rowcount)
