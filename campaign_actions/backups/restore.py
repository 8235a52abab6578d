"""Restores a backup. Everything is checked first; then all of it is restored, or nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from campaign_actions.backups import postgresql, sqlite
from campaign_actions.backups.archives import Archive, BackupRefused, Manifest, Progress
from campaign_actions.backups.queries import count_rows
from campaign_actions.core.db.session import db
from campaign_actions.core.security.secrets import fingerprint

LOADERS = {"sqlite": sqlite.load, "postgresql": postgresql.load}
DATABASE_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
EMAIL_KEY_HELP = (
    "Nothing was changed. Put the key into the file email_hash_key in the instance folder, or set"
    " CAMPAIGN_ACTIONS_EMAIL_HASH_KEY. You can first remove the key of a new, empty installation."
)
KEY_CONFLICT_HELP = (
    "The backup and this installation have different secret keys. Nothing was changed. If this installation"
    " is new and unused, remove the file secret_key from the instance folder. Otherwise add the backup's key"
    " (`unzip -p FILE keys.json`) to SECRET_KEY_FALLBACKS, so that links in earlier emails keep working. Then"
    " restore again."
)


@dataclass(frozen=True)
class Installation:
    """The secrets of this installation."""

    secrets: Mapping[str, str]  # by file name
    old_secret_keys: list[str]  # still accepted


def check_fits(
    archive: Archive, own: Installation, *, knows_revision: Callable[[str], bool]
) -> None:
    """Raises BackupRefused if a backup cannot be restored here."""
    manifest, here = archive.manifest, db.engine.dialect.name
    if manifest.database != here:
        theirs = DATABASE_NAMES[manifest.database]
        raise BackupRefused(
            f"The backup is of a {theirs} database, but this installation uses {DATABASE_NAMES[here]}."
            f" Set SQLALCHEMY_DATABASE_URI to an empty {theirs} database."
        )
    if not knows_revision(manifest.revision):
        raise BackupRefused(
            f"The backup is at migration {manifest.revision}, which this version of the program does not"
            f" know. Nothing was changed. Install version {manifest.program}, which made it, or a newer one."
        )
    _check_email_key(manifest, archive.keys, own.secrets.get("email_hash_key"))
    _check_secret_key(archive.keys, own)


def current_rows() -> dict[str, int]:
    """The number of rows of each table now."""
    with db.engine.connect() as connection:
        return count_rows(connection)


def restore(archive: Archive, progress: Progress) -> None:
    """Replace all data. The database is then at the backup's migration."""
    LOADERS[archive.manifest.database](archive, progress)


def _check_email_key(manifest: Manifest, keys: Mapping[str, str], own: str | None) -> None:
    needed, brought = manifest.email_key_fingerprint, keys.get("email_hash_key")
    if needed is None:
        return
    if brought and fingerprint(brought) != needed:
        raise BackupRefused(
            "The backup is damaged: it contains a different EMAIL_HASH_KEY from the one it needs."
            " Nothing was changed."
        )
    if own is None and brought is None:
        raise BackupRefused(
            f"The backup needs the EMAIL_HASH_KEY with the fingerprint {needed}, but this installation"
            f" does not have one. {EMAIL_KEY_HELP}"
        )
    if own is not None and fingerprint(own) != needed:
        raise BackupRefused(
            f"The backup needs the EMAIL_HASH_KEY with the fingerprint {needed}, but this installation"
            f" has a different one ({fingerprint(own)}). {EMAIL_KEY_HELP}"
        )


def _check_secret_key(keys: Mapping[str, str], own: Installation) -> None:
    brought, has = keys.get("secret_key"), own.secrets.get("secret_key")
    if brought and has and brought not in {has, *own.old_secret_keys}:
        raise BackupRefused(KEY_CONFLICT_HELP)
