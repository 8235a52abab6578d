"""Restoring a backup: everything is checked first, then all of it is restored or nothing."""

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
    "Put the key it was made with into the file email_hash_key in the instance folder, or set"
    " CAMPAIGN_ACTIONS_EMAIL_HASH_KEY. A key made for a new, empty installation may be removed first."
)
KEY_CONFLICT_HELP = (
    "The backup holds another secret_key than this installation. If this one is new and was never used,"
    " remove it from the instance folder; else put the backup's (`unzip -p FILE keys.json`) into"
    " SECRET_KEY_FALLBACKS, so that the links in mails sent with it go on working. Then restore again."
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
        raise BackupRefused(
            f"The backup is of a {DATABASE_NAMES[manifest.database]} database, this installation uses"
            f" {DATABASE_NAMES[here]}."
            " Set SQLALCHEMY_DATABASE_URI to an empty database of that kind."
        )
    if not knows_revision(manifest.revision):
        raise BackupRefused(
            f"The backup is at migration {manifest.revision}, which this version of the program does not"
            f" know. It was made by version {manifest.program}: install that or a newer one."
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
        raise BackupRefused("The backup is damaged: the key in it is not the key it needs.")
    if own is None and brought is None:
        raise BackupRefused(
            f"The backup needs the EMAIL_HASH_KEY with the fingerprint {needed}, and this installation"
            f" has none. {EMAIL_KEY_HELP}"
        )
    if own is not None and fingerprint(own) != needed:
        raise BackupRefused(
            f"The backup needs the EMAIL_HASH_KEY with the fingerprint {needed}, and this installation"
            f" has another one ({fingerprint(own)}). {EMAIL_KEY_HELP}"
        )


def _check_secret_key(keys: Mapping[str, str], own: Installation) -> None:
    brought, has = keys.get("secret_key"), own.secrets.get("secret_key")
    if brought and has and brought not in {has, *own.old_secret_keys}:
        raise BackupRefused(KEY_CONFLICT_HELP)
