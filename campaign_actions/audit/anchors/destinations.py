"""The destinations of anchors. Delivering the same anchor again is harmless."""

import fcntl
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select

from campaign_actions.audit.anchors.document import Anchor
from campaign_actions.audit.anchors.settings import AnchorSettings
from campaign_actions.audit.anchors.timestamp import (
    MAX_STAMP_DELAY,
    TimestampFailed,
    request_timestamp,
)
from campaign_actions.core.atomic_files import sync_folder, write_draft
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.i18n.locale import served_or_default
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.enqueue import new_mail
from campaign_actions.outbox.models import OutboxMail

ANCHOR_MAIL = "staff-audit-anchor"
# A time stamp much later than its anchor would contradict it.
MAX_AGE_TO_STAMP = MAX_STAMP_DELAY - timedelta(days=1)


class NotDelivered(Exception):
    """The delivery failed and is to be retried. The message gives the reason, without personal data."""


class DeliveryInProgress(NotDelivered):
    """It was handed on to something that keeps trying, such as the outbox."""


@dataclass(frozen=True)
class Delivery:
    """An anchor to deliver."""

    anchor_id: int
    anchor: Anchor
    settings: AnchorSettings
    now: datetime


def destination_names(settings: AnchorSettings) -> tuple[str, ...]:
    """The destinations in the settings, besides the local file."""
    wanted = {"file": settings.file, "email": settings.email, "tsa": settings.tsa_url}
    return tuple(name for name, value in wanted.items() if value)


def store_locally(anchor: Anchor, settings: AnchorSettings) -> None:
    """Add an anchor to the local file, and its destinations to the journal. Raises OSError.

    Neither is in the database, so someone who can write there cannot prevent it.
    """
    settings.folder.mkdir(mode=0o700, exist_ok=True)
    append_once(settings.local_file, anchor.text, mode=0o600)
    for name in destination_names(settings):
        append_to_journal("wanted", name, anchor, settings)


def append_to_journal(status: str, name: str, anchor: Anchor, settings: AnchorSettings) -> None:
    """Record in the journal that a delivery is wanted or done. Raises OSError."""
    settings.folder.mkdir(mode=0o700, exist_ok=True)
    append_once(settings.journal, journal_line(status, name, anchor), mode=0o600)


def journal_line(status: str, name: str, anchor: Anchor) -> str:
    """The line that `append_to_journal()` writes. `status`: wanted or done."""
    return f"{status} {name} {anchor.digest.hex()}"


def _to_local_file(delivery: Delivery) -> None:
    store_locally(delivery.anchor, delivery.settings)


def _to_file(delivery: Delivery) -> None:
    assert delivery.settings.file
    append_once(delivery.settings.file, delivery.anchor.text, mode=0o644)


def _to_email(delivery: Delivery) -> None:
    """Queue one email; it counts as delivered once the mail server has accepted it."""
    of_anchor = select(OutboxMail).filter_by(template=ANCHOR_MAIL, about=delivery.anchor_id)
    mail = db.session.scalars(of_anchor.order_by(OutboxMail.id.desc()).limit(1)).first()
    if mail is None:
        _queue_mail(delivery)
        raise DeliveryInProgress("the email is in the outbox")
    db.session.commit()
    if mail.status == "dead":
        raise NotDelivered(
            f"the email failed: {mail.last_error} (to try again: `outbox retry {mail.id}`)"
        )
    if mail.status != "sent":
        reason = f": {mail.last_error}" if mail.last_error else ""
        raise DeliveryInProgress(f"the email is in the outbox{reason}")


def _queue_mail(delivery: Delivery) -> None:
    address = delivery.settings.email
    mail = new_mail(
        ANCHOR_MAIL,
        to=address,
        email_key=email_key(address),
        locale=served_or_default(""),
        about=delivery.anchor_id,
        lane="staff",
        now=delivery.now,
    )
    with write_transaction() as connection:
        connection.execute(insert(OutboxMail).values(mail))


def stamp_name(anchor: Anchor) -> str:
    """The name of the two files of a time stamp, without suffix."""
    return f"{anchor.made_at:%Y%m%dT%H%M%SZ}-{anchor.entry}"


def _to_tsa(delivery: Delivery) -> None:
    """Store the time stamp beside the local file, with the exact bytes it covers.

    Anchors too old to be stamped are skipped: newer ones cover the same entries.
    """
    settings, anchor = delivery.settings, delivery.anchor
    name = stamp_name(anchor)
    settings.folder.mkdir(mode=0o700, exist_ok=True)
    if (
        settings.folder / f"{name}.tsr"
    ).exists() or delivery.now - anchor.made_at > MAX_AGE_TO_STAMP:
        return
    data = anchor.text.encode()
    try:
        answer = request_timestamp(data, settings.tsa_url, settings.tsa_certificates)
    except TimestampFailed as error:
        raise NotDelivered(f"the time-stamping service: {error}") from None
    for suffix, content in ((".txt", data), (".tsr", answer)):
        file = settings.folder / f"{name}{suffix}"
        write_draft(file, content).replace(file)
        sync_folder(settings.folder)  # the text first: a time stamp without it proves nothing


DESTINATIONS: dict[str, Callable[[Delivery], None]] = {
    "local": _to_local_file,
    "file": _to_file,
    "email": _to_email,
    "tsa": _to_tsa,
}


def deliver(name: str, delivery: Delivery) -> None:
    """Deliver an anchor to one destination, and record that in the journal. Raises NotDelivered."""
    try:
        DESTINATIONS[name](delivery)
        if name in destination_names(delivery.settings):
            append_to_journal("done", name, delivery.anchor, delivery.settings)
    except OSError as error:
        raise NotDelivered(f"the file cannot be written: {error.strerror}") from None


def append_once(file: Path, text: str, *, mode: int) -> None:
    """Append a text to a file durably, unless the file contains it.

    The file may be append-only.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK  # a pipe would block
    is_new = not file.exists()
    with os.fdopen(os.open(file, flags, mode), "ab") as target:
        if not stat.S_ISREG(os.fstat(target.fileno()).st_mode):
            raise OSError(0, "it is not a regular file")
        fcntl.flock(target, fcntl.LOCK_EX)
        content = _content(file)
        if text in content:
            return
        is_torn = bool(content) and not content.endswith("\n")  # a write was interrupted
        target.write(f"{chr(10) if is_torn else ''}{text}\n".encode())
        target.flush()
        os.fsync(target.fileno())
    if is_new:
        sync_folder(file.parent)


def _content(file: Path) -> str:
    """Empty for a file that we may write but not read."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except PermissionError:
        return ""
