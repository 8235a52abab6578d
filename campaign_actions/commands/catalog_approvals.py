"""The commands `translations consent|approve`, for texts that a second person approves."""

from typing import TextIO

import click
from flask import current_app
from flask.cli import with_appcontext

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.forms import CONSENT_LENGTH
from campaign_actions.actions.kinds import KINDS
from campaign_actions.audit.log import COMMAND
from campaign_actions.catalogs.files.interface_messages import messages_in_area
from campaign_actions.catalogs.store.repository import INTERFACE
from campaign_actions.catalogs.workflow.translation_approvals import (
    APPROVAL,
    PRIVACY,
    approve_consent,
    approve_privacy,
    consent_drafts,
    propose_consent,
    unapproved_translations,
)
from campaign_actions.commands.output import BY_HELP, YES_HELP, count_of
from campaign_actions.commands.params.catalogs import LanguageParam, StaffParam, check_permission
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.errors import DomainError
from campaign_actions.core.forms.input_text import forbidden_characters, normalize_text
from campaign_actions.core.i18n.locale import language_name
from campaign_actions.staff.models import StaffMember

PUBLISHED = (
    "Published version {version} of the {kind} consent text. From now on, people agree to"
    " this version."
)


@click.command("consent")
@click.argument("locale", type=LanguageParam(may_be_source=True))
@click.argument("file", type=click.File(encoding="utf-8", errors="replace", lazy=True))
@click.option(
    "--kind", type=click.Choice(list(KINDS)), required=True, help="For which kind of action."
)
@click.option("--by", type=StaffParam(), required=True, help=BY_HELP)
@with_appcontext
def consent(locale: str, file: TextIO, kind: str, by: StaffMember) -> None:
    """Propose a consent text for a kind of action.

    FILE contains the text. It is published once someone else has approved it with `translations approve`.
    """
    check_permission(by, "translate", locale, INTERFACE)
    body = normalize_text(file.read())
    if not body or len(body) > CONSENT_LENGTH or forbidden_characters(body, multiline=True):
        raise click.ClickException(
            f"This is not a consent text. Use plain text of at most {CONSENT_LENGTH} characters. Nothing was"
            " changed."
        )
    if APPROVAL not in current_app.config["LOCALE_NEEDS"]:
        version = publish_consent(kind, locale, body, now=utc_now(), actor=COMMAND)
        click.echo(PUBLISHED.format(kind=kind, version=version))
        return
    propose_consent(kind, locale, body, by=by, now=utc_now(), actor=COMMAND)
    click.echo(
        "Consent text proposed. Someone else must now approve it with `campaign-actions translations"
        " approve`."
    )


@click.command("approve")
@click.argument("locale", type=LanguageParam(may_be_source=True))
@click.option("--by", type=StaffParam(), required=True, help=BY_HELP)
@click.option("--yes", is_flag=True, help=YES_HELP)
@with_appcontext
def approve(locale: str, by: StaffMember, yes: bool) -> None:
    """Show and approve the consent texts and the privacy page.

    Only what needs approval is shown. It must be approved by someone other than its author.
    """
    check_permission(by, "review", locale, INTERFACE)
    drafts, translations = consent_drafts(locale), unapproved_translations(locale)
    if not drafts and not translations:
        click.echo("There is nothing to approve.")
        return
    seen_forms = {row.key: row.forms for row in translations}
    seen_drafts = {kind: draft.body for kind, draft in drafts.items()}
    _show(seen_drafts, seen_forms)
    if not yes:
        click.confirm(f"Publish this in {language_name(locale)}?", abort=True)
    try:
        for kind, seen in seen_drafts.items():
            version = approve_consent(kind, locale, seen=seen, by=by, now=utc_now(), actor=COMMAND)
            click.echo(PUBLISHED.format(kind=kind, version=version))
        number = approve_privacy(locale, seen_forms, by=by, now=utc_now(), actor=COMMAND)
    except DomainError as error:
        raise click.ClickException(str(error.message)) from None
    click.echo(f"Approved {count_of(number, 'string')} of the privacy page.")


COMMANDS = (consent, approve)


def _show(drafts: dict[str, str], translations: dict[str, list[str]]) -> None:
    for kind, body in drafts.items():
        click.echo(f"Consent text for a {kind}:\n\n{body}\n")
    messages = messages_in_area(PRIVACY)
    for key, forms in translations.items():
        click.echo(f"{messages[key].source}\n  -> {' | '.join(forms)}\n")
