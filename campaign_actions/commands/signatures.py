"""The commands `signatures` and `tallies`."""

import os
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from campaign_actions.actions.counts.counts import count_confirmed, count_signatures
from campaign_actions.actions.counts.recount import WrongCount, WrongTally, recount
from campaign_actions.actions.models import Action
from campaign_actions.actions.naming import action_name
from campaign_actions.actions.queries import find_action_named
from campaign_actions.actions.signatures.export import export_signatures
from campaign_actions.actions.signatures.withdraw import empty_journal
from campaign_actions.actions.signatures.withdraw import erase as erase_person
from campaign_actions.audit.log import COMMAND, record
from campaign_actions.core.atomic_files import atomic_file
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.processes.priority import raise_niceness
from campaign_actions.core.security.secrets import ensure_email_key
from campaign_actions.exports import FORMATS
from campaign_actions.exports.streaming import ROWS_AT_ONCE

YIELDS = 19  # of 19: people who sign go first
signatures = AppGroup("signatures", help="Work with collected signatures.")
tallies = AppGroup("tallies", help="Counts by day, country, language and source.")


class ActionName(click.ParamType[Action]):
    """An action as CAMPAIGN/ACTION, the two slugs of its address."""

    name = "CAMPAIGN/ACTION"

    def convert(self, value: Any, param: Any, ctx: Any) -> Action:
        campaign_slug, _slash, slug = value.partition("/")
        action = find_action_named(campaign_slug, slug)
        if action is None:
            self.fail(f"there is no action {value!r}: write CAMPAIGN/ACTION as in its address.")
        return action


action_argument = click.argument("action", type=ActionName(), metavar="CAMPAIGN/ACTION")


@signatures.command("export")
@action_argument
@click.option(
    "--format", "format_name", type=click.Choice(list(FORMATS)), default="csv", show_default=True
)
@click.option("--output", required=True, metavar="FILE|-", help="A file, or - for standard output.")
@click.option(
    "--raw", is_flag=True, help="CSV: cells as typed, without the guard against formulas."
)
@click.option("--bom", is_flag=True, help="CSV: with a byte order mark, so that Excel reads UTF-8.")
def export(action: Action, format_name: str, output: str, raw: bool, bom: bool) -> None:
    """Write the confirmed signatures of one action."""
    raise_niceness(YIELDS)
    _note(action, format=format_name, raw=raw, bom=bom, file=output != "-")
    chunks = export_signatures(action, format_name, raw=raw, bom=bom)
    if output == "-":
        _print(chunks)
        return
    rows = count_confirmed(action.id)
    size = _write(Path(output), chunks, rows)
    click.echo(f"Wrote {rows:,} signature{'' if rows == 1 else 's'} ({size:,} bytes) to {output}.")


@signatures.command("count")
@action_argument
def count(action: Action) -> None:
    """Print the number of confirmed signatures, exact."""
    click.echo(count_signatures(action.id))


@signatures.command("erase")
@click.argument("email")
def erase(email: str) -> None:
    """Remove a person everywhere, by the e-mail address in any spelling."""
    if "@" not in email:
        raise click.BadParameter(f"{email!r} is no e-mail address.", param_hint="EMAIL")
    ensure_email_key()
    erased = erase_person(email, now=utc_now())
    click.echo(f"Erased {erased} signature{'' if erased == 1 else 's'} and all waiting mail.")
    if not empty_journal():
        click.echo("The database's journal is in use; the worker will overwrite it.", err=True)


@tallies.command("check")
def check() -> None:
    """Recount all confirmed signatures and say what does not agree; exit code 1 if anything."""
    result = recount()
    for difference in result.differences:
        click.echo(_in_words(difference))
    if result.differences:
        raise click.ClickException(f"{_number(len(result.differences), 'difference')}.")
    actions, people = _number(result.actions, "action"), _number(result.signatures, "signature")
    click.echo(f"{actions}, {people}: all equal.")


def _note(action: Action, **facts: Any) -> None:
    """Into the audit log, before the first byte is written."""
    record(
        "exported",
        actor=COMMAND,
        now=utc_now(),
        subject=action_name(action.campaign.slug, action.slug),
        rows=count_signatures(action.id),
        **facts,
    )


def _in_words(wrong: WrongCount | WrongTally) -> str:
    if isinstance(wrong, WrongCount):
        return (
            f"{wrong.action}: its count is {wrong.counted:,}, but its tallies add up to"
            f" {wrong.tallied:,}."
        )
    return (
        f"{wrong.action} on {wrong.day} (country {wrong.country_code or 'unknown'}, language"
        f" {wrong.locale or 'unknown'}, source {wrong.source or 'unknown'}):"
        f" {_number(wrong.confirmed, 'confirmed signature')}, but the tallies say {wrong.tallied:,}."
    )


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _print(chunks: Iterator[bytes]) -> None:
    """To standard output; a reader that has had enough (`| head`) is no mistake."""
    with closing(chunks):  # type: ignore[type-var]
        try:
            sys.stdout.buffer.writelines(chunks)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(file: Path, chunks: Iterator[bytes], rows: int) -> int:
    """The export into a file, and how far it is on a terminal. Its size."""
    progress = click.progressbar(
        length=rows, label="Exporting", file=sys.stderr, hidden=not sys.stderr.isatty()
    )
    size = 0
    with atomic_file(file) as target, progress:
        for chunk in chunks:
            size += target.write(chunk)
            progress.update(ROWS_AT_ONCE)
    return size
