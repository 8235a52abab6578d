"""Whether anchors are made, and arrive: for the status page, the command and the metrics."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from campaign_actions.audit.anchors.create import is_genuine
from campaign_actions.audit.anchors.destinations import names_of
from campaign_actions.audit.anchors.settings import AnchorSettings
from campaign_actions.audit.models import AnchorDelivery, AuditAnchor, AuditEntry
from campaign_actions.core.database import db

TOO_LONG = timedelta(days=2)
MOST = 50  # rows looked at for one that we have signed: others are somebody's who has the database


@dataclass(frozen=True)
class Failing:
    """A destination that an anchor has been on its way to for too long."""

    destination: str
    since: datetime
    reason: str


@dataclass(frozen=True)
class AnchorHealth:
    """`newest_at`: of the newest anchor that we have signed. `is_late`: there should be a newer one."""

    newest_at: datetime | None
    is_late: bool
    failing: tuple[Failing, ...]


def anchor_health(now: datetime, *, settings: AnchorSettings, public_key: str) -> AnchorHealth:
    """`public_key`: by which ours are told; "" on a machine that does not have it."""
    newest_at = _newest_at(public_key)
    began_at = db.session.scalar(select(func.min(AuditEntry.at)))
    waits_since = newest_at or began_at
    is_late = waits_since is not None and now - waits_since > TOO_LONG
    return AnchorHealth(newest_at, is_late, tuple(_failing(now, settings)))


def _newest_at(public_key: str) -> datetime | None:
    rows = db.session.scalars(select(AuditAnchor).order_by(AuditAnchor.made_at.desc()).limit(MOST))
    return next((row.made_at for row in rows.all() if is_genuine(row, public_key)), None)


def _failing(now: datetime, settings: AnchorSettings) -> Iterator[Failing]:
    for name in names_of(settings):
        oldest = (
            select(AuditAnchor.made_at, AnchorDelivery.last_error)
            .join(AnchorDelivery, AnchorDelivery.anchor_id == AuditAnchor.id)
            .where(
                AnchorDelivery.done_at.is_(None),
                AnchorDelivery.destination == name,
                AuditAnchor.made_at < now - TOO_LONG,
            )
            .order_by(AuditAnchor.made_at)
            .limit(1)
        )
        for row in db.session.execute(oldest):
            yield Failing(name, row.made_at, row.last_error or "")
