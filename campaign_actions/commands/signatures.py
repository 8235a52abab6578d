"""The commands `signatures` and `tallies`."""

import json
import os
import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path

import click
from flask.cli import AppGroup

from campaign_actions.actions.counts.queries import count_confirmed_rows, count_signatures
from campaign_actions.actions.counts.recount import CountMismatch, TallyMismatch, recount
from campaign_actions.actions.models import Action
from campaign_actions.actions.naming import action_name
from campaign_actions.actions.personal_data.held_data import find_all_about
from campaign_actions.actions.personal_data.purposes import (
    PURPOSES,
    TEAM,
    NotForThisKind,
    Purpose,
    purposes_for,
)
from campaign_actions.actions.queries import find_action_by_name
from campaign_actions.actions.signatures.export import export_signatures
from campaign_actions.actions.signatures.withdraw import erase as erase_person
from campaign_actions.actions.signatures.withdraw import truncate_wal
from campaign_actions.audit.log import COMMAND, record
from campaign_actions.commands.output import FORMAT_HELP, OUTPUT_HELP, count_of, progress_bar
from campaign_actions.core.atomic_files import atomic_file
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.processes.priority import raise_niceness
from campaign_actions.core.security.secrets import ensure_email_key
from campaign_actions.exports import FORMATS
from campaign_actions.exports.streaming import CHUNK_ROWS

NICENESS = 19  # the lowest priority: signers come first
signatures = AppGroup("signatures", help="Export, count, show and delete signatures and pledges.")
tallies = AppGroup("tallies", help="Check counts by day, country, language and source.")


class ActionName(click.ParamType[Action]):
    """An action as CAMPAIGN/ACTION, the two slugs in its address."""

    name = "CAMPAIGN/ACTION"

    def convert(
        self, value: str, param: click.Parameter | None, context: click.Context | None
    ) -> Action:
        campaign_slug, _slash, slug = value.partition("/")
        action = find_action_by_name(campaign_slug, slug)
        if action is None:
            self.fail(f"There is no action {value!r}. Write CAMPAIGN/ACTION as in its address.")
        return action


action_argument = click.argument("action", type=ActionName(), metavar="CAMPAIGN/ACTION")


@signatures.command("export")
@action_argument
@click.option(
    "--format",
    "format_name",
    type=click.Choice(list(FORMATS)),
    default="csv",
    show_default=True,
    help=FORMAT_HELP,
)
@click.option("--output", required=True, metavar="FILE|-", help=OUTPUT_HELP)
@click.option("--raw", is_flag=True, help="In CSV, do not escape cells that look like formulas.")
@click.option(
    "--bom", is_flag=True, help="In CSV, add a byte order mark so that Excel detects UTF-8."
)
@click.option(
    "--purpose",
    "purpose_name",
    type=click.Choice(list(PURPOSES)),
    default=TEAM.name,
    show_default=True,
    help="The purpose of the file, which determines its columns.",
)
def export(
    action: Action, format_name: str, output: str, raw: bool, bom: bool, purpose_name: str
) -> None:
    """Export the confirmed signatures of an action.

    The purpose decides the columns. The purpose "team" has all of them. The purpose "handover" is for
    the addressee of a petition: names, country, comment and day of signing (UTC). Pledges are not
    handed over.
    """
    purpose = PURPOSES[purpose_name]
    _check_purpose(purpose, action)
    raise_niceness(NICENESS)
    record(  # before the first byte is written
        "exported",
        actor=COMMAND,
        now=utc_now(),
        subject=action_name(action.campaign.slug, action.slug),
        rows=count_signatures(action.id),
        format=format_name,
        purpose=purpose.name,
        raw=raw,
        bom=bom,
        file=output != "-",
    )
    chunks = export_signatures(action, purpose, format_name, raw=raw, bom=bom)
    rows = count_confirmed_rows(action.id)
    exported = f"Exported {count_of(rows, 'participant')}"
    if output == "-":
        if _write_to_stdout(chunks):
            click.echo(f"{exported} to standard output.", err=True)
        return
    size = _write_to_file(Path(output), chunks, rows)
    click.echo(f"{exported} ({size:,} bytes) to {output}.")


@signatures.command("count")
@action_argument
def count(action: Action) -> None:
    """Print the exact number of confirmed signatures of an action."""
    click.echo(count_signatures(action.id))


@signatures.command("erase")
@click.argument("email")
def erase(email: str) -> None:
    """Delete all data about a person.

    EMAIL may be any spelling of their address. Their signatures are no longer counted.
    """
    _check_address(email)
    erased = erase_person(email, now=utc_now())
    click.echo(f"Deleted {count_of(erased, 'signature')} and all emails queued for this address.")
    if not truncate_wal():
        click.echo(
            "The database's write-ahead log is in use, so traces may remain in it. The worker will truncate"
            " it later.",
            err=True,
        )


@signatures.command("show")
@click.argument("email")
def show(email: str) -> None:
    """Show the signatures, pledges and emails of a person.

    EMAIL may be any spelling of their address. The data is printed as JSON. The exit code is 1 if there
    is none.
    """
    _check_address(email)
    held = find_all_about(email, now=utc_now())
    if held is None:
        raise click.ClickException("There is no data about a person with this address.")
    click.echo(json.dumps(held, indent=2, ensure_ascii=False))


@tallies.command("check")
def check() -> None:
    """Recount all confirmed signatures and list mismatches.

    The exit code is 1 if there are any.
    """
    result = recount()
    for mismatch in result.mismatches:
        click.echo(_describe(mismatch))
    if result.mismatches:
        raise click.ClickException(
            f"Found {count_of(len(result.mismatches), 'mismatch', plural='mismatches')}."
        )
    actions = count_of(result.actions, "action")
    click.echo(f"Checked {actions} and {count_of(result.signatures, 'signature')}: no mismatches.")


def _check_address(email: str) -> None:
    """Also makes sure that the addresses of signers can be recognised."""
    if "@" not in email:
        raise click.BadParameter(f"{email!r} is not an email address.", param_hint="EMAIL")
    ensure_email_key()


def _describe(mismatch: CountMismatch | TallyMismatch) -> str:
    if isinstance(mismatch, CountMismatch):
        return (
            f"{mismatch.action}: the count is {mismatch.counted:,}, but the tallies add up to"
            f" {mismatch.tallied:,}."
        )
    country, locale, source = mismatch.country_code, mismatch.locale, mismatch.source
    return (
        f"{mismatch.action} on {mismatch.day} (country {country or 'unknown'}, language"
        f" {locale or 'unknown'}, source {source or 'unknown'}):"
        f" {count_of(mismatch.confirmed, 'confirmed signature')},"
        f" but the tally is {mismatch.tallied:,}."
    )


def _check_purpose(purpose: Purpose, action: Action) -> None:
    try:
        purpose.columns_of(action.kind)
    except NotForThisKind:
        allowed = ", ".join(found.name for found in purposes_for(action.kind))
        raise click.BadParameter(
            f"{purpose.name!r} is not allowed for a {action.kind}. Allowed: {allowed}.",
            param_hint="--purpose",
        ) from None


def _write_to_stdout(chunks: Generator[bytes]) -> bool:
    """Write to standard output. Returns whether all was read: a reader like `head` may close it early."""
    with closing(chunks):
        try:
            sys.stdout.buffer.writelines(chunks)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return False
    return True


def _write_to_file(file: Path, chunks: Iterator[bytes], rows: int) -> int:
    """Write to a file, with a progress bar on a terminal. Returns the size in bytes."""
    size = 0
    with atomic_file(file) as target, progress_bar("Exporting", rows) as advance:
        for chunk in chunks:
            size += target.write(chunk)
            advance(CHUNK_ROWS)
    return size
