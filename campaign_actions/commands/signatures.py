"""The commands `signatures` and `tallies`."""

import json

import click
from flask.cli import AppGroup

from campaign_actions.actions.counts.queries import count_signatures
from campaign_actions.actions.counts.recount import CountMismatch, TallyMismatch, recount
from campaign_actions.actions.counts.states.recount import StateMismatch, recount_states
from campaign_actions.actions.models import Action
from campaign_actions.actions.naming import find_action_by_name
from campaign_actions.actions.personal_data.held_data import find_all_about
from campaign_actions.actions.signatures.withdraw import erase as erase_person
from campaign_actions.actions.signatures.withdraw import truncate_wal
from campaign_actions.commands.exports import export
from campaign_actions.commands.output import count_of
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.security.secrets import ensure_email_key
from campaign_actions.disclosures.files import files_of

signatures = AppGroup("signatures", help="Export, count, show and delete signatures and pledges.")
signatures.add_command(export, "export")
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
    held = {**held, "exported_files": files_of(email)}
    click.echo(json.dumps(held, indent=2, ensure_ascii=False))


@tallies.command("check")
def check() -> None:
    """Recount all signatures and list mismatches.

    It checks the counts, the tallies of confirmed signatures, and those by state, which dashboards show.
    The exit code is 1 if there are any mismatches.
    """
    result = recount()
    mismatches = [*result.mismatches, *recount_states(utc_now())]
    for mismatch in mismatches:
        click.echo(_describe(mismatch))
    if mismatches:
        raise click.ClickException(
            f"Found {count_of(len(mismatches), 'mismatch', plural='mismatches')}."
        )
    actions = count_of(result.actions, "action")
    click.echo(f"Checked {actions} and {count_of(result.signatures, 'signature')}: no mismatches.")


def _check_address(email: str) -> None:
    """Also makes sure that the addresses of signers can be recognised."""
    if "@" not in email:
        raise click.BadParameter(f"{email!r} is not an email address.", param_hint="EMAIL")
    ensure_email_key()


def _describe(mismatch: CountMismatch | TallyMismatch | StateMismatch) -> str:
    if isinstance(mismatch, StateMismatch):
        day = f" on {mismatch.day}" if mismatch.day else ""
        return (
            f"{mismatch.action}{day} ({mismatch.part} {mismatch.value or 'unknown'}):"
            f" signatures {mismatch.signatures}; tally {mismatch.tallied}."
        )
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
