"""Files that are either complete or missing, readable by their owner only."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

import click


@contextmanager
def atomic_file(file: Path) -> Iterator[BinaryIO]:
    """A file for a command to write to (mode 0600), moved into place when the block succeeds, else removed.

    A pipe or device is written to directly; a symbolic link is followed. Raises ClickException, with a
    message for the person who named the file, if it cannot be written.
    """
    file = file.resolve()
    is_special = file.exists() and not file.is_file()
    try:
        if is_special:
            with os.fdopen(os.open(file, os.O_WRONLY), "wb") as target:
                yield target
        else:
            with _moved_into_place(file) as target:
                yield target
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from None


@contextmanager
def _moved_into_place(file: Path) -> Iterator[BinaryIO]:
    """Write beside the file, one program at a time; the file gets its name once it is on disk."""
    draft = file.with_name(f".{file.name}.part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as target:
        try:
            fcntl.flock(target, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_mine = os.path.samestat(os.fstat(target.fileno()), draft.stat())
        except (BlockingIOError, FileNotFoundError):
            is_mine = False
        if not is_mine:  # or it was, and was moved into place after we opened it
            raise click.ClickException(
                f"Another program is writing {file}. Try again when it has finished."
            )
        try:
            target.truncate()
            yield target
            target.flush()
            os.fsync(target.fileno())
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
    sync_folder(file.parent)


def write_draft(file: Path, data: bytes) -> Path:
    """Write to a new file beside `file`, durably, for the caller to move or link into its place.

    Nothing is left if that fails. Raises OSError.
    """
    handle, name = mkstemp(dir=file.parent, prefix=f".{file.name}.")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(data)
            target.flush()
            os.fsync(target.fileno())
    except BaseException:
        draft.unlink()
        raise
    return draft


def sync_folder(folder: Path) -> None:
    """Make new names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
