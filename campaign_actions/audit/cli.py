"""The `audit` command: is the audit log as it was written?"""

import click
from flask.cli import AppGroup

from campaign_actions.audit.checking import check_chain

audit = AppGroup("audit", help="The audit log: who did what.")


@audit.command("check")
@click.option("--head", default="", help="A hash noted down earlier, that must be in the log.")
def check(head: str) -> None:
    """Recompute the chain of the audit log; exit code 1 when an entry was changed or has gone."""
    report = check_chain(known_head=head)
    for number in report.broken:
        click.echo(f"Entry {number} was changed, or the one before it has gone.", err=True)
    if not report.holds_known_head:
        click.echo(
            "The hash given is not in the log: entries were cut off or written anew.", err=True
        )
    click.echo(f"{report.entries} entries, head {report.head or 'none'}.")
    if report.broken or not report.holds_known_head:
        raise SystemExit(1)
