"""The places anchors are sent to. Each takes one anchor, any number of times, or says why not."""

import fcntl
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkstemp
from typing import Any

from sqlalchemy import insert, select

from campaign_actions.audit.anchors.document import Anchor
from campaign_actions.audit.anchors.settings import AnchorSettings
from campaign_actions.audit.anchors.timestamp import LATEST, TimestampFailed, request_timestamp
from campaign_actions.core.atomic_files import sync_folder
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.i18n.locale import served_or_default
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.enqueue import new_mail
from campaign_actions.outbox.models import OutboxMail

MAIL = "staff-audit-anchor"
STOP_ASKING = LATEST - timedelta(
    days=1
)  # the age of an anchor: a later time stamp would contradict it


class NotDelivered(Exception):
    """Not now; it is to be tried again. The reason in words, with nothing personal."""


class StillOnItsWay(NotDelivered):
    """It was handed on, and whoever has it now keeps trying."""


@dataclass(frozen=True)
class Parcel:
    """An anchor, its number in the database, and where it is to go."""

    anchor_id: int
    anchor: Anchor
    settings: AnchorSettings
    now: datetime


def names_of(settings: AnchorSettings) -> tuple[str, ...]:
    """The destinations that the settings name, besides the file of our own."""
    wanted: dict[str, Any] = {
        "file": settings.file,
        "email": settings.email,
        "tsa": settings.tsa_url,
    }
    return tuple(name for name in wanted if wanted[name])


def keep(anchor: Anchor, settings: AnchorSettings) -> None:
    """Put an anchor into our own file, and note where else it is to go. Raises OSError.

    Nothing of this is in the database: whoever can write there cannot keep it from happening.
    """
    settings.folder.mkdir(mode=0o700, exist_ok=True)
    append(settings.local_file, anchor.text, mode=0o600)
    for name in names_of(settings):
        note("wanted", name, anchor, settings)


def note(what: str, name: str, anchor: Anchor, settings: AnchorSettings) -> None:
    """Note a delivery in our own folder. Raises OSError."""
    settings.folder.mkdir(mode=0o700, exist_ok=True)
    append(settings.journal, noted(what, name, anchor), mode=0o600)


def noted(what: str, name: str, anchor: Anchor) -> str:
    """The line that `note()` writes."""
    return f"{what} {name} {anchor.digest.hex()}"


def _to_local_file(parcel: Parcel) -> None:
    keep(parcel.anchor, parcel.settings)


def _to_file(parcel: Parcel) -> None:
    assert parcel.settings.file
    append(parcel.settings.file, parcel.anchor.text, mode=0o644)


def _by_email(parcel: Parcel) -> None:
    """Queued once; it is delivered when the mail server has taken it."""
    of_anchor = select(OutboxMail).filter_by(template=MAIL, about=parcel.anchor_id)
    mail = db.session.scalars(of_anchor.order_by(OutboxMail.id.desc()).limit(1)).first()
    if mail is None:
        _queue_mail(parcel)
        raise StillOnItsWay("the mail is waiting in the outbox")
    db.session.commit()
    if mail.status == "dead":
        raise NotDelivered(f"the mail failed: {mail.last_error} (`outbox retry {mail.id}`)")
    if mail.status != "sent":
        reason = f": {mail.last_error}" if mail.last_error else ""
        raise StillOnItsWay(f"the mail is waiting in the outbox{reason}")


def _queue_mail(parcel: Parcel) -> None:
    address = parcel.settings.email
    mail = new_mail(
        MAIL,
        to=address,
        email_key=email_key(address),
        locale=served_or_default(""),
        about=parcel.anchor_id,
        now=parcel.now,
    )
    with write_transaction() as connection:
        connection.execute(insert(OutboxMail).values(mail))


def stamp_name(anchor: Anchor) -> str:
    """How the two files of a time stamp are called, without their endings."""
    return f"{anchor.made_at:%Y%m%dT%H%M%SZ}-{anchor.entry}"


def _to_tsa(parcel: Parcel) -> None:
    """The answer lies beside the local file, and with it the very bytes that it is about.

    For an anchor that is too old to be stamped the newer ones vouch.
    """
    settings, anchor = parcel.settings, parcel.anchor
    name = stamp_name(anchor)
    settings.folder.mkdir(mode=0o700, exist_ok=True)
    if (settings.folder / f"{name}.tsr").exists() or parcel.now - anchor.made_at > STOP_ASKING:
        return
    data = anchor.text.encode()
    try:
        answer = request_timestamp(data, settings.tsa_url, settings.tsa_certificates)
    except TimestampFailed as error:
        raise NotDelivered(f"the time-stamping service: {error}") from None
    _write_whole(settings.folder / f"{name}.txt", data)
    _write_whole(settings.folder / f"{name}.tsr", answer)


DESTINATIONS: dict[str, Callable[[Parcel], None]] = {
    "local": _to_local_file,
    "file": _to_file,
    "email": _by_email,
    "tsa": _to_tsa,
}


def deliver(name: str, parcel: Parcel) -> None:
    """Bring an anchor to one destination, and note in our own folder that it is there.

    Raises NotDelivered.
    """
    try:
        DESTINATIONS[name](parcel)
        if name in names_of(parcel.settings):
            note("done", name, parcel.anchor, parcel.settings)
    except OSError as error:
        raise NotDelivered(f"the file cannot be written: {error.strerror}") from None


def append(file: Path, text: str, *, mode: int) -> None:
    """Put a text at the end of a file, on the disk, unless it is in there.

    Nothing that stands there is touched, so the file may be one that can only be appended to.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK  # a pipe would keep us waiting
    is_new = not file.exists()
    with os.fdopen(os.open(file, flags, mode), "ab") as target:
        if not stat.S_ISREG(os.fstat(target.fileno()).st_mode):
            raise OSError(0, "it is no plain file")
        fcntl.flock(target, fcntl.LOCK_EX)
        held = _content(file)
        if text in held:
            return
        is_torn = bool(held) and not held.endswith("\n")  # we were killed while we wrote
        target.write(f"{chr(10) if is_torn else ''}{text}\n".encode())
        target.flush()
        os.fsync(target.fileno())
    if is_new:
        sync_folder(file.parent)


def _content(file: Path) -> str:
    """Nothing for a file that we may write and not read."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except PermissionError:
        return ""


def _write_whole(file: Path, data: bytes) -> None:
    handle, draft = mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with os.fdopen(handle, "wb") as new:
        new.write(data)
        new.flush()
        os.fsync(new.fileno())
    Path(draft).replace(file)
    sync_folder(file.parent)
