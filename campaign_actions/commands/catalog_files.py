"""The command `translations`: catalogs as files, for who works with Poedit, Weblate or a text editor."""

from pathlib import Path

import click
from flask.cli import AppGroup

from campaign_actions.catalogs.files.compiler import compile_po
from campaign_actions.catalogs.files.headers import is_same_language
from campaign_actions.catalogs.files.interface import interface_messages
from campaign_actions.catalogs.files.issue_messages import report_lines
from campaign_actions.catalogs.files.layout import (
    catalog_in,
    catalogs_in,
    tag_by_folder,
    tag_by_name,
)
from campaign_actions.catalogs.files.other_language import refuse_other_language
from campaign_actions.catalogs.files.po import NotReadable
from campaign_actions.catalogs.files.sync import (
    Messages,
    begin_catalog,
    renew_catalog,
    renew_template,
)
from campaign_actions.catalogs.files.validate import Checked, check_file
from campaign_actions.catalogs.store.repository import Catalog, campaign_catalog, interface
from campaign_actions.catalogs.workflow.incoming import is_xliff, parse_upload, read_metadata
from campaign_actions.catalogs.workflow.progress import Share, count_by_area
from campaign_actions.commands.params import (
    Language,
    campaign_told,
    check_not_source,
    language_told,
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
@click.argument("locale", type=Language())
@in_folder
def add(locale: str, folder: Path | None) -> None:
    """Begin the catalog of a language."""
    file = catalog_in(_to_write(folder), locale)
    if file.exists():
        raise click.ClickException(f"{language_name(locale)} is there already: {_shown(file)}.")
    begin_catalog(file, locale, interface_messages())
    click.echo(f"{language_name(locale)}: translate {_shown(file)} with Poedit or any editor.")
    click.echo("Then see what `translations check` and `translations stats` say.")


@translations.command("update")
@click.argument("locales", nargs=-1, type=Language(), metavar="[LOCALE]...")
@in_folder
def update(locales: tuple[str, ...], folder: Path | None) -> None:
    """Bring catalogs up to date with the program; in a checkout, with its source.

    Translations of a source that has changed are kept, marked `fuzzy`.
    """
    folder = _to_write(folder)
    messages = _fresh_messages()
    there = catalogs_in(folder)
    for locale in locales:
        if locale not in there:
            raise click.ClickException(f"There is no catalog for {locale}: `translations add`.")
    for tag in locales or there:
        _update(there[tag], tag, messages)


@translations.command("compile")
@in_folder
def compile_all(folder: Path | None) -> None:
    """Make what the program reads. What has a fault is left out: its source is shown."""
    for tag, file in catalogs_in(_to_write(folder)).items():
        compiled, checked = compile_po(file.read_bytes(), tag=tag, messages=interface_messages())
        file.with_suffix(".mo").write_bytes(compiled)
        _tell(checked, file, tag)
        click.echo(f"{tag}: {len(checked.translations)} messages.")


@translations.command("check")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--locale", type=Language(may_be_source=True), help="The language, if the file does not say it."
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
        data = file.read_bytes()
        slug, language = read_metadata(data)
        catalog = _catalog(slug)
        tag = locale or _tag_of(file, language)
        check_not_source(catalog, tag)
        checked = _checked(data, catalog, tag, is_compiled=file.suffix == ".mo")
        _tell(checked, file, tag)
        refused += len(checked.refusals)
    if refused:
        click.echo(f"Refused: {refused}.", err=True)
        context.exit(1)


@translations.command("stats")
@in_folder
def stats(folder: Path | None) -> None:
    """How much is translated, in per cent, of what the public needs and of what staff see."""
    messages = interface_messages()
    areas = sorted({message.area for message in messages}, key=lambda area: (area == "staff", area))
    click.echo("".join(f"{title:>9}" for title in ("", *areas, "all", "stale", "refused")))
    for tag, file in catalogs_in(folder or paths.TRANSLATIONS).items():
        checked = check_file(file.read_bytes(), tag=tag, messages=messages, is_compiled=False)
        shares = count_by_area(messages, checked.translations)
        total = Share(len(checked.translations), len(messages))
        stale = sum(doubt.fault.code == "fuzzy" for doubt in checked.doubts)
        row = [f"{share.percent} %" for share in (*(shares[area] for area in areas), total)]
        click.echo("".join(f"{cell:>9}" for cell in (tag, *row, stale, len(checked.refusals))))


def _catalog(slug: str) -> Catalog:
    """The program's own words, unless the file says that it is of a campaign."""
    campaign = campaign_told(slug)
    return (campaign and campaign_catalog(campaign.id)) or interface()


def _checked(data: bytes, catalog: Catalog, tag: str, *, is_compiled: bool) -> Checked:
    if catalog.campaign_id or is_xliff(data):
        return parse_upload(data, catalog, tag)
    checked = check_file(data, tag=tag, messages=catalog.messages, is_compiled=is_compiled)
    refuse_other_language(checked, catalog.messages, tag)
    return checked


def _fresh_messages() -> Messages:
    """In a checkout the template is made anew; elsewhere it is what ships."""
    if not paths.IS_CHECKOUT:
        return interface_messages()
    return renew_template(paths.CHECKOUT, paths.TRANSLATIONS)


def _update(file: Path, tag: str, messages: Messages) -> None:
    try:
        done = renew_catalog(file, tag, messages)
    except NotReadable as error:
        raise click.ClickException(f"{_shown(file)}: {error}") from None
    click.echo(f"{tag}: {done.new} new, {done.stale} to look at again, {done.gone} gone.")


def _to_write(folder: Path | None) -> Path:
    if folder is None and not paths.IS_CHECKOUT:
        raise click.ClickException(
            "The catalogs of an installed program are read-only: name your own --folder."
        )
    return folder or paths.TRANSLATIONS


def _tag_of(file: Path, language: str) -> str:
    """The language of a file; `language`: what its header names."""
    if tag := tag_by_folder(file):
        return tag
    told, by_name = language_told(language), tag_by_name(file)
    if told and by_name and not is_same_language(told, by_name):
        click.echo(
            f"{_shown(file)}: Checked as {language_name(told)}, since its header says so;"
            f" its name says {language_name(by_name)}."
        )
    tag = told or by_name
    if tag is None:
        raise click.ClickException(
            f"Neither the header nor the name of {_shown(file)} says in which language it is."
            " Use --locale."
        )
    return tag


def _tell(checked: Checked, file: Path, tag: str) -> None:
    for line in report_lines(checked, file=_shown(file), tag=tag):
        click.echo(line)


def _shown(file: Path) -> str:
    """As short as one can name it from here."""
    here = Path.cwd()
    return str(file.relative_to(here) if file.is_relative_to(here) else file)
