"""The `audit` command: is the audit log as it was written? Its anchors, and the key that signs them."""

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
    STAMP,
    Copy,
    Verdict,
    copies_in,
    first_difference,
    judge_anchors,
    judge_stamps,
    own_copies,
    own_stamps,
)
from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.audit.verify import ChainReport, check_chain
from campaign_actions.core.atomic_files import atomic_file
from campaign_actions.core.db.session import utc_now, write_transaction
from campaign_actions.core.security.secrets import (
    ensure_audit_key,
    ensure_email_key,
    own_audit_public_key,
    public_key_of,
    replace_audit_key,
)

audit = AppGroup("audit", help="The audit log: who did what.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@audit.command("check")
@click.option(
    "--anchor",
    "files",
    multiple=True,
    type=FILE,
    help="A copy of an anchor that was kept elsewhere: a text, a saved email, a time stamp (.tsr).",
)
@click.option(
    "--public-key",
    "public_keys",
    multiple=True,
    help="Check anchors with this key, and not with the one that is here.",
)
@click.option("--tsa-certificate", type=FILE, help="The root certificate for time stamps, in PEM.")
@click.option("--head", default="", help="A hash noted down earlier, that must be in the log.")
@click.option(
    "--noted",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file with the hash of the last check: it must be in the log, and is replaced by the newest.",
)
def check(
    files: tuple[Path, ...],
    public_keys: tuple[str, ...],
    tsa_certificate: Path | None,
    head: str,
    noted: Path | None,
) -> None:
    """Recompute the chain of the audit log, and hold it against its anchors.

    Exit code 1 when an entry was changed or has gone, or an anchor does not fit the log.
    """
    if head and noted:
        raise click.UsageError("Give --head or --noted, not both.")
    if noted and noted.exists():
        head = noted.read_text(encoding="utf-8").strip()
    copies = [*own_copies(anchor_settings()), *_given_copies(files)]
    numbers = {copy.anchor.entry for copy in copies if isinstance(copy.anchor, Anchor)}
    report = check_chain(known_head=head, wanted=numbers)
    _tell_chain(report, head)
    verdicts = judge_anchors(copies, report, public_keys or _own_public_keys())
    stamps = [*own_stamps(anchor_settings()), *(file for file in files if file.suffix == STAMP)]
    stamped = list(judge_stamps(stamps, copies, _certificates(tsa_certificate, stamps)))
    _tell_anchors(verdicts, stamped)
    if not report.is_whole or any(verdict.problem for verdict in (*verdicts, *stamped)):
        raise SystemExit(1)
    if noted:
        with atomic_file(noted) as file:
            file.write(f"{report.head}\n".encode())


@audit.command("anchor")
@click.option(
    "--new-key",
    is_flag=True,
    help="Sign with another key from now on: the one that is here, or a new one where there is none.",
)
def anchor(new_key: bool) -> None:
    """Make an anchor of the audit log now, and send it to where the settings say.

    The worker does so once a day by itself. Exit code 1 when it did not arrive everywhere.
    """
    ensure_email_key()
    if new_key:
        _replace_key()
    now, settings = utc_now(), anchor_settings()
    anchor_id = create_anchor(now, settings=settings, leased_until=now + LEASE)
    if anchor_id is None:
        raise click.ClickException("The audit log has no entries yet: there is nothing to anchor.")
    is_everywhere = True
    for attempt in deliver_one(anchor_id, now, settings=settings):
        is_everywhere &= not attempt.reason or attempt.is_on_its_way
        click.echo(f"{attempt.destination}: {attempt.reason or 'done'}")
    if not is_everywhere:
        raise click.ClickException("It did not arrive everywhere; the worker goes on trying.")


@audit.command("public-key")
def public_key() -> None:
    """Print the key by which anybody can check anchors: give it to somebody outside."""
    click.echo(public_key_of(ensure_audit_key()))


def _own_public_keys() -> tuple[str, ...]:
    own = own_audit_public_key()
    return (*([own] if own else []), *current_app.config["AUDIT_FORMER_PUBLIC_KEYS"])


def _given_copies(files: Sequence[Path]) -> Iterator[Copy]:
    for file in files:
        if file.suffix == STAMP:
            continue
        copies = copies_in(file, is_given=True)
        if not copies:
            raise click.ClickException(f"{file} holds no anchor.")
        yield from copies


def _certificates(given: Path | None, stamps: Sequence[Path]) -> Sequence[x509.Certificate]:
    """Of the settings, unless one is given; without any, no time stamp can be checked."""
    try:
        found = read_certificates(given) if given else anchor_settings().tsa_certificates
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from None
    if stamps and not found:
        raise click.UsageError(
            "There are time stamps to check: give --tsa-certificate, or set AUDIT_ANCHOR_TSA_CERTIFICATE."
        )
    return found


def _tell_chain(report: ChainReport, head: str) -> None:
    for number in report.broken:
        click.echo(f"Entry {number} was changed, or the one before it has gone.", err=True)
    if not report.holds_known_head:
        click.echo(f"{head} is not in the log: entries were cut off or written anew.", err=True)
    click.echo(f"{report.entries} entries, head {report.head or 'none'}.")


def _tell_anchors(verdicts: Sequence[Verdict], stamped: Sequence[Verdict]) -> None:
    """What is wrong, one line each; of what is right those that were given, and how many it is."""
    for verdict in (*verdicts, *stamped):
        if verdict.problem:
            click.echo(f"{verdict.about} ({verdict.source}): {verdict.problem}.", err=True)
        elif verdict.is_given:
            click.echo(f"{verdict.about} ({verdict.source}): it fits the log.")
    if difference := first_difference(verdicts):
        first, last = difference
        where = f"entry {first}" if first == last else f"one of the entries {first} to {last}"
        click.echo(f"The first entry that differs is {where}.", err=True)
    if not verdicts:
        click.echo("No anchor yet. If copies were sent elsewhere, give them with --anchor.")
        return
    right = [verdict for verdict in verdicts if not verdict.problem]
    newest = f" The newest: {right[-1].about}." if right else ""
    stamps = f" {sum(not one.problem for one in stamped)} are time-stamped." if stamped else ""
    click.echo(f"{len(right)} of {len(verdicts)} anchors fit the log.{newest}{stamps}")


def _replace_key() -> None:
    with write_transaction() as connection:
        former, own = replace_audit_key(connection)
        if former == own:
            raise click.ClickException(
                "The key that is here signs already. For another one, move the file audit_key away first."
            )
        add_entry(
            connection,
            "audit-key-changed",
            actor=COMMAND,
            now=utc_now(),
            public_key=own,
            former_key=former or None,
        )
    click.echo(f"The public key is {own} from now on: give it to those who have the former one.")
    if former:
        click.echo(
            f"If anchors that were signed with the former key are to count, add {former} to"
            " CAMPAIGN_ACTIONS_AUDIT_FORMER_PUBLIC_KEYS."
        )
