"""Whether anchors are created and delivered: for the status page, the command and the metrics."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from campaign_actions.audit.anchors.document import Anchor
from campaign_actions.audit.anchors.local import local_anchors, pending_anchors
from campaign_actions.audit.anchors.settings import AnchorSettings
from campaign_actions.audit.models import AnchorDelivery, AuditAnchor, AuditEntry
from campaign_actions.core.db.session import db

MAX_DELAY = timedelta(days=2)


@dataclass(frozen=True)
class FailingDestination:
    """A destination that anchors have not reached for MAX_DELAY. `since` None: the folder is unreadable."""

    destination: str
    since: datetime | None
    reason: str


@dataclass(frozen=True)
class AnchorHealth:
    """`newest_at`: the time of the newest anchor that we signed in the local file.

    `is_late`: there should be a newer one.
    """

    newest_at: datetime | None
    is_late: bool
    failing: tuple[FailingDestination, ...]


def anchor_health(now: datetime, *, settings: AnchorSettings, public_key: str) -> AnchorHealth:
    """Judged by the local folder, since an attacker could make the database look healthy.

    `public_key`: of our own anchors; "" on a machine without the key.
    """
    try:
        anchors = local_anchors(settings, public_key)
        failing = tuple(_failing(now, anchors, settings))
    except OSError as error:
        reason = f"the folder audit_anchors cannot be read: {error.strerror}"
        return AnchorHealth(None, False, (FailingDestination("local", None, reason),))
    made = [
        one.made_at for one in anchors if one.made_at <= now + MAX_DELAY
    ]  # not from a wrong clock
    newest_at = max(made, default=None)
    return AnchorHealth(newest_at, _is_late(now, newest_at), failing)


def _is_late(now: datetime, newest_at: datetime | None) -> bool:
    """Without an anchor, the log is late MAX_DELAY after its first entry."""
    if newest_at:
        return now - newest_at > MAX_DELAY
    first = db.session.execute(select(AuditEntry.at).order_by(AuditEntry.id).limit(1)).first()
    if first is None:
        return False
    return first.at is None or abs(now - first.at) > MAX_DELAY


def _failing(
    now: datetime, anchors: Sequence[Anchor], settings: AnchorSettings
) -> Iterator[FailingDestination]:
    for name, waiting in pending_anchors(anchors, settings):
        late = [one for one in waiting if one.made_at < now - MAX_DELAY]
        if late:
            yield FailingDestination(name, late[0].made_at, _reason(name, late[0]))


def _reason(name: str, anchor: Anchor) -> str:
    error = (
        select(AnchorDelivery.last_error)
        .join(AuditAnchor, AuditAnchor.id == AnchorDelivery.anchor_id)
        .where(AuditAnchor.text == anchor.text, AnchorDelivery.destination == name)
    )
    return db.session.scalars(error).first() or ""
