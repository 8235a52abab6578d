"""The commands `translations add|update|compile|check|stats`, which work on catalog files."""

from pathlib import Path

import click
from flask.cli import AppGroup

from campaign_actions.catalogs.files.catalog_folder import (
    catalog_in,
    catalogs_in,
    tag_by_folder,
    tag_by_name,
)
from campaign_actions.catalogs.files.compiler import compile_po, validate_po
from campaign_actions.catalogs.files.file_issue_texts import report_lines
from campaign_actions.catalogs.files.headers import is_same_language
from campaign_actions.catalogs.files.interface_messages import interface_messages
from campaign_actions.catalogs.files.parse import ParsedFile, is_xliff, parse
from campaign_actions.catalogs.files.po import PoSyntaxError
from campaign_actions.catalogs.files.sync import (
    Messages,
    create_catalog,
    update_catalog,
    update_template,
)
from campaign_actions.catalogs.files.validate_entries import FUZZY, ValidatedFile
from campaign_actions.catalogs.workflow.import_file import check_file
from campaign_actions.catalogs.workflow.progress import Share, count_by_area
from campaign_actions.commands.params import (
    LanguageParam,
    RewordedParam,
    campaign_named_by_file,
    catalog_of,
    check_not_source,
    language_named_by_file,
)
from campaign_actions.core import paths
from campaign_actions.core.i18n.locale import language_name

translations = AppGroup(
    "translations", help="Work with catalogs: of the program's own words, and of campaigns."
)
in_folder = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the catalogs lie; without it, those of the program.",
)


@translations.command("add")
@click.argument("locale", type=LanguageParam())
@in_folder
def add(locale: str, folder: Path | None) -> None:
    """Create the catalog of a language, with all messages to translate."""
    file = catalog_in(_writable_folder(folder), locale)
    if file.exists():
        raise click.ClickException(f"{language_name(locale)} is there already: {_display(file)}.")
    create_catalog(file, locale, interface_messages())
    click.echo(f"{language_name(locale)}: translate {_display(file)} with Poedit or any editor.")
    click.echo("Then see what `translations check` and `translations stats` say.")


@translations.command("update")
@click.argument("locales", nargs=-1, type=LanguageParam(), metavar="[LOCALE]...")
@in_folder
@click.option(
    "--reworded",
    type=RewordedParam(),
    help="A JSON file of old and new source texts that mean the same. Their translations stay valid.",
)
def update(locales: tuple[str, ...], folder: Path | None, reworded: dict[str, str] | None) -> None:
    """Bring catalogs up to date with the program; in a checkout, with its source code.

    If a source text has changed, its translation is kept and marked `fuzzy`.
    """
    folder = _writable_folder(folder)
    messages = _newest_messages()
    catalogs = catalogs_in(folder)
    for locale in locales:
        if locale not in catalogs:
            raise click.ClickException(f"There is no catalog for {locale}: `translations add`.")
    for tag in locales or catalogs:
        _update(catalogs[tag], tag, messages, reworded or {})


@translations.command("compile")
@in_folder
def compile_all(folder: Path | None) -> None:
    """Compile catalogs for the program. For translations that are refused, it shows the source."""
    for tag, file in catalogs_in(_writable_folder(folder)).items():
        compiled, validated = compile_po(file.read_bytes(), tag=tag, messages=interface_messages())
        file.with_suffix(".mo").write_bytes(compiled)
        _report(validated, file)
        click.echo(f"{tag}: {len(validated.translations)} messages.")


@translations.command("check")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--locale",
    type=LanguageParam(may_be_source=True),
    help="The language, if the file does not say it.",
)
@click.pass_context
def check(context: click.Context, files: tuple[Path, ...], locale: str | None) -> None:
    """See whether catalogs may be used: .po, .mo or XLIFF FILES, also of campaigns, or all of the program.

    A file is checked as the language that its header names; without one, its name, such as uk.po. In a
    folder of catalogs, as in uk/LC_MESSAGES/messages.po, the folder decides.

    Exit code 1 if anything is refused; each refusal says where, what is wrong, and what to do.
    """
    refused = 0
    for file in files or catalogs_in(paths.TRANSLATIONS).values():
        parsed = _parse(file)
        catalog = catalog_of(campaign_named_by_file(parsed.campaign))
        tag = locale or _tag_of(file, parsed.language)
        check_not_source(catalog, tag)
        # What is compiled must not begin with a byte order mark; what is imported may
        allows_bom = catalog.campaign_id is not None
        validated = check_file(parsed, catalog, tag, allows_bom=allows_bom)
        _report(validated, file)
        refused += len(validated.issues)
    if refused:
        click.echo(f"Refused: {refused}.", err=True)
        context.exit(1)


@translations.command("stats")
@in_folder
def stats(folder: Path | None) -> None:
    """Show how much of each area is translated, in per cent."""
    messages = interface_messages()
    areas = sorted({message.area for message in messages}, key=lambda area: (area == "staff", area))
    click.echo("".join(f"{title:>9}" for title in ("", *areas, "all", "stale", "refused")))
    for tag, file in catalogs_in(folder or paths.TRANSLATIONS).items():
        validated = validate_po(file.read_bytes(), tag=tag, messages=messages)
        shares = count_by_area(messages, validated.translations)
        total = Share(len(validated.translations), len(messages))
        fuzzy = sum(each.issue.code == FUZZY for each in validated.warnings)
        row = [f"{share.percent} %" for share in (*(shares[area] for area in areas), total)]
        click.echo("".join(f"{cell:>9}" for cell in (tag, *row, fuzzy, len(validated.issues))))


def _parse(file: Path) -> ParsedFile:
    """A .mo goes by its name, as the program would load it."""
    data = file.read_bytes()
    if file.suffix == ".mo":
        return parse(data, "mo")
    return parse(data, "xliff" if is_xliff(data) else "po")


def _newest_messages() -> Messages:
    """In a checkout, update the template from the source first."""
    if not paths.IS_CHECKOUT:
        return interface_messages()
    return update_template(paths.CHECKOUT, paths.TRANSLATIONS)


def _update(file: Path, tag: str, messages: Messages, reworded: dict[str, str]) -> None:
    try:
        result = update_catalog(file, tag, messages, reworded)
    except PoSyntaxError as error:
        raise click.ClickException(f"{_display(file)}: {error}") from None
    click.echo(f"{tag}: {result.new} new, {result.fuzzy} to look at again, {result.removed} gone.")


def _writable_folder(folder: Path | None) -> Path:
    if folder is None and not paths.IS_CHECKOUT:
        raise click.ClickException(
            "The catalogs of an installed program are read-only: name your own --folder."
        )
    return folder or paths.TRANSLATIONS


def _tag_of(file: Path, language: str) -> str:
    """`language`: from the header of the file, or empty. Raises ClickException if there is none."""
    if tag := tag_by_folder(file):
        return tag
    by_header, by_name = language_named_by_file(language), tag_by_name(file)
    if by_header and by_name and not is_same_language(by_header, by_name):
        click.echo(
            f"{_display(file)}: Checked as {language_name(by_header)}, since its header says so;"
            f" its name says {language_name(by_name)}."
        )
    tag = by_header or by_name
    if tag is None:
        raise click.ClickException(
            f"Neither the header nor the name of {_display(file)} says in which language it is."
            " Use --locale."
        )
    return tag


def _report(validated: ValidatedFile, file: Path) -> None:
    for line in report_lines(validated, file=_display(file)):
        click.echo(line)


def _display(file: Path) -> str:
    """Relative to the working directory if it is below it."""
    here = Path.cwd()
    return str(file.relative_to(here) if file.is_relative_to(here) else file)
