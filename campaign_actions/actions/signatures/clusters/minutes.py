"""How many valid signatures arrived in each minute around a cluster, and how many of them it has."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.clusters.queries import Cluster
from campaign_actions.actions.signatures.clusters.rules import MINUTE
from campaign_actions.actions.signatures.clusters.scan import minute_of
from campaign_actions.actions.signatures.keyset_pagination import EPOCH
from campaign_actions.core.db.session import db

MINUTES_SHOWN = 30
AFTER = timedelta(minutes=5)
MAX_READ = 20_000


def shown_period(cluster: Cluster, now: datetime) -> tuple[datetime, datetime]:
    """MINUTES_SHOWN around a cluster. Of one that took longer, the last minutes."""
    end = min(cluster.until + AFTER, now + MINUTE)
    start = EPOCH + (int((end - EPOCH) / MINUTE) - MINUTES_SHOWN) * MINUTE
    return start, end


def minutes_around(cluster: Cluster, now: datetime) -> Sequence[tuple[int, int]]:
    """For each of MINUTES_SHOWN: all signatures except invalid ones, and those of the cluster."""
    start, end = shown_period(cluster, now)
    first = int((start - EPOCH) / MINUTE)
    connection = db.session.connection()
    rows = (
        select(*Signature.__table__.columns)
        .where(
            Signature.action_id == cluster.action_id,
            Signature.signed_at >= start,
            Signature.signed_at < end,
        )
        .order_by(Signature.signed_at.desc(), Signature.id.desc())
        .limit(MAX_READ)
        .subquery()
    )
    minute = minute_of(connection, rows.c.signed_at).label("minute")
    counted = select(minute, func.count().label("number")).group_by(minute)
    counted = counted.where(rows.c.status != "invalid")
    inside = rows.c.signed_at >= cluster.since, rows.c.signed_at < cluster.until
    both = [
        {row.minute - first: row.number for row in connection.execute(query)}
        for query in (counted, counted.where(*inside, *cluster.wanted.others(rows)))
    ]
    return [(both[0].get(place, 0), both[1].get(place, 0)) for place in range(MINUTES_SHOWN)]
