"""The list of removals: a file for each month, in a folder that no backup contains and no restore replaces.

A line has the code of a signature, its status and, of a withdrawn one, when its signer withdrew. A code is
random, says nothing about anyone, and remains in the database as well. Access that was revoked has a line as
well, and another one if it was given back. Its code is a keyed hash (revocations/access.py).
"""

import os
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from campaign_actions.core.atomic_files import sync_folder, write_draft

FOLDER = "removals"  # in the instance folder
ID_FILE = "id"
REMOVED = ("withdrawn", "suppressed", "erased")  # signatures
MONTH = re.compile(r"\d{4}-\d\d\.csv")
LINE = re.compile(r"([a-z2-7]{26}),(withdrawn|suppressed|erased|revoked|given),(\S*)")


@dataclass(frozen=True)
class Removal:
    """`withdrawn_at`: only of withdrawn signatures, whose signers may sign again later."""

    public_id: str
    status: str
    withdrawn_at: datetime | None

    def to_line(self) -> str:
        withdrawn_at = self.withdrawn_at.astimezone(UTC).isoformat() if self.withdrawn_at else ""
        return f"{self.public_id},{self.status},{withdrawn_at}\n"


def append_removals(folder: Path, removals: Iterable[Removal], now: datetime) -> None:
    """Add lines durably. Raises OSError."""
    data = "".join(one.to_line() for one in removals).encode()
    if not data:
        return
    file = folder / f"{now.astimezone(UTC):%Y-%m}.csv"
    is_new = not file.exists()
    handle = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b", buffering=0) as target:
        size = target.seek(0, os.SEEK_END)
        if size and os.pread(handle, 1, size - 1) != b"\n":  # a line that a crash has cut off
            data = b"\n" + data
        target.write(data)
        os.fsync(handle)
    if is_new:
        sync_folder(folder)


def read_removals(folder: Path) -> dict[str, Removal]:
    """The last line about each signature, by its code. Raises OSError."""
    found: dict[str, Removal] = {}
    for file in month_files(folder):
        with file.open(encoding="ascii", errors="replace") as lines:
            for line in lines:
                if match := LINE.fullmatch(line.rstrip("\n")):
                    public_id, status, at = match.groups()
                    withdrawn_at = datetime.fromisoformat(at) if at else None
                    found[public_id] = Removal(public_id, status, withdrawn_at)
    return found


def last_written_at(folder: Path) -> datetime:
    """When the last line was added. Raises OSError if there is no list."""
    times = [file.stat().st_mtime for file in month_files(folder) or [folder]]
    return datetime.fromtimestamp(max(times), UTC)


def delete_files_before(folder: Path, moment: datetime) -> None:
    """Delete the files of all months before that of a moment."""
    first = f"{moment.astimezone(UTC):%Y-%m}.csv"
    for file in month_files(folder):
        if file.name < first:
            file.unlink(missing_ok=True)


def month_files(folder: Path) -> list[Path]:
    """In the order of the months. Raises OSError if there is no folder."""
    folder.stat()
    return sorted(file for file in folder.glob("*.csv") if MONTH.fullmatch(file.name))


def folder_id(folder: Path) -> str:
    """The name of this list among those of several machines. Makes the folder. Raises OSError."""
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / ID_FILE
    if not file.exists():
        draft = write_draft(file, secrets.token_hex(8).encode())
        with suppress(FileExistsError):  # another process was first
            os.link(draft, file)
        draft.unlink()
        sync_folder(folder)
    return file.read_text(encoding="ascii")
