"""Storing clusters, so that the page and the emails are about the same ones."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from campaign_actions.actions.models import SignatureCluster
from campaign_actions.actions.signatures.clusters.rules import Group
from campaign_actions.core.db.session import delete_rows, write_transaction
from campaign_actions.core.db.upsert import advisory_lock

LOCK = 0x636C7573  # "clus": the key of PostgreSQL's advisory lock
PAUSE = timedelta(minutes=10)  # after it, the same thing again is another cluster
# How long a cluster that staff dismissed must not have gone on, before the same thing is proposed again.
QUIET = {
    **dict.fromkeys(("text", "domain", "source"), timedelta(days=7)),
    **dict.fromkeys(("minute", "burst"), timedelta(days=1)),
}
CLUSTERS_KEPT = timedelta(days=90)


def record_groups(action_id: int, groups: Sequence[Group], *, now: datetime) -> int:
    """Store new clusters and extend known ones. Returns how many are new.

    Any number of workers may call this: a lock lets one after another record.
    """
    if not groups:
        return 0
    with write_transaction() as connection:
        advisory_lock(connection, LOCK)
        return sum(_record(connection, action_id, group, now) for group in groups)


def delete_old_clusters(now: datetime) -> None:
    """A scheduled task: delete those that nobody needs for a decision."""
    delete_rows(SignatureCluster, SignatureCluster.until < now - CLUSTERS_KEPT)


def _record(connection: Connection, action_id: int, group: Group, now: datetime) -> bool:
    known = _find_known(connection, action_id, group)
    if known is None:
        values = {
            "action_id": action_id,
            "rule": group.rule,
            "key": group.key,
            "filter": group.wanted.filter(),
            "since": group.since,
            "until": group.until,
            "rows": group.number,
            "found_at": now,
            "state": "open",
        }
        connection.execute(insert(SignatureCluster).values(values))
        return True
    cluster_id, since, until, rows = known
    change = update(SignatureCluster).where(SignatureCluster.id == cluster_id)
    connection.execute(
        change.values(
            since=min(since, group.since),
            until=max(until, group.until),
            rows=max(rows, group.number),
        )
    )
    return False


def _find_known(
    connection: Connection, action_id: int, group: Group
) -> tuple[int, datetime, datetime, int] | None:
    """The cluster that goes on with a group: an open one, or one that was dismissed."""
    newest = (
        select(
            *(getattr(SignatureCluster, name) for name in ("id", "since", "until", "rows", "state"))
        )
        .where(
            SignatureCluster.action_id == action_id,
            SignatureCluster.until >= group.since - QUIET[group.rule],
            SignatureCluster.key == group.key,
            SignatureCluster.state != "invalidated",
        )
        .order_by(SignatureCluster.until.desc(), SignatureCluster.id.desc())
        .limit(1)
    )
    row = connection.execute(newest).one_or_none()
    if row is None or (row.state == "open" and row.until < group.since - PAUSE):
        return None
    return row.id, row.since, row.until, row.rows
