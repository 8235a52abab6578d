"""`translations export` and `import`: what is in the database, to translators and back."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import click
from flask import current_app
from flask.cli import with_appcontext

from campaign_actions.audit.log import COMMAND
from campaign_actions.campaigns.models import Campaign
from campaign_actions.catalogs.files.issue_messages import plan_lines
from campaign_actions.catalogs.files.validate import MOST_BYTES
from campaign_actions.catalogs.files.xliff.write import write_xliff
from campaign_actions.catalogs.languages import LanguageIsThere, begin_language
from campaign_actions.catalogs.store.repository import Catalog, campaign_catalog, interface
from campaign_actions.catalogs.workflow.approvals import APPROVAL, PRIVACY
from campaign_actions.catalogs.workflow.export import outgoing, write_po
from campaign_actions.catalogs.workflow.import_plan import Plan, apply_import, plan_import
from campaign_actions.catalogs.workflow.incoming import read_metadata
from campaign_actions.commands.params import (
    CampaignName,
    Language,
    StaffName,
    campaign_told,
    check_not_source,
    check_right,
    language_told,
)
from campaign_actions.core.atomic_files import atomic_file
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.staff.models import StaffMember

FORMATS = {"po": write_po, "xliff": write_xliff}
of_campaign = click.option(
    "--campaign", type=CampaignName(), help="Of this campaign; without it, the program's own words."
)


@click.command("export")
@of_campaign
@click.option("--locale", type=Language(may_be_source=True), required=True)
@click.option(
    "--format", "format_name", type=click.Choice(list(FORMATS)), default="po", show_default=True
)
@click.option("--output", required=True, metavar="FILE|-", help="A file, or - for standard output.")
@with_appcontext
def export_catalog(campaign: Campaign | None, locale: str, format_name: str, output: str) -> None:
    """Write a catalog in a language: all of its messages, with what is translated."""
    catalog = _catalog(campaign)
    check_not_source(catalog, locale)
    data = FORMATS[format_name](outgoing(catalog, locale))
    if output == "-":
        sys.stdout.buffer.write(data)
        return
    with atomic_file(Path(output)) as file:
        file.write(data)
    click.echo(f"Wrote {len(catalog.messages)} messages to {output}.")


@click.command("import")
@click.argument("file", type=click.File("rb"))
@of_campaign
@click.option("--locale", type=Language(may_be_source=True), help="If the file does not say it.")
@click.option(
    "--keep", type=click.Choice(["stored"]), help="Where both were changed, what is here."
)
@click.option("--take", type=click.Choice(["uploaded"]), help="Where both were changed, the file.")
@click.option("--by", type=StaffName(), help="The address of who translated it.")
@with_appcontext
@click.pass_context
def import_catalog(
    context: click.Context,
    file: BinaryIO,
    campaign: Campaign | None,
    locale: str | None,
    keep: str | None,
    take: str | None,
    by: StaffMember | None,
) -> None:
    """Take translations from a .po or XLIFF FILE; what was changed here since it was made is asked about.

    What is refused, and what was changed in both places, is listed. Exit code 1 if any of it was left.
    Words that a second person approves need --by: who wrote them does not approve them.
    """
    if keep and take:
        raise click.UsageError("Say --keep stored or --take uploaded, not both.")
    data = file.read(MOST_BYTES + 1)
    slug, language = read_metadata(data)
    catalog = _catalog(campaign or campaign_told(slug))
    locale = locale or language_told(language)
    if locale is None:
        raise click.ClickException("The file does not say which language this is: --locale.")
    check_not_source(catalog, locale)
    plan = plan_import(catalog, locale, data)
    _check_author(plan, catalog, locale, by)
    taken = [item.message.key for item in plan.conflicts] if take else []
    count = _apply(plan, catalog, locale, taken, by)
    for line in plan_lines(plan, file=file.name, tag=locale, taken=taken):
        click.echo(line)
    click.echo(f"Taken: {count}. Here already: {plan.same}. {_left(plan, taken)}".rstrip())
    if plan.refused or (plan.conflicts and not keep and not take):
        context.exit(1)


COMMANDS = (export_catalog, import_catalog)


def _check_author(plan: Plan, catalog: Catalog, locale: str, by: StaffMember | None) -> None:
    if by:
        check_right(by, "translate", locale, catalog.name)
        return
    news = [item.message for item in (*plan.new, *plan.conflicts)]
    is_needed = APPROVAL in current_app.config["LOCALE_NEEDS"]
    if is_needed and any(message.area == PRIVACY for message in news):
        raise click.ClickException(
            "The file has words of the privacy page, which somebody else than their translator"
            " approves. Say who translated it: --by EMAIL."
        )


def _apply(
    plan: Plan, catalog: Catalog, locale: str, taken: list[str], by: StaffMember | None
) -> int:
    if plan.new and catalog.campaign_id is None and locale not in known_locales():
        with suppress(LanguageIsThere):  # somebody was faster
            begin_language(locale, actor=COMMAND, staff_id=None, now=utc_now())
    return apply_import(
        plan,
        catalog,
        locale,
        take=taken,
        how="command",
        staff_id=by.id if by else None,
        now=utc_now(),
    )


def _catalog(campaign: Campaign | None) -> Catalog:
    return (campaign and campaign_catalog(campaign.id)) or interface()


def _left(plan: Plan, taken: list[str]) -> str:
    """What was not taken, in numbers."""
    counts = {
        "Changed here, too, and left": len(plan.conflicts) - len(taken),
        "Not looked at (fuzzy)": plan.fuzzy,
        "Of texts that are no more": len(plan.unknown),
        "Refused": len(plan.refused),
    }
    return " ".join(f"{what}: {count}." for what, count in counts.items() if count)
