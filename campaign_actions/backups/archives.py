"""The file format of backups: a zip with a manifest, the data and, on request, the keys.

Zip can be written in one pass (also to a pipe), has a checksum for each part, reveals truncation at once
and can be opened anywhere without this program.
"""

import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

FORMAT = 1  # increases when earlier versions cannot restore new backups
MANIFEST_NAME = "backup.json"
KEYS_NAME = "keys.json"
DATA_NAMES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
COMPRESSION_LEVEL = 3  # of 9: twice as fast as 6, and a tenth larger
CHUNK_BYTES = 1 << 18  # bytes

Advance = Callable[[int], None]  # called with the number of bytes done
Progress = Callable[[str, int], AbstractContextManager[Advance]]  # label, total bytes


class BackupRefused(Exception):
    """A backup cannot be created or restored. The message tells the operator why and what to do."""


@dataclass(frozen=True)
class Manifest:
    """A description of a backup, without personal or secret data."""

    program: str  # its version
    made_at: str  # ISO 8601, UTC
    database: str  # a key of DATA_NAMES
    schema: str | None  # of the tables, on PostgreSQL
    revision: str  # the migration
    email_key_fingerprint: str | None  # of the EMAIL_HASH_KEY it needs
    rows: dict[str, int]  # by table
    format: int = FORMAT


@dataclass(frozen=True)
class Archive:
    """A backup open for reading."""

    zip: ZipFile
    manifest: Manifest
    keys: dict[str, str]  # by file name; empty if the backup has none

    @property
    def size(self) -> int:
        """The uncompressed size of the data in bytes."""
        return self.zip.getinfo(DATA_NAMES[self.manifest.database]).file_size

    def open_data(self) -> IO[bytes]:
        return self.zip.open(DATA_NAMES[self.manifest.database])


def write_archive(
    target: BinaryIO,
    manifest: Manifest,
    keys: Mapping[str, str],
    write_data: Callable[[IO[bytes]], None],
) -> None:
    """Write a backup. `write_data` is called when its part is open."""
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=COMPRESSION_LEVEL) as archive:
        archive.writestr(MANIFEST_NAME, json.dumps(asdict(manifest), indent=1))
        if keys:
            archive.writestr(KEYS_NAME, json.dumps(dict(keys)))
        with archive.open(DATA_NAMES[manifest.database], "w", force_zip64=True) as data:
            write_data(data)


@contextmanager
def open_archive(file: Path) -> Iterator[Archive]:
    """Open a backup. Raises BackupRefused if it is not one, is damaged, or is too new."""
    try:
        with ZipFile(file) as archive:
            yield Archive(archive, _manifest(archive), _keys(archive))
    except (BadZipFile, zlib.error, EOFError) as error:
        raise BackupRefused(
            f"{file} is not a backup, or it is damaged ({error}). Nothing was changed."
        ) from None
    except OSError as error:
        raise BackupRefused(f"{error.filename or file} cannot be used: {error.strerror}.") from None


def check_data(archive: Archive, progress: Progress) -> None:
    """Read all data, so that damage is found before anything is changed."""
    with archive.open_data() as data, progress("Checking", archive.size) as advance:
        while chunk := data.read(CHUNK_BYTES):
            advance(len(chunk))


def copy_stream(source: IO[bytes], target: IO[bytes], advance: Advance) -> None:
    """Copy the rest of a stream."""
    while chunk := source.read(CHUNK_BYTES):
        target.write(chunk)
        advance(len(chunk))


def _manifest(archive: ZipFile) -> Manifest:
    facts = _json(archive, MANIFEST_NAME)
    if facts.get("format") != FORMAT:
        raise BackupRefused(
            f"This backup has format {facts.get('format')}, but this version of the program reads format"
            f" {FORMAT}. Nothing was changed. Restore it with version {facts.get('program')}, which made it,"
            " or a newer one."
        )
    try:
        manifest = Manifest(**facts)
    except TypeError as error:
        raise BadZipFile(f"{MANIFEST_NAME}: {error}") from None
    if manifest.database not in DATA_NAMES:
        raise BadZipFile(f"{MANIFEST_NAME} names an unknown kind of database")
    return manifest


def _keys(archive: ZipFile) -> dict[str, str]:
    return _json(archive, KEYS_NAME) if KEYS_NAME in archive.namelist() else {}


def _json(archive: ZipFile, name: str) -> dict[str, Any]:
    try:
        facts = json.loads(archive.read(name))
    except (ValueError, KeyError):
        raise BadZipFile(f"{name} cannot be read") from None
    if not isinstance(facts, dict):
        raise BadZipFile(f"{name} cannot be read")
    return facts
