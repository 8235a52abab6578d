"""Making an anchor: once a day over all workers and machines, or when somebody asks for one."""

from datetime import UTC, date, datetime

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, delete, func, insert, select, update

from campaign_actions.audit.anchors.destinations import keep, names_of
from campaign_actions.audit.anchors.document import Anchor, BadAnchor, read_anchor
from campaign_actions.audit.anchors.kept import is_ours, kept_anchors
from campaign_actions.audit.anchors.settings import AnchorSettings
from campaign_actions.audit.models import AnchorDelivery, AuditAnchor, AuditEntry
from campaign_actions.core.db.session import db, read_snapshot, write_transaction
from campaign_actions.core.db.upsert import advisory_lock
from campaign_actions.core.security.secrets import ensure_audit_key, public_key_of

log = structlog.get_logger()
LOCK = 0x616E6368  # "anch": the name of PostgreSQL's advisory lock


def create_daily_anchor(now: datetime, *, settings: AnchorSettings) -> int | None:
    """Today's anchor (in UTC), unless somebody has made it; its id. Raises WrongAuditKey."""
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
    """An anchor of the log as it is now, to be delivered; its id. None for a log without entries.

    With a `day` also None when another worker was faster. `leased_until`: until then workers leave its
    deliveries to whoever has made it. Our own file has it at once, whatever becomes of the rows.
    Raises WrongAuditKey.
    """
    anchor = _head(settings.site, now, ensure_audit_key())
    if anchor is None:
        return None
    with write_transaction() as connection:
        advisory_lock(connection, LOCK)
        if day and not _make_room(connection, day, anchor.public_key):
            return None
        row = {"day": day, "entry_id": anchor.entry, "made_at": now, "text": anchor.text}
        made = insert(AuditAnchor).values(row).returning(AuditAnchor.id)
        anchor_id: int = connection.execute(made).scalar_one()
        for name in names_of(settings):
            way = {"anchor_id": anchor_id, "destination": name, "due_at": now, "attempts": 0}
            connection.execute(insert(AnchorDelivery).values(**way, leased_until=leased_until))
    _keep(anchor, settings)
    log.info("audit_anchor", anchor=anchor_id, entry=anchor.entry, head=anchor.hash)
    return anchor_id


def is_genuine(row: AuditAnchor, public_key: str) -> bool:
    """Whether we have made it, on its day: whoever writes the database could put in one for each day.

    `public_key` "": where the key is not known, any will do.
    """
    try:
        anchor = read_anchor(row.text)
    except BadAnchor:
        return False
    is_of_day = row.day is None or anchor.made_at.date() == row.day
    return is_of_day and is_ours(anchor, public_key)


def _has_anchor_of(day: date, settings: AnchorSettings) -> bool:
    """In the database, made by us or on another machine; or in our own file, if somebody deletes the rows."""
    public_key = public_key_of(ensure_audit_key())
    row = db.session.scalar(select(AuditAnchor).filter_by(day=day))
    db.session.commit()
    if row is not None and is_genuine(row, public_key):
        _keep(read_anchor(row.text), settings)
        return True
    return row is None and _is_kept(day, settings, public_key)


def _is_kept(day: date, settings: AnchorSettings, public_key: str) -> bool:
    try:
        return any(one.made_at.date() == day for one in kept_anchors(settings, public_key))
    except OSError:
        return False


def _keep(anchor: Anchor, settings: AnchorSettings) -> None:
    """Tried again with the next task; until then it goes to the other destinations."""
    try:
        keep(anchor, settings)
    except OSError as error:
        log.error("audit_anchor_not_kept", entry=anchor.entry, reason=error.strerror)


def _has_entries() -> bool:
    found = db.session.scalar(select(AuditEntry.id).limit(1)) is not None
    db.session.commit()
    return found


def _head(site: str, now: datetime, key: Ed25519PrivateKey) -> Anchor | None:
    """Signed; of one snapshot, so that number and hash are of the same moment."""
    newest = select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    with read_snapshot() as connection:
        row = connection.execute(newest).one_or_none()
        entries = connection.scalar(select(func.count()).select_from(AuditEntry)) or 0
    if row is None:
        return None
    made_at = now.astimezone(UTC).replace(microsecond=0)
    unsigned = Anchor(site, row.id, entries, row.hash, made_at, "")
    return unsigned.signed(key)


def _make_room(connection: Connection, day: date, public_key: str) -> bool:
    """Whether there is no anchor of this day, in the caller's turn.

    One that is signed right with another key, as it may have been before the key was changed, only
    stops being the day's; what nobody has signed goes.
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
