"""The commands `translations export|import`, which exchange files with the database."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import click
from flask import current_app
from flask.cli import with_appcontext

from campaign_actions.campaigns.models import Campaign
from campaign_actions.catalogs.files.file_issue_texts import plan_lines
from campaign_actions.catalogs.files.parse import MAX_BYTES, parse
from campaign_actions.catalogs.files.xliff.write import write_xliff
from campaign_actions.catalogs.languages import LanguageExists, add_language
from campaign_actions.catalogs.workflow.export import export_catalog, write_po
from campaign_actions.catalogs.workflow.import_file import apply_plan, check_file
from campaign_actions.catalogs.workflow.import_plan import ImportPlan, plan_import
from campaign_actions.catalogs.workflow.translation_approvals import APPROVAL, PRIVACY
from campaign_actions.commands.params import (
    CampaignParam,
    LanguageParam,
    StaffParam,
    campaign_named_by_file,
    catalog_of,
    check_not_source,
    check_permission,
    language_named_by_file,
)
from campaign_actions.core.atomic_files import atomic_file
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.staff.models import StaffMember

FORMATS = {"po": write_po, "xliff": write_xliff}
of_campaign = click.option(
    "--campaign",
    type=CampaignParam(),
    help="Of this campaign; without it, the program's own words.",
)


@click.command("export")
@of_campaign
@click.option("--locale", type=LanguageParam(may_be_source=True), required=True)
@click.option(
    "--format", "format_name", type=click.Choice(list(FORMATS)), default="po", show_default=True
)
@click.option("--output", required=True, metavar="FILE|-", help="A file, or - for standard output.")
@with_appcontext
def export_command(campaign: Campaign | None, locale: str, format_name: str, output: str) -> None:
    """Write all messages of a catalog, with their translations, to a file."""
    catalog = catalog_of(campaign)
    check_not_source(catalog, locale)
    data = FORMATS[format_name](export_catalog(catalog, locale))
    if output == "-":
        sys.stdout.buffer.write(data)
        return
    with atomic_file(Path(output)) as file:
        file.write(data)
    click.echo(f"Wrote {len(catalog.messages)} messages to {output}.")


@click.command("import")
@click.argument("file", type=click.File("rb"))
@of_campaign
@click.option(
    "--locale", type=LanguageParam(may_be_source=True), help="If the file does not say it."
)
@click.option(
    "--keep", type=click.Choice(["stored"]), help="Where both were changed, what is here."
)
@click.option("--take", type=click.Choice(["uploaded"]), help="Where both were changed, the file.")
@click.option("--by", type=StaffParam(), help="The address of who translated it.")
@with_appcontext
@click.pass_context
def import_command(
    context: click.Context,
    file: BinaryIO,
    campaign: Campaign | None,
    locale: str | None,
    keep: str | None,
    take: str | None,
    by: StaffMember | None,
) -> None:
    """Import translations from a .po, .mo or XLIFF FILE.

    Lists what is refused, and what was changed both in the file and here. Exit code 1 if any of it was left.
    Texts that a second person approves need --by, so that nobody approves their own.
    """
    if keep and take:
        raise click.UsageError("Say --keep stored or --take uploaded, not both.")
    parsed = parse(file.read(MAX_BYTES + 1))
    catalog = catalog_of(campaign or campaign_named_by_file(parsed.campaign))
    locale = locale or language_named_by_file(parsed.language)
    if locale is None:
        raise click.ClickException("The file does not say which language this is: --locale.")
    check_not_source(catalog, locale)
    plan = plan_import(check_file(parsed, catalog, locale), catalog)
    _check_author(plan, by)
    accepted = [item.message.key for item in plan.conflicts] if take else []
    count = _apply(plan, accepted, by)
    for line in plan_lines(plan, file=file.name, accepted=accepted):
        click.echo(line)
    click.echo(f"Taken: {count}. Here already: {plan.same}. {_left(plan, accepted)}".rstrip())
    if plan.issues or (plan.conflicts and not keep and not take):
        context.exit(1)


COMMANDS = (export_command, import_command)


def _check_author(plan: ImportPlan, by: StaffMember | None) -> None:
    """Raises ClickException if `by` may not translate this, or if an author is needed and not named."""
    if by:
        check_permission(by, "translate", plan.locale, plan.catalog.name)
        return
    messages = [item.message for item in (*plan.new, *plan.conflicts)]
    is_needed = APPROVAL in current_app.config["LOCALE_NEEDS"]
    if is_needed and any(message.area == PRIVACY for message in messages):
        raise click.ClickException(
            "The file has words of the privacy page, which somebody else than their translator"
            " approves. Say who translated it: --by EMAIL."
        )


def _apply(plan: ImportPlan, accepted: list[str], by: StaffMember | None) -> int:
    if plan.new and plan.catalog.campaign_id is None and plan.locale not in known_locales():
        with suppress(LanguageExists):  # someone else has added it
            add_language(plan.locale, by=None, now=utc_now())
    return apply_plan(
        plan, accepted=accepted, how="command", staff_id=by.id if by else None, now=utc_now()
    )


def _left(plan: ImportPlan, accepted: list[str]) -> str:
    """What was not imported, in numbers."""
    counts = {
        "Changed here, too, and left": len(plan.conflicts) - len(accepted),
        "Not looked at (fuzzy)": plan.fuzzy,
        "Of texts that are no more": len(plan.unknown),
        "Refused": len(plan.issues),
    }
    return " ".join(f"{what}: {count}." for what, count in counts.items() if count)
