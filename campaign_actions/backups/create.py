"""Creates a backup while people sign."""

from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from campaign_actions.backups import postgresql, sqlite
from campaign_actions.backups.archives import BackupRefused, Manifest, Progress, write_archive
from campaign_actions.backups.queries import count_rows, find_fingerprint, find_revision
from campaign_actions.backups.snapshots import Snapshot
from campaign_actions.core.db.session import db
from campaign_actions.core.security.secrets import fingerprint

SNAPSHOTS = {"sqlite": sqlite.snapshot, "postgresql": postgresql.snapshot}


def create_backup(
    target: BinaryIO, *, scratch: Path, keys: Mapping[str, str], now: datetime, progress: Progress
) -> Manifest:
    """Write a backup of this moment; returns its manifest.

    `scratch`: a folder with room for a copy of the database; `keys`: the secrets to include, by file name.
    Raises BackupRefused.
    """
    with SNAPSHOTS[db.engine.dialect.name](scratch, progress) as snapshot:
        manifest = _describe(snapshot, now)
        if keys:
            _check(keys, manifest)
        with progress("Saving", snapshot.size) as advance:
            write_archive(target, manifest, keys, lambda data: snapshot.write(data, advance))
    return manifest


def _describe(snapshot: Snapshot, now: datetime) -> Manifest:
    """The manifest. The database may be at an older migration, for a backup before an upgrade."""
    connection = snapshot.connection
    revision = find_revision(connection)
    if revision is None:
        raise BackupRefused(
            "The database has no tables, so there is nothing to back up. To create them, run"
            " `campaign-actions db upgrade`."
        )
    return Manifest(
        program=version("campaign-actions"),
        made_at=now.isoformat(timespec="seconds"),
        database=connection.dialect.name,
        schema=snapshot.schema,
        revision=revision,
        email_key_fingerprint=find_fingerprint(connection),
        rows=count_rows(connection),
    )


def _check(keys: Mapping[str, str], manifest: Manifest) -> None:
    """Raises BackupRefused if the keys do not match the data. A restore would find out too late."""
    needed, key = manifest.email_key_fingerprint, keys.get("email_hash_key")
    if needed and (key is None or fingerprint(key) != needed):
        raise BackupRefused(
            f"The backup cannot include the EMAIL_HASH_KEY of this database (fingerprint {needed}): this"
            " installation does not have it. Put the key back, or back up without --with-keys."
        )
