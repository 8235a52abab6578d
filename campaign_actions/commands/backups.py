"""The commands `backup`, `restore` and `after-restore`."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from campaign_actions.actions.signatures.removals.files import FOLDER, last_written_at
from campaign_actions.actions.signatures.removals.record import record_last_removals
from campaign_actions.actions.signatures.removals.repeat import repeat_removals
from campaign_actions.audit.anchors.restore import set_aside
from campaign_actions.audit.anchors.settings import anchor_settings
from campaign_actions.audit.log import COMMAND, record
from campaign_actions.backups import restore as restoring
from campaign_actions.backups.archives import (
    Archive,
    BackupRefused,
    Manifest,
    check_data,
    open_archive,
)
from campaign_actions.backups.create import create_backup
from campaign_actions.backups.queries import holds_data
from campaign_actions.backups.restore import Installation
from campaign_actions.commands.output import count_of, progress_bar
from campaign_actions.core.atomic_files import atomic_file
from campaign_actions.core.db.alembic import has_revision, upgrade
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.processes.signals import exit_on_signals
from campaign_actions.core.security.audit_key import (
    own_audit_public_key,
    public_key_of,
    signing_key,
)
from campaign_actions.core.security.secrets import (
    ensure_email_key,
    forget_new_secret,
    keep_secrets,
    own_secrets,
)
from campaign_actions.revocations.access import KINDS
from campaign_actions.revocations.record import record_last_revocations
from campaign_actions.revocations.repeat import end_access, repeat_revocations

KEYS_NOT_INCLUDED = (
    "The keys are not included. Keep copies of them elsewhere (see `backup --help`)."
)
ANCHORS_LOST = (
    "Set aside {number} newer than the backup, in audit_anchors/ in the instance folder. The audit log"
    " records this. Copies that were sent elsewhere no longer match the log. Note when and why you restored."
)
ANCHORS_KEPT = (
    "Anchors newer than the backup could not be set aside ({reason})."
    " `audit check` may report them."
)
ENDED = (
    "Ended {sessions}. Links sent to {members} no longer work, and nor do their pending logins. Invite again"
    " anyone who has not joined. Preview links have new addresses: send them again."
)
REQUESTS_VOIDED = "Voided {number} that had not been carried out."
REMOVED_AGAIN = (
    "Withdrew or deleted {number} again, from the list in removals/ in the instance folder. The list was last"
    " written {moment}."
)
SET_NEW_ONE = (
    "Members whose password was voided, or who have no second factor now, can set a new password by email"
    " (“Forgotten your password?” on the login page)."
)
NO_LIST = (
    "There is no list in removals/ in the instance folder ({reason}). So everyone who withdrew or was deleted"
    " after the backup is back, and so is access that was revoked after it: members, roles, passwords, second"
    " factors, recovery codes, preview links and switches."
)
ERASE_AGAIN = (
    "To delete people again who are not on a list, run `campaign-actions signatures erase EMAIL` for each"
    " of them."
)
NOT_READ = (
    "The current data could not be read ({reason}). The last withdrawals, deletions and revocations in it may"
    " be missing from removals/."
)


@click.command("backup")
@click.argument("file", metavar="FILE|-")
@click.option(
    "--with-keys", is_flag=True, help="Include the keys. Keep FILE as safe as the keys themselves."
)
@with_appcontext
def backup(file: str, with_keys: bool) -> None:
    """Save all data to FILE, or to standard output with -.

    The site can keep running. A backup contains the campaigns, signatures, counts and pending emails of one
    moment, including names and addresses. Restore it with `restore`.

    The keys in the instance folder are not included. Keep copies of them elsewhere: without email_hash_key,
    a backup cannot be restored.
    """
    keys = own_secrets() if with_keys else {}
    with _one_line_errors(), ExitStack() as stack:
        target, scratch = _target(file, stack)
        manifest = create_backup(
            target, scratch=scratch, keys=keys, now=utc_now(), progress=progress_bar
        )
    is_piped = file == "-"
    where = "standard output" if is_piped else file
    click.echo(f"Saved {_describe(manifest)} to {where}.", err=is_piped)
    if not with_keys:
        click.echo(KEYS_NOT_INCLUDED, err=True)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--replace",
    is_flag=True,
    help="Replace the data in the database. The current data will be lost.",
)
@click.option(
    "--check", is_flag=True, help="Only check whether FILE is complete and can be restored here."
)
@with_appcontext
def restore(file: Path, replace: bool, check: bool) -> None:
    """Restore a backup into an empty database.

    Either everything is restored or nothing is changed. This installation needs the EMAIL_HASH_KEY that the
    backup was made with. A backup made with --with-keys includes it. A backup from an older version is
    upgraded.

    People who withdrew or were deleted after the backup come back with it. Those listed in removals/ in the
    instance folder are then withdrawn or deleted again. Delete others with `signatures erase`.

    All sessions and links of members end, and open requests for approval are void. Access that is listed as
    revoked is revoked again, such as that of disabled members and old passwords.

    Emails that were pending at the time of the backup are sent again.
    """
    forget_new_secret()
    with _one_line_errors(), open_archive(file) as archive:
        _check(archive)
        if check:
            click.echo(
                f"{file} is complete: {_describe(archive.manifest)}. It can be restored here."
            )
            return
        _confirm_replacing(replace)
        _record_last_removals()
        with keep_secrets(archive.keys):
            restoring.restore(archive, progress_bar)
    upgrade()
    _after_restore()
    _record(archive.manifest)
    click.echo(f"Restored {_describe(archive.manifest)}.")
    click.echo(ERASE_AGAIN, err=True)
    _compare_audit_keys(archive.keys)


@click.command("after-restore")
@with_appcontext
def after_restore() -> None:
    """Do what `restore` does once the data is back.

    Use it after you have restored the database in another way, such as point-in-time recovery. Run it
    before you start the services. All sessions and links of members end. Everyone in removals/ in the
    instance folder is withdrawn or deleted again, and access listed there is revoked again.
    """
    _after_restore()


def _removals_folder() -> Path:
    return Path(current_app.instance_path) / FOLDER


def _record_last_removals() -> None:
    """Complete the list from the data that is about to be replaced, as far as it can be read."""
    if not holds_data(restoring.current_rows()):
        return
    keep_months = current_app.config["KEEP_MONTHS_AFTER_CLOSING"]
    try:
        record_last_removals(utc_now(), folder=_removals_folder(), keep_months=keep_months)
        record_last_revocations(utc_now(), folder=_removals_folder())
    except (SQLAlchemyError, OSError, RuntimeError) as error:  # older tables, or no EMAIL_HASH_KEY
        click.echo(NOT_READ.format(reason=type(error).__name__), err=True)
    db.session.remove()


def _after_restore() -> None:
    """End all access, then repeat what is on the list, and say so."""
    ensure_email_key()
    ended = end_access(utc_now())
    told = {name: count_of(number, name) for name, number in ended.items()}
    lines = [ENDED.format(sessions=told["session"], members=told["member"])]
    if ended["request"]:
        lines.append(REQUESTS_VOIDED.format(number=count_of(ended["request"], "request")))
    click.echo("\n".join(lines), err=True)
    try:
        written_at = last_written_at(_removals_folder())
        number = repeat_removals(_removals_folder(), utc_now())
        revoked = repeat_revocations(_removals_folder(), utc_now())
    except OSError as error:
        click.echo(NO_LIST.format(reason=error.strerror), err=True)
        return
    moment = f"{written_at:%Y-%m-%d %H:%M} UTC"
    click.echo(REMOVED_AGAIN.format(number=count_of(number, "signature"), moment=moment), err=True)
    for name, again in revoked.items():
        if again:
            number_of = count_of(again, name, plural=KINDS[name].plural)
            click.echo(KINDS[name].told.format(number=number_of), err=True)
    if revoked["password"] or revoked["second factor"]:
        click.echo(SET_NEW_ONE, err=True)


def _record(manifest: Manifest) -> None:
    """Record the restore in the audit log, with the anchors that no longer match."""
    now = utc_now()
    try:
        lost = set_aside(now, settings=anchor_settings())
    except OSError as error:  # the file may be append-only
        lost = []
        click.echo(ANCHORS_KEPT.format(reason=error.strerror), err=True)
    entries = [str(anchor.entry) for anchor in lost]
    made_at = datetime.fromisoformat(manifest.made_at).isoformat()
    record("restored", actor=COMMAND, now=now, made_at=made_at, anchors=entries)
    if lost:
        click.echo(ANCHORS_LOST.format(number=count_of(len(lost), "anchor")), err=True)


def _compare_audit_keys(keys: Mapping[str, str]) -> None:
    """Tell the operator if the backup's audit key differs. Ours stays, and anchors of both remain useful."""
    brought, own = keys.get("audit_key"), own_audit_public_key()
    if not brought or not own or (other := public_key_of(signing_key(brought))) == own:
        return
    click.echo(
        f"The backup was made with another audit_key. To accept its anchors, add its public key {other} to"
        " CAMPAIGN_ACTIONS_AUDIT_FORMER_PUBLIC_KEYS, then run `campaign-actions audit anchor --new-key`.",
        err=True,
    )


def _check(archive: Archive) -> None:
    """Raises BackupRefused if the backup is damaged or does not match this installation."""
    own = Installation(own_secrets(), current_app.config["SECRET_KEY_FALLBACKS"])
    restoring.check_fits(archive, own, knows_revision=has_revision)
    check_data(archive, progress_bar)


def _confirm_replacing(replace: bool) -> None:
    """Raises BackupRefused if the database has data, unless `replace`. On a terminal, asks as well."""
    rows = restoring.current_rows()
    if not holds_data(rows):
        return
    contents = (
        f"The database contains {count_of(rows.get('signatures', 0), 'signature')} and other data."
    )
    if not replace:
        raise BackupRefused(
            f"{contents} Nothing was changed. Restore into an empty database, or use --replace to delete"
            " this data."
        )
    if sys.stdin.isatty():
        click.confirm(f"{contents} Delete all of it and restore the backup?", abort=True)


def _target(file: str, stack: ExitStack) -> tuple[BinaryIO, Path]:
    """The output, and a folder with room for a copy of the database."""
    if file == "-":
        return sys.stdout.buffer, Path(current_app.instance_path)
    return stack.enter_context(atomic_file(Path(file))), Path(file).resolve().parent


@contextmanager
def _one_line_errors() -> Iterator[None]:
    """Show refusals as one line. On a signal, exit so that temporary copies are removed."""
    try:
        with exit_on_signals():
            yield
    except BackupRefused as error:
        raise click.ClickException(str(error)) from None


def _describe(manifest: Manifest) -> str:
    key = manifest.email_key_fingerprint
    return (
        f"{count_of(manifest.rows.get('signatures', 0), 'signature')} and all other data ({manifest.made_at},"
        f" migration {manifest.revision}{f', EMAIL_HASH_KEY fingerprint {key}' if key else ''})"
    )
