"""Whom clusters have left to decide about. Marking may leave nobody, and undoing it brings people back."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, text

from campaign_actions.actions.models import InvalidationBatch, Signature, SignatureCluster
from campaign_actions.actions.models.clusters import IS_OPEN
from campaign_actions.actions.signatures.clusters.decide import OPEN, close_clusters
from campaign_actions.actions.signatures.clusters.queries import Cluster, clusters_in_state
from campaign_actions.actions.signatures.clusters.record import PAUSE
from campaign_actions.actions.signatures.filters.filter import MARKABLE
from campaign_actions.actions.signatures.search import scan_of
from campaign_actions.core.db.session import AnySelect, db, release_connection, write_transaction

MAX_SCANNED = 1_000_000  # signatures of the minutes of a cluster


def emptied_clusters(action_id: int, *, marked: Collection[int] = ()) -> list[int]:
    """The open clusters that have nobody left to decide about, some of whom were marked invalid.

    `marked`: the ids of signatures that are about to be. While a batch is being undone there are none,
    because it brings people back.
    """
    open_ones = clusters_in_state(action_id, "open")
    if not open_ones or _is_undoing(action_id):
        return []
    return [one.id for one in open_ones if is_emptied(one, marked)]


def closed_clusters_with(action_id: int, *signatures: ColumnElement[bool]) -> list[int]:
    """The clusters closed as invalid that have one of these signatures."""
    closed = clusters_in_state(action_id, "invalidated")
    of_them = select(Signature.id).where(*signatures).limit(1)
    with_them = (one for one in closed if _finds(of_them.where(*one.wanted.conditions())))
    return [one.id for one in with_them]


def close_empty_clusters(now: datetime) -> None:
    """A scheduled task, for clusters whose last people have withdrawn, or have not confirmed in time.

    One is closed if some were marked invalid. Otherwise it is deleted: there is nothing to decide.
    """
    actions = select(SignatureCluster.action_id).where(text(IS_OPEN)).distinct()
    for action_id in db.session.scalars(actions).all():
        emptied, gone = emptied_clusters(action_id), _clusters_without_anyone(action_id, now)
        release_connection()
        if emptied or gone:
            with write_transaction() as connection:
                close_clusters(connection, emptied, staff_id=None, now=now)
                without_anyone = SignatureCluster.id.in_(gone), OPEN
                connection.execute(delete(SignatureCluster).where(*without_anyone))


def _clusters_without_anyone(action_id: int, now: datetime) -> list[int]:
    """The open ones that do not go on, and of which nobody is marked either."""
    ended = [one for one in clusters_in_state(action_id, "open") if one.until < now - PAUSE]
    return [one.id for one in ended if not (_has(one, MARKABLE) or _has(one, "invalid"))]


def is_emptied(cluster: Cluster, marked: Collection[int] = ()) -> bool:
    """Whether all of a cluster are marked invalid, or about to be. Some of them may be gone."""
    if _has(cluster, MARKABLE, besides=marked):
        return False
    return _has(cluster, "invalid") or bool(marked and _has(cluster, MARKABLE))


def _has(cluster: Cluster, status: str, *, besides: Collection[int] = ()) -> bool:
    """Whether a cluster has anyone with a status of filters, apart from these signatures."""
    wanted = replace(cluster.wanted, status=status)
    scanned = scan_of(cluster.action_id, wanted).limit(MAX_SCANNED).subquery("scanned")
    others = scanned.c.id.not_in(besides)
    return _finds(select(scanned.c.id).where(*wanted.others(scanned), others).limit(1))


def _is_undoing(action_id: int) -> bool:
    batch = InvalidationBatch
    undoing = batch.action_id == action_id, batch.state == "undoing"
    return _finds(select(batch.id).where(*undoing).limit(1))


def _finds(query: AnySelect) -> bool:
    return db.session.execute(query).first() is not None
