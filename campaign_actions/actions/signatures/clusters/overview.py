"""The open clusters of all actions, and how many participants they have left, for the overview."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from sqlalchemy import ScalarSelect, func, select, text, true

from campaign_actions.actions.models import Action, SignatureCluster
from campaign_actions.actions.models.clusters import IS_OPEN
from campaign_actions.actions.signatures.clusters.queries import Cluster, cluster_from
from campaign_actions.actions.signatures.filters.filter import MARKABLE
from campaign_actions.actions.signatures.search import scan_of
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import db

MAX_READ = 1000  # clusters
MAX_COUNTED_OF_ACTION = 5  # clusters, those that were largest when they were found
MAX_LEFT = 1000  # participants of one cluster
MAX_SCANNED = 10_000  # signatures of the minutes of one cluster


@dataclass(frozen=True)
class OpenClusters:
    """How many clusters an action has to decide about, and how many participants are left in the largest.

    Clusters may share participants, so unless there is one, these are at least as many as there are.
    """

    number: int
    left: int

    @property
    def is_exact(self) -> bool:
        return self.number == 1 and self.left < MAX_LEFT


def count_open_clusters(
    campaign_ids: Collection[int] | None, *, now: datetime, max_actions: int
) -> dict[int, OpenClusters]:
    """Those open, by action, of campaigns that are not archived; None: of any. In two statements."""
    by_action: dict[int, list[Cluster]] = {}
    for cluster in _newest_first(campaign_ids, now):
        by_action.setdefault(cluster.action_id, []).append(cluster)
    shown = dict(islice(by_action.items(), max_actions))
    left = _count_left(shown.values())
    return {
        action_id: OpenClusters(len(clusters), max(left.get(one.id, 0) for one in clusters))
        for action_id, clusters in shown.items()
    }


def _newest_first(campaign_ids: Collection[int] | None, now: datetime) -> Iterator[Cluster]:
    is_archived = Campaign.archived_at <= now
    open_ones = (
        select(*SignatureCluster.__table__.columns)
        .join(Action, Action.id == SignatureCluster.action_id)
        .join(Campaign, Campaign.id == Action.campaign_id)
        .where(
            text(f"signature_clusters.{IS_OPEN}"),
            true() if campaign_ids is None else Campaign.id.in_(campaign_ids),
            is_archived.is_not(true()),
        )
        .order_by(SignatureCluster.id.desc())
        .limit(MAX_READ)
    )
    return map(cluster_from, db.session.execute(open_ones))


def _count_left(by_action: Collection[Sequence[Cluster]]) -> dict[int, int]:
    """How many are left in the largest clusters of each action, in one statement."""
    largest = [
        one
        for clusters in by_action
        for one in sorted(clusters, key=lambda one: -one.rows)[:MAX_COUNTED_OF_ACTION]
    ]
    if not largest:
        return {}
    counted = [_left_in(one).label(f"of_{one.id}") for one in largest]
    numbers = db.session.execute(select(*counted)).one()
    return {one.id: number for one, number in zip(largest, numbers, strict=True)}


def _left_in(cluster: Cluster) -> ScalarSelect[int]:
    wanted = replace(cluster.wanted, status=MARKABLE)
    scanned = scan_of(cluster.action_id, wanted).limit(MAX_SCANNED).subquery()
    found = select(scanned.c.id).where(*wanted.others(scanned)).limit(MAX_LEFT).subquery()
    return select(func.count()).select_from(found).scalar_subquery()
