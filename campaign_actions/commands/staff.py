"""The `staff` commands: members and their roles."""

import click
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask.cli import AppGroup

from campaign_actions import config
from campaign_actions.audit.log import COMMAND
from campaign_actions.campaigns.texts import campaign_ids
from campaign_actions.commands.output import count_of
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import known_locales, locales
from campaign_actions.core.security.secrets import ensure_email_key
from campaign_actions.staff import manage_members
from campaign_actions.staff.authentication.mfa_enrolment import has_factor
from campaign_actions.staff.emails import invitation_link
from campaign_actions.staff.invitations import INVITATION_LIFETIME, invite
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.permissions import ROLES
from campaign_actions.staff.queries import (
    count_members,
    find_member,
    find_member_by_id,
    grants_of,
    languages_of,
    members,
)

staff = AppGroup("staff", help="Manage staff members and their roles.")
EMAIL = click.argument("email", metavar="EMAIL")


@staff.command("add")
@EMAIL
@click.option(
    "--role",
    "roles",
    type=click.Choice(list(ROLES)),
    multiple=True,
    required=True,
    help="A role in the workspace. Repeat for more than one.",
)
@click.option(
    "--campaign",
    "slugs",
    metavar="SLUG",
    multiple=True,
    help="Limit the roles to this campaign. Repeat for more than one.",
)
@click.option(
    "--language",
    "languages",
    metavar="TAG",
    multiple=True,
    help="Limit translating and approving to this language, such as uk. Repeat for more than one.",
)
@click.option("--locale", default="", help="The language of their emails and pages.")
@click.option("--print-link", is_flag=True, help="Also print the invitation link.")
def add(
    email: str,
    roles: tuple[str, ...],
    slugs: tuple[str, ...],
    languages: tuple[str, ...],
    locale: str,
    print_link: bool,
) -> None:
    """Invite someone by email.

    The link in the email is valid for seven days. The first administrator gets all roles, so that two
    people can run the site. Roles can be changed in the workspace.
    """
    _check_arguments(email, languages, locale)
    ensure_email_key()
    campaigns = _campaigns(slugs)
    if "administrator" in roles and campaigns is None and not count_members():
        roles = tuple(ROLES)
    staff_id = invite(
        email,
        dict.fromkeys(roles, campaigns),
        languages=frozenset(languages) or None,
        locale=locale or locales()[0],
        actor=COMMAND,
        now=utc_now(),
    )
    click.echo(f"Invited {email.lower()} as {', '.join(roles)}. The email is in the outbox.")
    member = find_member_by_id(staff_id)
    if member and (print_link or current_app.config["MAIL_URL"].startswith("file:")):
        click.echo(f"Link, valid for {INVITATION_LIFETIME.days} days: {invitation_link(member)}")
        if current_app.config["PUBLIC_URL"] == config.PUBLIC_URL:
            click.echo(
                "It begins with the default of PUBLIC_URL. If people open the site elsewhere, set"
                " CAMPAIGN_ACTIONS_PUBLIC_URL to that address, and replace the beginning of the link."
            )


@staff.command("list")
def list_members() -> None:
    """List staff members with their state and roles."""
    for member in members():
        click.echo(f"{member.email}  {_state(member)}  {_roles(member)}{_languages(member)}")
    if not members():
        click.echo(
            "There are no staff members yet. To invite one, run `campaign-actions staff add EMAIL --role"
            " administrator`."
        )


@staff.command("disable")
@EMAIL
def disable(email: str) -> None:
    """Disable a staff member.

    They are logged out and can no longer log in.
    """
    member = _member(email)
    manage_members.disable_member(member, actor=COMMAND, now=utc_now())
    click.echo(f"Disabled {member.email}. They can no longer log in.")


@staff.command("enable")
@EMAIL
def enable(email: str) -> None:
    """Enable a disabled staff member.

    If they had joined, they can log in again.
    """
    member = _member(email)
    manage_members.enable_member(member, actor=COMMAND, now=utc_now())
    click.echo(f"Enabled {member.email}.")


@staff.command("reset-second-factor")
@EMAIL
def reset_second_factor(email: str) -> None:
    """Reset the second factor of a staff member.

    They set up a new one at their next login, and get an email about the reset.
    """
    ensure_email_key()
    member = _member(email)
    manage_members.reset_second_factor(member, actor=COMMAND, now=utc_now())
    click.echo(f"{member.email} no longer has a second factor. They will get an email about this.")


@staff.command("allow-codes")
@EMAIL
def allow_codes(email: str) -> None:
    """Accept codes from a staff member's authenticator app again.

    Codes are blocked after too many wrong ones.
    """
    member = _member(email)
    manage_members.allow_codes(member, actor=COMMAND, now=utc_now())
    click.echo(f"{member.email} can use codes from their authenticator app again.")


def _check_arguments(email: str, languages: tuple[str, ...], locale: str) -> None:
    """Raises BadParameter."""
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        raise click.BadParameter(
            f"{email!r} is not an email address.", param_hint="EMAIL"
        ) from None
    if locale and locale not in locales():
        raise click.BadParameter(f"Choose from {', '.join(locales())}.", param_hint="--locale")
    if unknown := [tag for tag in languages if tag not in known_locales()]:
        known = ", ".join(known_locales())
        message = f"There is no language {unknown[0]!r}. Choose from {known}."
        raise click.BadParameter(message, param_hint="--language")


def _member(email: str) -> StaffMember:
    member = find_member(email)
    if member is None:
        raise click.ClickException(f"There is no staff member with the address {email}.")
    return member


def _campaigns(slugs: tuple[str, ...]) -> frozenset[int] | None:
    """The ids of campaigns; None, which means all, if none is named."""
    found = campaign_ids(slugs)
    if missing := [slug for slug in slugs if slug not in found]:
        raise click.BadParameter(
            f"There is no campaign {missing[0]!r}. Use the slug in its address.",
            param_hint="--campaign",
        )
    return frozenset(found.values()) if slugs else None


def _state(member: StaffMember) -> str:
    if member.state != "joined":
        return member.state
    return "second factor" if has_factor(member) else "no second factor"


def _roles(member: StaffMember) -> str:
    return ", ".join(_role(*given) for given in sorted(grants_of(member).items()))


def _role(name: str, campaigns: frozenset[int] | None) -> str:
    """A role with the number of its campaigns, if it is limited to some."""
    if campaigns is None:
        return name
    return f"{name} ({count_of(len(campaigns), 'campaign')})"


def _languages(member: StaffMember) -> str:
    languages = languages_of(member)
    return "" if languages is None else f"  in {', '.join(sorted(languages))}"
