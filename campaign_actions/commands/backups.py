"""The commands `backup` and `restore`."""

import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import click
from flask import current_app
from flask.cli import with_appcontext

from campaign_actions.audit.anchors.restore import set_aside
from campaign_actions.audit.anchors.settings import anchor_settings
from campaign_actions.audit.log import COMMAND, record
from campaign_actions.backups import restore as restoring
from campaign_actions.backups.archives import (
    Advance,
    Archive,
    BackupRefused,
    Manifest,
    check_data,
    open_archive,
)
from campaign_actions.backups.create import save
from campaign_actions.backups.queries import holds_data
from campaign_actions.backups.restore import Own
from campaign_actions.core.atomic_files import atomic_file
from campaign_actions.core.db.alembic import has_revision, upgrade
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.security.secrets import (
    forget_new_secret,
    keep_secrets,
    own_audit_public_key,
    own_secrets,
    public_key_of,
    signing_key,
)

KEEP_APART = "The keys are not in it: keep copies of them, elsewhere (see --help)."
ANCHORS_LOST = (
    "{number} of the audit log vouched for entries that are newer than the backup, and did not fit it any"
    " more. They were set aside in audit_anchors/ in the instance folder, and the log says so. Copies that"
    " were sent elsewhere do not fit either: write down when and why you restored."
)
ERASE_AGAIN = (
    "People who were erased or withdrew after that moment are in it again: erase them again"
    " (`signatures erase EMAIL`)."
)


@click.command("backup")
@click.argument("file", metavar="FILE|-")
@click.option(
    "--with-keys", is_flag=True, help="Put the keys in, too: then keep FILE as safe as them."
)
@with_appcontext
def backup(file: str, with_keys: bool) -> None:
    """Write the whole data set into FILE, or to standard output: also while serving.

    It holds campaigns, signatures, counts and waiting mail of one moment, names and addresses
    included. The keys in the instance folder are not in it: keep them elsewhere, since without
    email_hash_key a backup can not be restored. `restore` reads it.
    """
    keys = own_secrets() if with_keys else {}
    with _told_in_words(), ExitStack() as stack:
        target, scratch = _target(file, stack)
        manifest = save(target, scratch=scratch, keys=keys, now=utc_now(), progress=_progress)
    click.echo(f"Saved {_describe(manifest)} to {file}.", err=file == "-")
    if not with_keys:
        click.echo(KEEP_APART, err=True)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Also when the database holds data: it will be gone.")
@click.option("--check", is_flag=True, help="Only see whether FILE is whole and fits here.")
@with_appcontext
def restore(file: Path, replace: bool, check: bool) -> None:
    """Put the data set of FILE into the empty database of this installation.

    All of it is restored, or nothing is changed. The installation needs the EMAIL_HASH_KEY that the
    backup was made with; a backup made --with-keys brings it along. A backup of an older version is
    brought to this one.

    People who were erased or withdrew after the backup was made are in it again: erase them again.
    Mails that waited then and have gone out since go out once more.
    """
    forget_new_secret()
    with _told_in_words(), open_archive(file) as archive:
        _check(archive)
        if check:
            click.echo(f"{file} is whole: {_describe(archive.manifest)}. It can be restored here.")
            return
        _clear_the_way(replace)
        with keep_secrets(archive.keys):
            restoring.restore(archive, _progress)
    upgrade()
    _write_down(archive.manifest)
    click.echo(f"Restored {_describe(archive.manifest)}.")
    click.echo(ERASE_AGAIN, err=True)
    _compare_audit_keys(archive.keys)


def _write_down(manifest: Manifest) -> None:
    """The audit log says that it was restored, and which anchors no longer fit it for that reason."""
    now = utc_now()
    try:
        lost = set_aside(now, settings=anchor_settings())
    except OSError as error:  # somebody may have made the file one that can only be appended to
        lost = []
        click.echo(f"The file of anchors cannot be changed ({error.strerror}).", err=True)
    entries = [str(anchor.entry) for anchor in lost]
    made_at = datetime.fromisoformat(manifest.made_at).isoformat()
    record("restored", actor=COMMAND, now=now, made_at=made_at, anchors=entries)
    if lost:
        click.echo(ANCHORS_LOST.format(number=_number(len(lost), "anchor")), err=True)


def _compare_audit_keys(keys: Mapping[str, str]) -> None:
    """The one that is here stays: the other is needed no more, and its anchors are still worth something."""
    brought, own = keys.get("audit_key"), own_audit_public_key()
    if not brought or not own or (other := public_key_of(signing_key(brought))) == own:
        return
    click.echo(
        f"The backup was made with another audit_key. If its anchors are to count, add its public key {other}"
        " to CAMPAIGN_ACTIONS_AUDIT_FORMER_PUBLIC_KEYS, and run `audit anchor --new-key`.",
        err=True,
    )


def _check(archive: Archive) -> None:
    """Raises BackupRefused: for what is wrong with the backup, and for what does not fit here."""
    own = Own(own_secrets(), current_app.config["SECRET_KEY_FALLBACKS"])
    restoring.check_fits(archive, own, knows_revision=has_revision)
    check_data(archive, _progress)


def _clear_the_way(replace: bool) -> None:
    """A database with data is restored over only when that is meant, and asked for on a terminal."""
    rows = restoring.rows_in_the_way()
    if not holds_data(rows):
        return
    held = f"The database holds {_number(rows.get('signatures', 0), 'signature')} and other data"
    if not replace:
        raise BackupRefused(
            f"{held}. Restore into an empty one, or say --replace: then all of that will be gone."
        )
    if sys.stdin.isatty():
        click.confirm(f"{held}: all of it will be gone. Go on?", abort=True)


def _target(file: str, stack: ExitStack) -> tuple[BinaryIO, Path]:
    """Where the backup goes, and a folder with room for a copy of the database."""
    if file == "-":
        return sys.stdout.buffer, Path(current_app.instance_path)
    return stack.enter_context(atomic_file(Path(file))), Path(file).resolve().parent


@contextmanager
def _progress(label: str, size: int) -> Iterator[Advance]:
    """A bar on a terminal, for what takes long."""
    with click.progressbar(
        length=size, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        yield bar.update


@contextmanager
def _told_in_words() -> Iterator[None]:
    """Refusals are one line; told to stop, we leave no copy of the data behind."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    except BackupRefused as error:
        raise click.ClickException(str(error)) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _describe(manifest: Manifest) -> str:
    key = manifest.email_key_fingerprint
    return (
        f"{_number(manifest.rows.get('signatures', 0), 'signature')} of {manifest.made_at}, migration"
        f" {manifest.revision}" + (f", EMAIL_HASH_KEY with the fingerprint {key}" if key else "")
    )


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
