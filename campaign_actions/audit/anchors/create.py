"""Creating anchors: one a day across all workers and machines, and on command."""

from datetime import UTC, date, datetime

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, delete, func, insert, select, update

from campaign_actions.audit.anchors.destinations import destination_names, store_locally
from campaign_actions.audit.anchors.document import Anchor, BadAnchor, read_anchor
from campaign_actions.audit.anchors.local import is_own_anchor, local_anchors
from campaign_actions.audit.anchors.settings import AnchorSettings
from campaign_actions.audit.models import AnchorDelivery, AuditAnchor, AuditEntry
from campaign_actions.core.db.session import db, read_snapshot, write_transaction
from campaign_actions.core.db.upsert import advisory_lock
from campaign_actions.core.security.audit_key import ensure_audit_key, public_key_of

log = structlog.get_logger()
ADVISORY_LOCK = 0x616E6368  # "anch": the key of PostgreSQL's advisory lock


def create_daily_anchor(now: datetime, *, settings: AnchorSettings) -> int | None:
    """Create today's anchor (in UTC) unless it exists; returns its id. Raises WrongAuditKey."""
    today = now.astimezone(UTC).date()
    if not _has_entries() or _has_anchor_of(today, settings):
        return None
    return create_anchor(now, settings=settings, day=today)


def create_anchor(
    now: datetime,
    *,
    settings: AnchorSettings,
    day: date | None = None,
    leased_until: datetime | None = None,
) -> int | None:
    """Create an anchor of the current log and queue its deliveries; returns its id.

    None if the log is empty, or if `day` has an anchor already. `leased_until`: until then workers leave
    its deliveries to the caller. The local file gets it at once, whatever happens to the rows.
    Raises WrongAuditKey.
    """
    anchor = _sign_head(settings.site, now, ensure_audit_key())
    if anchor is None:
        return None
    with write_transaction() as connection:
        advisory_lock(connection, ADVISORY_LOCK)
        if day and not _free_day(connection, day, anchor.public_key):
            return None
        row = {"day": day, "entry_id": anchor.entry, "made_at": now, "text": anchor.text}
        made = insert(AuditAnchor).values(row).returning(AuditAnchor.id)
        anchor_id: int = connection.execute(made).scalar_one()
        for name in destination_names(settings):
            delivery = {"anchor_id": anchor_id, "destination": name, "due_at": now, "attempts": 0}
            connection.execute(insert(AnchorDelivery).values(**delivery, leased_until=leased_until))
    _store_locally(anchor, settings)
    log.info("audit_anchor", anchor=anchor_id, entry=anchor.entry, head=anchor.hash)
    return anchor_id


def is_genuine(row: AuditAnchor, public_key: str) -> bool:
    """Whether we signed it on its day. An attacker with the database could insert one for every day.

    `public_key`: "" accepts any key.
    """
    try:
        anchor = read_anchor(row.text)
    except BadAnchor:
        return False
    is_of_day = row.day is None or anchor.made_at.date() == row.day
    return is_of_day and is_own_anchor(anchor, public_key)


def _has_anchor_of(day: date, settings: AnchorSettings) -> bool:
    """Whether the database or, in case someone deleted the rows, the local file has an anchor of a day."""
    public_key = public_key_of(ensure_audit_key())
    row = db.session.scalar(select(AuditAnchor).filter_by(day=day))
    db.session.commit()
    if row is not None and is_genuine(row, public_key):
        _store_locally(read_anchor(row.text), settings)
        return True
    return row is None and _is_in_local_file(day, settings, public_key)


def _is_in_local_file(day: date, settings: AnchorSettings, public_key: str) -> bool:
    try:
        return any(one.made_at.date() == day for one in local_anchors(settings, public_key))
    except OSError:
        return False


def _store_locally(anchor: Anchor, settings: AnchorSettings) -> None:
    """A failure is retried with the next task, and does not stop the other destinations."""
    try:
        store_locally(anchor, settings)
    except OSError as error:
        log.error("audit_anchor_not_kept", entry=anchor.entry, reason=error.strerror)


def _has_entries() -> bool:
    found = db.session.scalar(select(AuditEntry.id).limit(1)) is not None
    db.session.commit()
    return found


def _sign_head(site: str, now: datetime, key: Ed25519PrivateKey) -> Anchor | None:
    """A signed anchor of the newest entry. One snapshot, so that count and hash belong together."""
    newest = select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    with read_snapshot() as connection:
        row = connection.execute(newest).one_or_none()
        entries = connection.scalar(select(func.count()).select_from(AuditEntry)) or 0
    if row is None:
        return None
    made_at = now.astimezone(UTC).replace(microsecond=0)
    unsigned = Anchor(site, row.id, entries, row.hash, made_at, "")
    return unsigned.signed(key)


def _free_day(connection: Connection, day: date, public_key: str) -> bool:
    """Whether the day can get an anchor. The caller must have the lock.

    An anchor with a valid signature of another key, perhaps from before a change of keys, only loses its
    day. One without a valid signature is deleted.
    """
    row = db.session.scalar(select(AuditAnchor).filter_by(day=day))
    if row is None:
        return True
    if is_genuine(row, public_key):
        return False
    if is_genuine(row, ""):
        log.warning("audit_anchor_of_another_key", anchor=row.id)
        connection.execute(update(AuditAnchor).filter_by(id=row.id).values(day=None))
        return True
    log.error("audit_anchor_forged", anchor=row.id)
    connection.execute(delete(AuditAnchor).where(AuditAnchor.id == row.id))
    return True
