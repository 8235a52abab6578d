"""Setting anchors aside that are newer than a restored backup."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from campaign_actions.audit.anchors.destinations import append_once, stamp_name
from campaign_actions.audit.anchors.document import Anchor, find_anchors
from campaign_actions.audit.anchors.settings import AnchorSettings
from campaign_actions.audit.anchors.verify import STAMP_SUFFIX
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.atomic_files import sync_folder
from campaign_actions.core.db.session import db


def set_aside(now: datetime, *, settings: AnchorSettings) -> list[Anchor]:
    """Move local anchors that no longer match the log to a file beside it, and their time stamps to a folder.

    They are kept because they prove that lost entries existed. Raises OSError.
    """
    file = settings.local_file
    if not file.exists():
        return []
    found = [one for one in find_anchors(file.read_bytes()) if isinstance(one, Anchor)]
    lost = [anchor for anchor in found if not _matches_log(anchor)]
    if not lost:
        return []
    aside = file.with_name(f"before-restore-{now:%Y%m%dT%H%M%SZ}.txt")
    _move_stamps(lost, aside.with_suffix(""), settings)
    draft = file.with_name(f".{file.name}.part")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    for anchor in found:
        append_once(aside if anchor in lost else draft, anchor.text, mode=0o600)
    draft.replace(file)
    sync_folder(file.parent)
    return lost


def _move_stamps(lost: list[Anchor], folder: Path, settings: AnchorSettings) -> None:
    names = [
        f"{stamp_name(anchor)}{suffix}" for anchor in lost for suffix in (".txt", STAMP_SUFFIX)
    ]
    for file in (settings.folder / name for name in names):
        if file.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
            file.replace(folder / file.name)
    sync_folder(settings.folder)


def _matches_log(anchor: Anchor) -> bool:
    hash_ = db.session.scalar(select(AuditEntry.hash).filter_by(id=anchor.entry))
    db.session.commit()
    return hash_ == anchor.hash
