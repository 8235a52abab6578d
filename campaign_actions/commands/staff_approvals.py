"""`staff approvals`, `approve` and `decline`: deciding on the server when there is no second person."""

import click
from flask.cli import with_appcontext

from campaign_actions.approvals.decide import approve as approve_request
from campaign_actions.approvals.decide import decline as decline_request
from campaign_actions.approvals.describe import WARNINGS, operation_facts, request_title
from campaign_actions.approvals.models import REASON_LENGTH, ApprovalRequest
from campaign_actions.approvals.operations import operation_of, seen_state
from campaign_actions.approvals.queries import (
    approvers_of,
    find_request,
    names_with_addresses,
    pending_requests,
)
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.forms.input_text import forbidden_characters, normalize_text
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.mail.render import locale_context
from campaign_actions.core.security.secrets import ensure_email_key


def _note(_context: click.Context, _parameter: click.Parameter, text: str) -> str:
    text = normalize_text(text)
    if len(text) > REASON_LENGTH or forbidden_characters(text, multiline=True):
        raise click.BadParameter(f"write plain text of at most {REASON_LENGTH} characters.")
    return text


NUMBER = click.argument("number", type=click.IntRange(1, 2**31 - 1))
NOTE = click.option(
    "--note", default="", callback=_note, help="A few words for the person who asked."
)
YES = click.option("--yes", is_flag=True, help="Do not ask for confirmation.")


@click.command("approvals")
@with_appcontext
def approvals() -> None:
    """List the requests that need a second person."""
    found = pending_requests(utc_now())
    names = names_with_addresses(request.requested_by for request in found)
    with locale_context("en"):
        for request in found:
            others = approvers_of(operation_of(request), request.requested_by)
            approvers = (
                ", ".join(member.email for member in others) or "nobody; use `staff approve`"
            )
            click.echo(
                f"{request.id}  {request_title(request)}  (asked by {names.get(request.requested_by)},"
                f" expires {request.expires_at:%Y-%m-%d %H:%M} UTC, may approve: {approvers})"
            )
    if not found:
        click.echo("There are no pending requests.")


@click.command("approve")
@NUMBER
@NOTE
@YES
@with_appcontext
def approve(number: int, note: str, yes: bool) -> None:
    """Show what request NUMBER will do, and approve it as the second person."""
    ensure_email_key()
    _show(number)
    if not yes:
        click.confirm("Approve this?", abort=True)
    approve_request(number, by=None, note=note, now=utc_now())
    click.echo(f"Request {number} is approved. We will email the person who asked.")


@click.command("decline")
@NUMBER
@NOTE
@YES
@with_appcontext
def decline(number: int, note: str, yes: bool) -> None:
    """Show what request NUMBER would do, and decline it."""
    ensure_email_key()
    _show(number)
    if not yes:
        click.confirm("Decline this?", abort=True)
    decline_request(number, by=None, note=note, now=utc_now())
    click.echo(f"Request {number} is declined. We will email the person who asked.")


COMMANDS = (approvals, approve, decline)


def _show(number: int) -> None:
    """Print what a person needs to know to decide. Raises ClickException unless it is pending."""
    request = find_request(number)
    if request is None or request.state != "pending":
        raise click.ClickException(f"There is no pending request with the number {number}.")
    with locale_context("en"):
        for line in _lines(request):
            click.echo(line)


def _lines(request: ApprovalRequest) -> list[str]:
    operation, seen = operation_of(request), seen_state(request)
    asker = names_with_addresses([request.requested_by]).get(request.requested_by, "")
    facts = [f"  {name}: {words}" for name, words in operation_facts(operation, seen, locales())]
    return [
        f"Request {request.id}: {request_title(request)}",
        *facts,
        f"  {WARNINGS[request.kind]}",
        f"  Asked by {asker} on {request.requested_at:%Y-%m-%d %H:%M} UTC: {request.reason}",
    ]
