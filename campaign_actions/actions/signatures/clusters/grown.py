"""Clusters that have grown a lot since staff were told about them, and are still growing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Row, func, select, text

from campaign_actions.actions.models import SignatureCluster
from campaign_actions.actions.models.clusters import IS_OPEN
from campaign_actions.actions.signatures.clusters.queries import cluster_from
from campaign_actions.actions.signatures.clusters.record import PAUSE
from campaign_actions.actions.signatures.clusters.rules import Thresholds
from campaign_actions.actions.signatures.filters.filter import SignatureFilter, as_utc_text
from campaign_actions.actions.signatures.search import count_results
from campaign_actions.core.db.session import db, release_connection

TOLD_AGAIN = timedelta(hours=1)  # at the earliest, after any email about the same action
GROWN = 2  # times as many as when staff were told
MAX_COUNTED = 100_000


def grown_clusters(now: datetime, thresholds: Thresholds) -> list[int]:
    """The ids of those that have doubled, by at least the threshold of their rule."""
    grown = [row.id for row in _growing(now) if _has_grown(row, getattr(thresholds, row.rule))]
    release_connection()
    return grown


def _growing(now: datetime) -> Sequence[Row[tuple[SignatureCluster]]]:
    """Those that go on, of actions about which no email was sent in the last hour."""
    cluster, told = SignatureCluster.__table__, SignatureCluster.__table__.alias("told")
    last_told = select(func.max(told.c.told_at)).where(told.c.action_id == cluster.c.action_id)
    growing = (
        select(*cluster.columns)
        .where(text(f"signature_clusters.{IS_OPEN}"), cluster.c.until >= now - PAUSE)
        .where(cluster.c.told_at.is_not(None))
        .where(last_told.scalar_subquery() <= now - TOLD_AGAIN)
    )
    return db.session.connection().execute(growing).all()


def _has_grown(row: Row[tuple[SignatureCluster]], threshold: int) -> bool:
    """Forms sent before staff were told are those that it had then, so nothing needs to be stored."""
    wanted = cluster_from(row).wanted
    number = _count(row.action_id, wanted)
    if not threshold or number < threshold:
        return False
    told = _count(row.action_id, replace(wanted, until=as_utc_text(min(row.told_at, row.until))))
    return number >= GROWN * told and number - told >= threshold


def _count(action_id: int, wanted: SignatureFilter) -> int:
    return count_results(action_id, wanted, limit=MAX_COUNTED, max_scanned=MAX_COUNTED).number
