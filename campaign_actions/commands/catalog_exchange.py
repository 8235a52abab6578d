"""The commands `translations export` and `import`, which exchange files with the database."""

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
from campaign_actions.commands.output import BY_HELP, FORMAT_HELP, OUTPUT_HELP, count_of
from campaign_actions.commands.params.catalogs import (
    LOCALE_OF_FILE_HELP,
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
    help="Use the texts of this campaign instead of the program's strings.",
)


@click.command("export")
@of_campaign
@click.option(
    "--locale",
    type=LanguageParam(may_be_source=True),
    required=True,
    help="The language to export, such as uk or pt-BR.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(list(FORMATS)),
    default="po",
    show_default=True,
    help=FORMAT_HELP,
)
@click.option("--output", required=True, metavar="FILE|-", help=OUTPUT_HELP)
@with_appcontext
def export_command(campaign: Campaign | None, locale: str, format_name: str, output: str) -> None:
    """Export all strings of a catalog with their translations."""
    catalog = catalog_of(campaign)
    check_not_source(catalog, locale)
    data = FORMATS[format_name](export_catalog(catalog, locale))
    exported = f"Exported {count_of(len(catalog.messages), 'string')}"
    if output == "-":
        sys.stdout.buffer.write(data)
        click.echo(f"{exported} to standard output.", err=True)
        return
    with atomic_file(Path(output)) as file:
        file.write(data)
    click.echo(f"{exported} to {output}.")


@click.command("import")
@click.argument("file", type=click.File("rb"))
@of_campaign
@click.option("--locale", type=LanguageParam(may_be_source=True), help=LOCALE_OF_FILE_HELP)
@click.option(
    "--keep",
    type=click.Choice(["stored"]),
    help="Resolve conflicts by keeping the stored translations.",
)
@click.option(
    "--take", type=click.Choice(["uploaded"]), help="Resolve conflicts by taking those in the file."
)
@click.option("--by", type=StaffParam(), help=BY_HELP)
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
    """Import translations from a .po, .mo or XLIFF file.

    Lists translations that were refused, and conflicts: strings that were changed in the file and here.
    The exit code is 1 if any of them were not imported.

    Strings of the privacy page need --by, so that no one can approve their own translation.
    """
    if keep and take:
        raise click.UsageError("Use --keep stored or --take uploaded, not both.")
    parsed = parse(file.read(MAX_BYTES + 1))
    catalog = catalog_of(campaign or campaign_named_by_file(parsed.campaign))
    locale = locale or language_named_by_file(parsed.language)
    if locale is None:
        raise click.ClickException("The file does not name its language. Use --locale.")
    check_not_source(catalog, locale)
    plan = plan_import(check_file(parsed, catalog, locale), catalog)
    _check_author(plan, by)
    accepted = [item.message.key for item in plan.conflicts] if take else []
    count = _apply(plan, accepted, by)
    for line in plan_lines(plan, file=file.name, accepted=accepted):
        click.echo(line)
    click.echo(f"Imported: {count:,}. Unchanged: {plan.same:,}. {_left(plan, accepted)}".rstrip())
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
            "Strings of the privacy page must be approved by someone other than the translator. Nothing was"
            " imported. Name the translator with --by EMAIL."
        )


def _apply(plan: ImportPlan, accepted: list[str], by: StaffMember | None) -> int:
    if plan.new and plan.catalog.campaign_id is None and plan.locale not in known_locales():
        with suppress(LanguageExists):  # someone else has added it
            add_language(plan.locale, by=None, now=utc_now())
    return apply_plan(
        plan, accepted=accepted, how="command", staff_id=by.id if by else None, now=utc_now()
    )


def _left(plan: ImportPlan, accepted: list[str]) -> str:
    """Print how much was not imported."""
    counts = {
        "Conflicts, not imported": len(plan.conflicts) - len(accepted),
        "Fuzzy, not imported": plan.fuzzy,
        "No longer in the catalog": len(plan.unknown),
        "Refused": len(plan.issues),
    }
    return " ".join(f"{what}: {count:,}." for what, count in counts.items() if count)
