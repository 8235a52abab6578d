"""The `staff` commands: members and their roles."""

from typing import Any

import click
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask.cli import AppGroup

from campaign_actions.audit.log import COMMAND
from campaign_actions.campaigns.texts import campaign_ids
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import known_locales, locales
from campaign_actions.core.security.secrets import ensure_email_key
from campaign_actions.staff import administration
from campaign_actions.staff.authentication.mfa_enrolment import has_factor
from campaign_actions.staff.emails import invitation_link
from campaign_actions.staff.invitations import INVITATION_LIFETIME, invite
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.permissions import ROLES
from campaign_actions.staff.queries import (
    find_member,
    find_member_by_id,
    grants_of,
    languages_of,
    members,
)

staff = AppGroup("staff", help="The people who work here, and their roles.")
EMAIL = click.argument("email", metavar="EMAIL")


@staff.command("add")
@EMAIL
@click.option(
    "--role",
    "roles",
    type=click.Choice(list(ROLES)),
    multiple=True,
    required=True,
    help="Repeat for more.",
)
@click.option(
    "--campaign",
    "slugs",
    metavar="SLUG",
    multiple=True,
    help="Limit the roles to it. Repeat for more.",
)
@click.option(
    "--language",
    "languages",
    metavar="TAG",
    multiple=True,
    help="Limit translating and approving to it, like uk. Repeat for more.",
)
@click.option("--locale", default="", help="The language of their mails and pages.")
@click.option("--print-link", is_flag=True, help="Print the link of the invitation, too.")
def add(
    email: str,
    roles: tuple[str, ...],
    slugs: tuple[str, ...],
    languages: tuple[str, ...],
    locale: str,
    print_link: bool,
) -> None:
    """Invite somebody: they get a link by mail, good for seven days."""
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        raise click.BadParameter(f"{email!r} is no e-mail address.", param_hint="EMAIL") from None
    if locale and locale not in locales():
        raise click.BadParameter(f"choose from {', '.join(locales())}.", param_hint="--locale")
    if strange := [tag for tag in languages if tag not in known_locales()]:
        known = ", ".join(known_locales())
        message = f"nobody has begun {strange[0]!r}; there are {known}."
        raise click.BadParameter(message, param_hint="--language")
    ensure_email_key()
    campaigns = _campaigns(slugs)
    staff_id = invite(
        email,
        dict.fromkeys(roles, campaigns),
        languages=frozenset(languages) or None,
        locale=locale or locales()[0],
        actor=COMMAND,
        now=utc_now(),
    )
    click.echo(f"Invited {email.lower()} as {', '.join(roles)}; the mail is in the outbox.")
    member = find_member_by_id(staff_id)
    if member and (print_link or current_app.config["MAIL_URL"].startswith("file:")):
        click.echo(f"The link, good for {INVITATION_LIFETIME.days} days: {invitation_link(member)}")


@staff.command("list")
def list_members() -> None:
    """Show who works here, and how they stand."""
    for member in members():
        click.echo(f"{member.email}  {_state(member)}  {_roles(member)}{_languages(member)}")
    if not members():
        click.echo("Nobody works here yet: `staff add EMAIL --role administrator`.")


@staff.command("disable")
@EMAIL
def disable(email: str) -> None:
    """Let somebody in no more, and end their sessions."""
    member = _member(email)
    administration.disable_member(member, actor=COMMAND, now=utc_now())
    click.echo(f"{member.email} cannot log in any more.")


@staff.command("enable")
@EMAIL
def enable(email: str) -> None:
    """Let somebody in again who was disabled."""
    member = _member(email)
    administration.enable_member(member, actor=COMMAND, now=utc_now())
    click.echo(f"{member.email} can log in again.")


@staff.command("reset-second-factor")
@EMAIL
def reset_second_factor(email: str) -> None:
    """For who has lost their phone and the recovery codes; they set up a new one at the next log-in."""
    ensure_email_key()
    member = _member(email)
    administration.reset_second_factor(member, actor=COMMAND, now=utc_now())
    click.echo(f"{member.email} has no second factor any more, and was told by mail.")


@staff.command("allow-codes")
@EMAIL
def allow_codes(email: str) -> None:
    """Let somebody type codes of their app again, though there were too many wrong ones."""
    member = _member(email)
    administration.allow_codes(member, actor=COMMAND, now=utc_now())
    click.echo(f"{member.email} can type codes again.")


def _member(email: str) -> StaffMember:
    member = find_member(email)
    if member is None:
        raise click.ClickException(f"Nobody here has the address {email}.")
    return member


def _campaigns(slugs: tuple[str, ...]) -> frozenset[int] | None:
    """The ids of campaigns; None (all) if none is named."""
    found = campaign_ids(slugs)
    if missing := [slug for slug in slugs if slug not in found]:
        raise click.BadParameter(f"there is no campaign {missing[0]!r}.", param_hint="--campaign")
    return frozenset(found.values()) if slugs else None


def _state(member: StaffMember) -> str:
    if not member.active:
        return "disabled"
    if not member.password:
        return "invited"
    return "second factor" if has_factor(member) else "no second factor"


def _roles(member: StaffMember) -> str:
    def words(role: str, campaigns: Any) -> str:
        number = (
            "" if campaigns is None else f" ({len(campaigns)} campaign{'s'[: len(campaigns) != 1]})"
        )
        return f"{role}{number}"

    return ", ".join(words(*given) for given in sorted(grants_of(member).items()))


def _languages(member: StaffMember) -> str:
    languages = languages_of(member)
    return "" if languages is None else f"  in {', '.join(sorted(languages))}"
