"""Copies a SQLite database while it is in use, and restores a copy."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from sqlalchemy import URL, NullPool, create_engine

from campaign_actions.backups.archives import Advance, Archive, BackupRefused, Progress, copy_stream
from campaign_actions.backups.snapshots import Snapshot
from campaign_actions.core.db.session import db

TEMP_PREFIX = ".campaign-actions-"  # of temporary folders
PAGES_PER_STEP = 2_000
PROGRESS_INTERVAL = 100_000  # instructions of SQLite's virtual machine
MAX_LOCK_ATTEMPTS = 120  # a quarter of a second each
LOCK_STATUSES = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
DAMAGED = "The database in the backup is damaged ({reason}). Nothing was changed."


@contextmanager
def snapshot(scratch: Path, progress: Progress) -> Iterator[Snapshot]:
    """A copy of the database in a temporary folder in `scratch`, for the duration of the block.

    VACUUM INTO copies in one read transaction. In WAL mode it blocks no writer, and no writer makes it
    restart, as the online backup would. It copies rows, not pages, so no erased data is left in gaps.
    """
    with TemporaryDirectory(dir=scratch, prefix=TEMP_PREFIX) as folder:
        copy = Path(folder) / "copy.sqlite"
        _vacuum_into(copy, progress)
        engine = create_engine(URL.create("sqlite", database=str(copy)), poolclass=NullPool)
        with engine.connect() as connection:
            yield Snapshot(connection, None, copy.stat().st_size, partial(_write, copy))


def load(archive: Archive, progress: Progress) -> None:
    """Replace the whole database with the data of a backup, in one transaction.

    The data is unpacked beside the database and checked, then copied by SQLite's online backup into the
    file that running programs have open. If we moved a file into place, they would write to the old one.
    """
    database = Path(db.engine.url.database or "").resolve()
    with TemporaryDirectory(dir=database.parent, prefix=TEMP_PREFIX) as folder:
        copy = Path(folder) / "copy.sqlite"
        with (
            archive.open_data() as data,
            copy.open("wb") as target,
            progress("Unpacking", archive.size) as advance,
        ):
            copy_stream(data, target, advance)
        with closing(sqlite3.connect(copy)) as source:
            _check(source)
            with progress("Restoring", archive.size) as advance:
                _copy_into_database(source, advance)
    db.engine.dispose()


def _vacuum_into(copy: Path, progress: Progress) -> None:
    with closing(db.engine.raw_connection()) as connection:
        handle: Any = connection.driver_connection
        (pages,), (page,) = (
            handle.execute(f"pragma {fact}").fetchone() for fact in ("page_count", "page_size")
        )
        with progress("Copying", pages * page) as advance:
            handle.set_progress_handler(_progress_handler(copy, advance), PROGRESS_INTERVAL)
            try:
                handle.execute("vacuum into ?", [str(copy)])
            finally:
                handle.set_progress_handler(None, 0)


def _progress_handler(copy: Path, advance: Advance) -> Callable[[], int]:
    """A callback that reports the growth of the copy."""
    seen = 0

    def report() -> int:
        nonlocal seen
        size = copy.stat().st_size if copy.exists() else 0
        advance(size - seen)
        seen = size
        return 0  # continue

    return report


def _write(copy: Path, target: IO[bytes], advance: Advance) -> None:
    with copy.open("rb") as source:
        copy_stream(source, target, advance)


def _check(source: sqlite3.Connection) -> None:
    try:
        (result,) = source.execute("pragma quick_check(1)").fetchone()
        orphans = source.execute("pragma foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise BackupRefused(DAMAGED.format(reason=error)) from None
    if result != "ok" or orphans:
        raise BackupRefused(DAMAGED.format(reason=orphans or result))


def _copy_into_database(source: sqlite3.Connection, advance: Advance) -> None:
    (page,) = source.execute("pragma page_size").fetchone()
    left, refusals = None, 0

    def report(status: int, remaining: int, total: int) -> None:
        nonlocal left, refusals
        advance(((left or total) - remaining) * page)
        left = remaining
        refusals += status in LOCK_STATUSES
        if refusals > MAX_LOCK_ATTEMPTS:
            raise BackupRefused(
                "Another program has locked the database. Nothing was changed. Stop that program, then"
                " restore again."
            )

    with closing(db.engine.raw_connection()) as target:
        handle: Any = target.driver_connection
        source.backup(handle, pages=PAGES_PER_STEP, progress=report)
        handle.execute("pragma wal_checkpoint(truncate)").fetchone()
