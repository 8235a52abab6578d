"""Queries for clusters: those to decide about, and those decided."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Row, func, select, text

from campaign_actions.actions.models import InvalidationBatch, Signature, SignatureCluster
from campaign_actions.actions.models.clusters import IS_OPEN
from campaign_actions.actions.signatures.clusters.record import QUIET
from campaign_actions.actions.signatures.clusters.words import ClusterWords, words_of
from campaign_actions.actions.signatures.filters.filter import SignatureFilter, as_utc_text
from campaign_actions.core.db.session import db
from campaign_actions.staff.queries import member_names

MAX_SHOWN = 20  # open ones, and decided ones


@dataclass(frozen=True)
class Cluster:
    """Signatures that look as if a robot had sent them. `wanted`: the filter that finds them."""

    id: int
    action_id: int
    rule: str
    since: datetime
    until: datetime
    rows: int
    state: str
    wanted: SignatureFilter
    decided_at: datetime | None = None
    decided_by: str = ""
    batch_id: int | None = None  # the batch that marked them invalid
    is_undone: bool = False  # this batch

    @property
    def words(self) -> ClusterWords:
        return words_of(self.rule, self.wanted.fill_time)

    @property
    def quiet_days(self) -> int:
        """For how long the same thing is not proposed again once it is dismissed."""
        return QUIET[self.rule].days


def open_clusters(action_id: int) -> list[Cluster]:
    """Clusters without a decision, the largest first."""
    largest = SignatureCluster.rows.desc(), SignatureCluster.id.desc()
    open_ones = _of_action(action_id).where(text(IS_OPEN)).order_by(*largest)
    return _read(open_ones.limit(MAX_SHOWN))


def clusters_in_state(action_id: int, state: str) -> list[Cluster]:
    """All of them, without the names of those who decided."""
    in_state = _of_action(action_id).where(SignatureCluster.state == state)
    rows = db.session.execute(in_state).all()
    return [cluster_from(row) for row in rows]


def decided_clusters(action_id: int) -> list[Cluster]:
    """The newest decisions first."""
    decided = _of_action(action_id).where(SignatureCluster.state != "open")
    return _read(decided.order_by(SignatureCluster.decided_at.desc()).limit(MAX_SHOWN))


def count_open(action_id: int) -> int:
    """How many clusters of an action have no decision."""
    open_ones = SignatureCluster.action_id == action_id, text(IS_OPEN)
    return db.session.scalar(select(func.count()).where(*open_ones)) or 0


def find_cluster(action_id: int, cluster_id: int) -> Cluster | None:
    found = _read(_of_action(action_id).where(SignatureCluster.id == cluster_id))
    return found[0] if found else None


def find_comment(action_id: int, public_id: str) -> str:
    """The comment of a signature; empty if it has none, or is gone."""
    comment = select(Signature.comment).filter_by(public_id=public_id, action_id=action_id)
    return db.session.scalar(comment) or ""


def cluster_from(row: Row[*tuple[Any, ...]], names: dict[int, str] | None = None) -> Cluster:
    since, until = as_utc_text(row.since), as_utc_text(row.until)
    return Cluster(
        id=row.id,
        action_id=row.action_id,
        rule=row.rule,
        since=row.since,
        until=row.until,
        rows=row.rows,
        state=row.state,
        wanted=replace(SignatureFilter.from_json(row.filter), since=since, until=until),
        decided_at=row.decided_at,
        decided_by=(names or {}).get(row.decided_by or 0, ""),
        batch_id=row.batch_id,
    )


def _of_action(action_id: int) -> Any:
    columns = SignatureCluster.__table__.columns
    return select(*columns).where(SignatureCluster.action_id == action_id)


def _read(query: Executable) -> list[Cluster]:
    rows: Sequence[Any] = db.session.execute(query).all()
    names = member_names(row.decided_by for row in rows)
    undone = _undone_batches({row.batch_id for row in rows if row.batch_id})
    return [replace(cluster_from(row, names), is_undone=row.batch_id in undone) for row in rows]


def _undone_batches(ids: Collection[int]) -> frozenset[int]:
    if not ids:
        return frozenset()
    undone = select(InvalidationBatch.id).where(
        InvalidationBatch.id.in_(ids), InvalidationBatch.undone_at.is_not(None)
    )
    return frozenset(db.session.scalars(undone))
