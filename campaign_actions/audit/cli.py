"""The `audit` command: is the audit log as it was written?"""

from pathlib import Path

import click
from flask.cli import AppGroup

from campaign_actions.audit.checking import check_chain
from campaign_actions.core.files import whole_file

audit = AppGroup("audit", help="The audit log: who did what.")


@audit.command("check")
@click.option("--head", default="", help="A hash noted down earlier, that must be in the log.")
@click.option(
    "--noted",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file with the hash of the last check: it must be in the log, and is replaced by the newest.",
)
def check(head: str, noted: Path | None) -> None:
    """Recompute the chain of the audit log; exit code 1 when an entry was changed or has gone."""
    if head and noted:
        raise click.UsageError("Give --head or --noted, not both.")
    if noted and noted.exists():
        head = noted.read_text(encoding="utf-8").strip()
    report = check_chain(known_head=head)
    for number in report.broken:
        click.echo(f"Entry {number} was changed, or the one before it has gone.", err=True)
    if not report.holds_known_head:
        click.echo(f"{head} is not in the log: entries were cut off or written anew.", err=True)
    click.echo(f"{report.entries} entries, head {report.head or 'none'}.")
    if not report.is_whole:
        raise SystemExit(1)
    if noted:
        with whole_file(noted) as file:
            file.write(f"{report.head}\n".encode())
