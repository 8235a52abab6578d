"""The options of the command `signatures export`."""

from collections.abc import Callable

import click

from campaign_actions.actions.counts.source_limit import SOURCE_PATTERN
from campaign_actions.actions.models import COUNTED
from campaign_actions.actions.personal_data.purposes import PURPOSES, TEAM
from campaign_actions.commands.output import FORMAT_HELP, OUTPUT_HELP
from campaign_actions.commands.params.signatures import (
    DayParam,
    LineParam,
    PatternParam,
    SiteLanguageParam,
)
from campaign_actions.disclosures.models import RECIPIENT_LENGTH
from campaign_actions.disclosures.presets import PRESETS
from campaign_actions.disclosures.selection import EXPORTABLE_STATUSES
from campaign_actions.exports import FORMATS

LANGUAGE = PatternParam("language", r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
COUNTRY = PatternParam("country", r"[A-Z]{2}")
SOURCE = PatternParam("source", SOURCE_PATTERN.pattern)
OPTIONS = (
    click.option(
        "--format",
        "format_name",
        type=click.Choice(list(FORMATS)),
        show_default="csv",
        help=FORMAT_HELP,
    ),
    click.option("--output", metavar="FILE|-", help=OUTPUT_HELP),
    click.option(
        "--purpose",
        type=click.Choice(list(PURPOSES)),
        show_default=TEAM.name,
        help="The purpose of the file, which determines its columns and rows.",
    ),
    click.option(
        "--preset", type=click.Choice(list(PRESETS)), help="The program that loads the file."
    ),
    click.option(
        "--recipient",
        type=LineParam(max_length=RECIPIENT_LENGTH),
        default="",
        help="The person or program that gets the file, in words.",
    ),
    click.option(
        "--from", "since_day", type=DayParam(), help="Only forms sent on this day or later."
    ),
    click.option(
        "--until", "until_day", type=DayParam(), help="Only forms sent on this day or earlier."
    ),
    click.option("--language", type=LANGUAGE, help="Only this language, such as ru."),
    click.option("--country", type=COUNTRY, help="Only this country, such as RU."),
    click.option("--source", type=SOURCE, help="Only this source."),
    click.option(
        "--status",
        type=click.Choice(EXPORTABLE_STATUSES),
        show_default=COUNTED,
        help="Only this status.",
    ),
    click.option(
        "--since",
        "base",
        type=click.IntRange(1, 2**31 - 1),
        metavar="EXPORT",
        help="Only what has changed since this export by a command, with the same choices.",
    ),
    click.option(
        "--encrypt-to", "public_key", default="", metavar="KEY", help="An age or SSH public key."
    ),
    click.option(
        "--raw", is_flag=True, help="In CSV, do not escape cells that look like formulas."
    ),
    click.option(
        "--bom", is_flag=True, help="In CSV, add a byte order mark so that Excel detects UTF-8."
    ),
    click.option(
        "--words-in",
        type=SiteLanguageParam(),
        metavar="LANGUAGE",
        help="In XLSX, write headings, countries and statuses in this language, such as ru, for people.",
    ),
    click.option(
        "--same-addressee",
        is_flag=True,
        help="Confirm that people signed for the same authority, which the petition now names differently.",
    ),
    click.option("--preview", "is_preview", is_flag=True, help="Show what would be exported."),
)


def export_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of an export, in this order."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command
