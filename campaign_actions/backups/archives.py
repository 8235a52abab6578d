"""A backup as a file: a zip with a manifest, the data, and the keys if they were asked for.

Zip, since it is written in one go (also into a pipe), checks each part by itself (CRC-32), shows a
file that is cut short at once, and opens everywhere when this program is not at hand.
"""

import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

FORMAT = 1  # goes up when a program of before could not restore what we write now
MANIFEST_NAME = "backup.json"
KEYS_NAME = "keys.json"
DATA_NAMES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
COMPRESSION_LEVEL = 3  # of 1 to 9: twice as fast as 6, and a tenth larger
CHUNK_BYTES = 1 << 18  # bytes

Advance = Callable[[int], None]  # told of each number of bytes that is done
Progress = Callable[[str, int], AbstractContextManager[Advance]]  # what is done, how many bytes


class BackupRefused(Exception):
    """A backup can not be made or restored. The message says why, and what to do, to the operator."""


@dataclass(frozen=True)
class Manifest:
    """What a backup is of: nothing in it is personal or secret."""

    program: str  # its version
    made_at: str  # ISO 8601, UTC
    database: str  # a key of DATA
    schema: str | None  # on PostgreSQL: the one the tables are in
    revision: str  # the migration it is at
    email_key_fingerprint: str | None  # of the EMAIL_HASH_KEY it needs
    rows: dict[str, int]  # by table
    format: int = FORMAT


@dataclass(frozen=True)
class Archive:
    """A backup that is open for reading."""

    zip: ZipFile
    manifest: Manifest
    keys: dict[str, str]  # by the name of their file; empty when it was made without

    @property
    def size(self) -> int:
        """Bytes of the data, unpacked."""
        return self.zip.getinfo(DATA_NAMES[self.manifest.database]).file_size

    def open_data(self) -> IO[bytes]:
        return self.zip.open(DATA_NAMES[self.manifest.database])


def write_archive(
    target: BinaryIO,
    manifest: Manifest,
    keys: Mapping[str, str],
    write_data: Callable[[IO[bytes]], None],
) -> None:
    """Write a backup; the data is asked for when its turn comes."""
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=COMPRESSION_LEVEL) as archive:
        archive.writestr(MANIFEST_NAME, json.dumps(asdict(manifest), indent=1))
        if keys:
            archive.writestr(KEYS_NAME, json.dumps(dict(keys)))
        with archive.open(DATA_NAMES[manifest.database], "w", force_zip64=True) as data:
            write_data(data)


@contextmanager
def open_archive(file: Path) -> Iterator[Archive]:
    """A backup to restore. Raises BackupRefused for what is none, is newer than us, or is damaged."""
    try:
        with ZipFile(file) as archive:
            yield Archive(archive, _manifest(archive), _keys(archive))
    except (BadZipFile, zlib.error, EOFError) as error:
        raise BackupRefused(
            f"{file} is no backup, or it is damaged ({error}). Nothing was changed."
        ) from None
    except OSError as error:
        raise BackupRefused(f"{error.filename or file} cannot be used: {error.strerror}.") from None


def check_data(archive: Archive, progress: Progress) -> None:
    """Read the data to its end, so that damage is known before anything is changed."""
    with archive.open_data() as data, progress("Checking", archive.size) as advance:
        while chunk := data.read(CHUNK_BYTES):
            advance(len(chunk))


def copy_stream(source: IO[bytes], target: IO[bytes], advance: Advance) -> None:
    """Copy all that is left in the source."""
    while chunk := source.read(CHUNK_BYTES):
        target.write(chunk)
        advance(len(chunk))


def _manifest(archive: ZipFile) -> Manifest:
    facts = _json(archive, MANIFEST_NAME)
    if facts.get("format") != FORMAT:
        raise BackupRefused(
            f"This backup has the format {facts.get('format')}, this version of the program reads {FORMAT}: "
            f"it was made by version {facts.get('program')}; restore it with that or a newer one."
        )
    try:
        manifest = Manifest(**facts)
    except TypeError as error:
        raise BadZipFile(f"{MANIFEST_NAME}: {error}") from None
    if manifest.database not in DATA_NAMES:
        raise BadZipFile(f"{MANIFEST_NAME} names no kind of database we know")
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
