"""Delivering anchors: leased by one worker at a time, and retried with growing delays."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Update, and_, or_, select, update

from campaign_actions.audit.anchors.destinations import (
    Delivery,
    DeliveryInProgress,
    NotDelivered,
    deliver,
    destination_names,
)
from campaign_actions.audit.anchors.document import Anchor, BadAnchor, read_anchor
from campaign_actions.audit.anchors.local import local_anchors, pending_anchors
from campaign_actions.audit.anchors.settings import AnchorSettings
from campaign_actions.audit.models import AnchorDelivery, AuditAnchor
from campaign_actions.core.db.session import db, has_rows, write_transaction
from campaign_actions.core.security.audit_key import own_audit_public_key

log = structlog.get_logger()
RETRY_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
LEASE = timedelta(minutes=5)  # longer than any destination takes
BATCH_SIZE = 20  # deliveries
MAX_REASON_LENGTH = 300  # characters


@dataclass(frozen=True)
class Attempt:
    """The outcome of a delivery. `reason`: why it failed; "" if it succeeded."""

    anchor_id: int
    destination: str
    reason: str = ""
    is_in_progress: bool = False


def deliver_anchors(now: datetime, *, settings: AnchorSettings) -> list[Attempt]:
    """Try each delivery that is due once. Destinations no longer in the settings are ignored."""
    done = list(_retry_unjournalled(now, settings))
    if not has_rows(select(AnchorDelivery.anchor_id).where(*_are_due(now, settings))):
        return done
    while len(done) < BATCH_SIZE and (taken := _lease_next(now, settings)):
        done.append(_try(taken, settings, now))
    return done


def deliver_one(anchor_id: int, now: datetime, *, settings: AnchorSettings) -> list[Attempt]:
    """Try all destinations of an anchor that the caller created with a lease."""
    rows = select(AnchorDelivery).filter_by(anchor_id=anchor_id)
    found = db.session.scalars(rows.order_by(AnchorDelivery.destination)).all()
    db.session.commit()
    own = AnchorDelivery(anchor_id=anchor_id, destination="local", attempts=0)
    return [_try(row, settings, now) for row in (own, *found)]


def _retry_unjournalled(now: datetime, settings: AnchorSettings) -> Iterator[Attempt]:
    """Retry deliveries that the database marks as done and our journal does not.

    Another machine may have made them, or someone may have changed the database.
    """
    try:
        anchors = local_anchors(settings, own_audit_public_key())
        waiting = list(pending_anchors(anchors, settings))
    except OSError as error:
        log.error("audit_anchors_unreadable", reason=error.strerror)
        return
    for name, ones in waiting:
        for anchor in ones:
            if row := _find_marked_done(name, anchor, now):
                yield _try(row, settings, now)


def _find_marked_done(name: str, anchor: Anchor, now: datetime) -> AnchorDelivery | None:
    """Only what was done some time ago: another worker may be about to write its journal."""
    row = db.session.scalar(
        select(AnchorDelivery)
        .join(AuditAnchor, AuditAnchor.id == AnchorDelivery.anchor_id)
        .where(
            AuditAnchor.text == anchor.text,
            AnchorDelivery.destination == name,
            or_(AnchorDelivery.done_at <= now - LEASE, AnchorDelivery.done_at > now),
            _is_due(now),
        )
    )
    db.session.commit()
    return row


def _are_due(now: datetime, settings: AnchorSettings) -> tuple[ColumnElement[bool], ...]:
    leased_until = AnchorDelivery.leased_until
    is_free = or_(leased_until.is_(None), leased_until <= now, leased_until > now + 2 * LEASE)
    return (
        AnchorDelivery.done_at.is_(None),
        AnchorDelivery.destination.in_(destination_names(settings)),
        _is_due(now),
        is_free,
    )


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Also true if the time is impossibly far away, because the clock has been set back."""
    due_at = AnchorDelivery.due_at
    return or_(due_at <= now, due_at > now + 2 * RETRY_DELAYS[-1])


def _lease_next(now: datetime, settings: AnchorSettings) -> AnchorDelivery | None:
    """Lease the next delivery. The newest anchor comes first, since it covers all entries before it."""
    due = select(AnchorDelivery).where(*_are_due(now, settings))
    newest = due.order_by(AnchorDelivery.anchor_id.desc(), AnchorDelivery.due_at).limit(1)
    with write_transaction() as connection:
        row = db.session.scalar(
            newest.with_for_update(skip_locked=True), execution_options={"populate_existing": True}
        )
        if row is not None:
            connection.execute(_update(row).values(leased_until=now + LEASE))
    return row


def _try(row: AnchorDelivery, settings: AnchorSettings, now: datetime) -> Attempt:
    try:
        deliver(row.destination, _delivery(row, settings, now))
    except NotDelivered as error:
        attempt = Attempt(
            row.anchor_id, row.destination, str(error), isinstance(error, DeliveryInProgress)
        )
    else:
        attempt = Attempt(row.anchor_id, row.destination)
    _record(row, attempt, now)
    return attempt


def _delivery(row: AnchorDelivery, settings: AnchorSettings, now: datetime) -> Delivery:
    text = db.session.scalar(select(AuditAnchor.text).filter_by(id=row.anchor_id))
    db.session.commit()  # frees the connection before slow work
    try:
        anchor = read_anchor(text or "")
    except BadAnchor as error:
        raise NotDelivered(f"the anchor in the database is damaged: {error}") from None
    return Delivery(row.anchor_id, anchor, settings, now)


def _record(row: AnchorDelivery, attempt: Attempt, now: datetime) -> None:
    attempts = row.attempts + 1
    values: dict[str, object] = {"leased_until": None, "attempts": attempts}
    if attempt.reason:
        pause = RETRY_DELAYS[min(attempts, len(RETRY_DELAYS)) - 1]
        values |= {"due_at": now + pause, "last_error": attempt.reason[:MAX_REASON_LENGTH]}
    else:
        values |= {"done_at": now, "last_error": None}
    with write_transaction() as connection:
        connection.execute(_update(row).values(values))
    facts = {"anchor": row.anchor_id, "destination": row.destination}
    if attempt.reason and not attempt.is_in_progress:
        log.error("audit_anchor_not_delivered", **facts, reason=attempt.reason)
    elif not attempt.reason:
        log.info("audit_anchor_delivered", **facts)


def _update(row: AnchorDelivery) -> Update:
    is_row = and_(
        AnchorDelivery.anchor_id == row.anchor_id, AnchorDelivery.destination == row.destination
    )
    return update(AnchorDelivery).where(is_row)
