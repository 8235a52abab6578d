"""The commands `translations add`, `update`, `compile`, `check` and `stats`, which work on catalog files."""

from collections.abc import Mapping
from pathlib import Path

import click
from flask.cli import AppGroup

from campaign_actions.catalogs.files.catalog_folder import (
    catalog_in,
    catalogs_in,
    tag_by_folder,
    tag_by_name,
)
from campaign_actions.catalogs.files.compiler import compile_po, usable_translations, validate_po
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
from campaign_actions.catalogs.workflow.shipped_glossary import update_glossary_page
from campaign_actions.commands.output import count_of
from campaign_actions.commands.params.catalogs import (
    LOCALE_OF_FILE_HELP,
    LanguageParam,
    RewordedParam,
    campaign_named_by_file,
    catalog_of,
    check_not_source,
    language_named_by_file,
)
from campaign_actions.core import paths
from campaign_actions.core.i18n.locale import language_name
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.core.proxy_pages import PROXY_PAGES_FOLDER, write_proxy_pages

translations = AppGroup("translations", help="Manage translations of the program and of campaigns.")
in_folder = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with the catalogs. By default, the program's own.",
)


@translations.command("add")
@click.argument("locale", type=LanguageParam())
@in_folder
def add(locale: str, folder: Path | None) -> None:
    """Create a catalog with all strings to translate."""
    file = catalog_in(_writable_folder(folder), locale)
    of_folder = f" --folder {folder}" if folder else ""
    if file.exists():
        raise click.ClickException(
            f"{language_name(locale)} already has a catalog: {_display(file)}."
        )
    create_catalog(file, locale, interface_messages())
    click.echo(f"Created the catalog for {language_name(locale)}: {_display(file)}.")
    click.echo(
        f"Translate it with Poedit or another editor. Then run `campaign-actions translations check"
        f" {_display(file)}` and `campaign-actions translations stats{of_folder}`."
    )


@translations.command("update")
@click.argument("locales", nargs=-1, type=LanguageParam(), metavar="[LOCALE]...")
@in_folder
@click.option(
    "--reworded",
    type=RewordedParam(),
    help="A JSON file of old and new source texts with the same meaning. Their translations are kept.",
)
def update(locales: tuple[str, ...], folder: Path | None, reworded: dict[str, str] | None) -> None:
    """Update catalogs with the current strings of the program.

    In a checkout, the strings come from the source code. If a source text has changed, its translation is
    kept and marked as fuzzy.
    """
    folder = _writable_folder(folder)
    messages = _newest_messages()
    catalogs = catalogs_in(folder) if locales else _catalogs_in(folder)
    for locale in locales:
        if locale not in catalogs:
            raise click.ClickException(
                f"There is no catalog for {locale}. To create it, run `campaign-actions translations add"
                f" {locale}`."
            )
    for tag in locales or catalogs:
        _update(catalogs[tag], tag, messages, reworded or {})
    if paths.IS_CHECKOUT and folder == paths.TRANSLATIONS:
        _update_proxy_pages(catalogs, messages)
        update_glossary_page()
        click.echo("Updated nginx's error pages and docs/glossary.md.")


@translations.command("compile")
@in_folder
def compile_all(folder: Path | None) -> None:
    """Compile catalogs for the program.

    Translations with errors are left out. The program shows their source text instead.
    """
    for tag, file in _catalogs_in(_writable_folder(folder)).items():
        compiled, validated = compile_po(file.read_bytes(), tag=tag, messages=interface_messages())
        file.with_suffix(".mo").write_bytes(compiled)
        _report(validated, file)
        click.echo(f"{tag}: {count_of(len(validated.translations), 'string')} compiled.")


@translations.command("check")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--locale",
    type=LanguageParam(may_be_source=True),
    help=LOCALE_OF_FILE_HELP,
)
@click.pass_context
def check(context: click.Context, files: tuple[Path, ...], locale: str | None) -> None:
    """Check the translations in catalogs for errors.

    FILES are .po, .mo or XLIFF files of the program or of campaigns. By default, all catalogs of the program
    are checked.

    In a folder of catalogs, such as uk/LC_MESSAGES/messages.po, the folder decides the language. For any
    other file it is the one in the header. If the header has none, the file name decides, such as uk.po.

    The exit code is 1 if a translation is refused. Each refusal says where it is, what is
    wrong and what to do.
    """
    checked, translated, refused = 0, 0, 0
    for file in files or catalogs_in(paths.TRANSLATIONS).values():
        parsed = _parse(file)
        catalog = catalog_of(campaign_named_by_file(parsed.campaign))
        tag = locale or _tag_of(file, parsed.language)
        check_not_source(catalog, tag)
        # A file to compile must not begin with a byte order mark; a file to import may
        allows_bom = catalog.campaign_id is not None
        validated = check_file(parsed, catalog, tag, allows_bom=allows_bom)
        _report(validated, file)
        checked += 1
        translated += len(validated.translations)
        refused += len(validated.issues)
    click.echo(
        f"Checked {count_of(checked, 'catalog')}. Valid translations: {translated:,}. Refused: {refused:,}.",
        err=bool(refused),
    )
    if refused:
        context.exit(1)


@translations.command("stats")
@in_folder
def stats(folder: Path | None) -> None:
    """Show the percentage translated in each area."""
    catalogs = _catalogs_in(folder or paths.TRANSLATIONS)
    messages = interface_messages()
    areas = sorted({message.area for message in messages}, key=lambda area: (area == "staff", area))
    click.echo("".join(f"{title:>9}" for title in ("", *areas, "all", "fuzzy", "refused")))
    for tag, file in catalogs.items():
        validated = validate_po(file.read_bytes(), tag=tag, messages=messages)
        shares = count_by_area(messages, validated.translations)
        total = Share(len(validated.translations), len(messages))
        fuzzy = sum(each.issue.code == FUZZY for each in validated.warnings)
        row = [f"{share.percent} %" for share in (*(shares[area] for area in areas), total)]
        click.echo("".join(f"{cell:>9}" for cell in (tag, *row, fuzzy, len(validated.issues))))


def _parse(file: Path) -> ParsedFile:
    """A .mo file is recognised by its name, as when the program loads it."""
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
    click.echo(f"{tag}: {result.new} new, {result.fuzzy} fuzzy, {result.removed} removed.")


def _update_proxy_pages(catalogs: Mapping[str, Path], messages: Messages) -> None:
    write_proxy_pages(PROXY_PAGES_FOLDER, SOURCE, {})
    for tag, file in catalogs.items():
        translations = usable_translations(file.read_bytes(), tag=tag, messages=messages)
        write_proxy_pages(PROXY_PAGES_FOLDER, tag, translations)


def _writable_folder(folder: Path | None) -> Path:
    if folder is None and not paths.IS_CHECKOUT:
        raise click.ClickException(
            "The catalogs of an installed program are read-only. Use --folder to name your own folder."
        )
    return folder or paths.TRANSLATIONS


def _catalogs_in(folder: Path) -> Mapping[str, Path]:
    """Raises ClickException if there are none: a command that did nothing must say so."""
    catalogs = catalogs_in(folder)
    if not catalogs:
        raise click.ClickException(f"There are no catalogs in {_display(folder)}.")
    return catalogs


def _tag_of(file: Path, language: str) -> str:
    """`language`: from the header of the file, or empty. Raises ClickException if there is none."""
    if tag := tag_by_folder(file):
        return tag
    by_header, by_name = language_named_by_file(language), tag_by_name(file)
    if by_header and by_name and not is_same_language(by_header, by_name):
        click.echo(
            f"{_display(file)}: Checked as {language_name(by_header)} because its header says so."
            f" Its name suggests {language_name(by_name)}."
        )
    tag = by_header or by_name
    if tag is None:
        raise click.ClickException(
            f"Neither the header nor the name of {_display(file)} says which language it is in."
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
