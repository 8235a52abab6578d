"""`staff approvals`, `approve` and `decline`, for deciding on the server when there is no second person."""

import click
from flask.cli import with_appcontext

from campaign_actions.approvals.decide import approve as approve_request
from campaign_actions.approvals.decide import decline as decline_request
from campaign_actions.approvals.describe import operation_facts, texts_to_read
from campaign_actions.approvals.labels import WARNINGS, request_title
from campaign_actions.approvals.lifetime import open_until
from campaign_actions.approvals.models import REASON_LENGTH, ApprovalRequest
from campaign_actions.approvals.operations import operation_of, seen_state
from campaign_actions.approvals.queries import (
    approvers_of,
    find_request,
    names_with_addresses,
    pending_requests,
)
from campaign_actions.commands.output import YES_HELP
from campaign_actions.core.content.email_markdown import mail_text
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.forms.input_text import forbidden_characters, normalize_text
from campaign_actions.core.i18n.locale import language_here, locales
from campaign_actions.core.security.secrets import ensure_email_key
from campaign_actions.core.templating.environment import locale_context


def _note(_context: click.Context, _parameter: click.Parameter, text: str) -> str:
    text = normalize_text(text)
    if len(text) > REASON_LENGTH or forbidden_characters(text, multiline=True):
        raise click.BadParameter(f"Use plain text of at most {REASON_LENGTH} characters.")
    return text


NUMBER = click.argument("number", type=click.IntRange(1, 2**31 - 1))
NOTE = click.option("--note", default="", callback=_note, help="A note to the person who asked.")
YES = click.option("--yes", is_flag=True, help=YES_HELP)


@click.command("approvals")
@with_appcontext
def approvals() -> None:
    """List requests that need approval by a second person."""
    found = pending_requests(now := utc_now())
    names = names_with_addresses(request.requested_by for request in found)
    with locale_context("en"):
        for request in found:
            others = approvers_of(operation_of(request), request.requested_by)
            approvers = ", ".join(member.email for member in others) or "none; use `staff approve`"
            click.echo(
                f"{request.id}  {request_title(request)}  (requested by {names.get(request.requested_by)},"
                f" expires {open_until(request, now):%Y-%m-%d %H:%M} UTC, approvers: {approvers})"
            )
    if not found:
        click.echo("There are no pending requests.")


@click.command("approve")
@NUMBER
@NOTE
@YES
@with_appcontext
def approve(number: int, note: str, yes: bool) -> None:
    """Show and approve a request as the second person.

    `staff approvals` lists the requests with their NUMBER.
    """
    ensure_email_key()
    _show(number)
    if not yes:
        click.confirm("Approve this request?", abort=True)
    approve_request(number, by=None, note=note, now=utc_now())
    click.echo(f"Request {number} approved. The person who asked will get an email.")


@click.command("decline")
@NUMBER
@NOTE
@YES
@with_appcontext
def decline(number: int, note: str, yes: bool) -> None:
    """Show and decline a request as the second person.

    `staff approvals` lists the requests with their NUMBER.
    """
    ensure_email_key()
    _show(number)
    if not yes:
        click.confirm("Decline this request?", abort=True)
    decline_request(number, by=None, note=note, now=utc_now())
    click.echo(f"Request {number} declined. The person who asked will get an email.")


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
    texts = [
        f"  {language_here(text.locale)}: {text.subject}\n\n{mail_text(text.body)}\n"
        for text in texts_to_read(operation)
    ]
    return [
        f"Request {request.id}: {request_title(request)}",
        *facts,
        *texts,
        f"  {WARNINGS[request.kind]}",
        f"  Requested by {asker} on {request.requested_at:%Y-%m-%d %H:%M} UTC: {request.reason}",
    ]
