"""The `audit` commands: check the audit log, create anchors, and print the key that signs them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from cryptography import x509
from flask import current_app
from flask.cli import AppGroup

from campaign_actions.audit.anchors.create import create_anchor
from campaign_actions.audit.anchors.deliver import LEASE, deliver_one
from campaign_actions.audit.anchors.document import Anchor
from campaign_actions.audit.anchors.settings import anchor_settings, read_certificates
from campaign_actions.audit.anchors.verify import (
    STAMP_SUFFIX,
    AnchorCopy,
    Verdict,
    check_anchors,
    check_stamps,
    find_first_difference,
    own_copies,
    own_stamps,
    read_copies,
)
from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.audit.verify import ChainReport, check_chain
from campaign_actions.commands.output import count_of
from campaign_actions.core.atomic_files import atomic_file
from campaign_actions.core.db.session import utc_now, write_transaction
from campaign_actions.core.security.audit_key import (
    ensure_audit_key,
    own_audit_public_key,
    public_key_of,
    replace_audit_key,
)
from campaign_actions.core.security.secrets import ensure_email_key

audit = AppGroup("audit", help="Check the audit log, and create anchors of it.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@audit.command("check")
@click.option(
    "--anchor",
    "files",
    multiple=True,
    type=FILE,
    help="Also check a copy kept elsewhere: a text file, a saved email or a time stamp (.tsr)."
    " Repeat for more than one.",
)
@click.option(
    "--public-key",
    "public_keys",
    multiple=True,
    help="Check anchors with this key instead of our own. Repeat for more than one.",
)
@click.option(
    "--tsa-certificate",
    type=FILE,
    help="A PEM file with the root certificate of the time-stamping service.",
)
@click.option(
    "--head", default="", help="A hash from an earlier check, which the log must contain."
)
@click.option(
    "--noted",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file with the hash of the last check, which the log must contain. It is then updated.",
)
def check(
    files: tuple[Path, ...],
    public_keys: tuple[str, ...],
    tsa_certificate: Path | None,
    head: str,
    noted: Path | None,
) -> None:
    """Check that no entry of the audit log was changed or removed.

    This recomputes the chain of hashes and compares it with the anchors. The exit code is 1 if an entry was
    changed or removed, or an anchor does not match.
    """
    if head and noted:
        raise click.UsageError("Use --head or --noted, not both.")
    if noted and noted.exists():
        head = noted.read_text(encoding="utf-8").strip()
    copies = [*own_copies(anchor_settings()), *_given_copies(files)]
    numbers = {copy.anchor.entry for copy in copies if isinstance(copy.anchor, Anchor)}
    report = check_chain(known_head=head, wanted=numbers)
    _print_chain(report, head)
    verdicts = check_anchors(copies, report, public_keys or _own_public_keys())
    stamps = [
        *own_stamps(anchor_settings()),
        *(file for file in files if file.suffix == STAMP_SUFFIX),
    ]
    stamped = list(check_stamps(stamps, copies, _certificates(tsa_certificate, stamps)))
    _print_anchors(verdicts, stamped)
    if not report.is_whole or any(verdict.problem for verdict in (*verdicts, *stamped)):
        raise SystemExit(1)
    if noted:
        with atomic_file(noted) as file:
            file.write(f"{report.head}\n".encode())


@audit.command("anchor")
@click.option(
    "--new-key",
    is_flag=True,
    help="Sign with the audit_key of this machine from now on. If there is none, create one.",
)
def anchor(new_key: bool) -> None:
    """Create an anchor of the audit log now.

    It is sent to the destinations in the settings. The worker also does this once a day. The exit
    code is 1 if a delivery failed.
    """
    ensure_email_key()
    if new_key:
        _replace_key()
    now, settings = utc_now(), anchor_settings()
    anchor_id = create_anchor(now, settings=settings, leased_until=now + LEASE)
    if anchor_id is None:
        raise click.ClickException("The audit log is empty, so there is nothing to anchor.")
    click.echo("Created an anchor of the audit log.")
    is_everywhere = True
    for attempt in deliver_one(anchor_id, now, settings=settings):
        is_everywhere &= not attempt.reason or attempt.is_in_progress
        click.echo(f"{attempt.destination}: {attempt.reason or 'delivered'}")
    if not is_everywhere:
        raise click.ClickException("Some deliveries failed. The worker will try them again.")


@audit.command("public-key")
def public_key() -> None:
    """Print the public key that anchors are checked with.

    Give it to someone outside your organisation, who can then check your anchors.
    """
    click.echo(public_key_of(ensure_audit_key()))


def _own_public_keys() -> tuple[str, ...]:
    own = own_audit_public_key()
    return (*([own] if own else []), *current_app.config["AUDIT_FORMER_PUBLIC_KEYS"])


def _given_copies(files: Sequence[Path]) -> Iterator[AnchorCopy]:
    for file in files:
        if file.suffix == STAMP_SUFFIX:
            continue
        copies = read_copies(file, is_given=True)
        if not copies:
            raise click.ClickException(f"{file} does not contain an anchor.")
        yield from copies


def _certificates(given: Path | None, stamps: Sequence[Path]) -> Sequence[x509.Certificate]:
    """The given certificate, or those in the settings. Raises UsageError if stamps need one."""
    try:
        found = read_certificates(given) if given else anchor_settings().tsa_certificates
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from None
    if stamps and not found:
        raise click.UsageError(
            "A certificate is needed to check the time stamps. Use --tsa-certificate, or set"
            " AUDIT_ANCHOR_TSA_CERTIFICATE."
        )
    return found


def _print_chain(report: ChainReport, head: str) -> None:
    for number in report.broken:
        click.echo(
            f"Entry {number} was changed, or the entry before it was changed or removed.", err=True
        )
    if not report.has_known_head:
        click.echo(f"The log does not contain {head}. Entries were removed or rewritten.", err=True)
    entries = count_of(report.entries, "entry", plural="entries")
    click.echo(f"Checked {entries}. Head: {report.head or 'none'}.")


def _print_anchors(verdicts: Sequence[Verdict], stamped: Sequence[Verdict]) -> None:
    """A line for each problem, and for each given copy that matches; then the number of anchors that do."""
    for verdict in (*verdicts, *stamped):
        if verdict.problem:
            click.echo(f"{verdict.about} ({verdict.source}): {verdict.problem}.", err=True)
        elif verdict.is_given:
            click.echo(f"{verdict.about} ({verdict.source}): it matches the log.")
    if difference := find_first_difference(verdicts):
        first, last = difference
        where = f"at entry {first}" if first == last else f"in entries {first} to {last}"
        click.echo(f"The first difference is {where}.", err=True)
    if not verdicts:
        click.echo(
            "There are no anchors here. To check copies that were sent elsewhere, use --anchor."
        )
        return
    valid = [verdict for verdict in verdicts if not verdict.problem]
    newest = f" Newest: {valid[-1].about.removeprefix('Anchor of ')}." if valid else ""
    stamps = f" Time-stamped: {sum(not one.problem for one in stamped)}." if stamped else ""
    click.echo(f"{len(valid)} of {len(verdicts)} anchors match the log.{newest}{stamps}")


def _replace_key() -> None:
    with write_transaction() as connection:
        former, own = replace_audit_key(connection)
        if former == own:
            raise click.ClickException(
                "This key is already in use. To create a new one, first move the file audit_key out of the"
                " instance folder."
            )
        add_entry(
            connection,
            "audit-key-changed",
            actor=COMMAND,
            now=utc_now(),
            public_key=own,
            former_key=former or None,
        )
    click.echo(f"The public key is now {own}. Give it to everyone who has the former one.")
    if former:
        click.echo(
            f"To keep accepting anchors signed with the former key, add {former} to"
            " CAMPAIGN_ACTIONS_AUDIT_FORMER_PUBLIC_KEYS."
        )
