"""Where catalogs lie: one folder for each language, as gettext has it, with the template beside them."""

from pathlib import Path

from campaign_actions.core.language_tags import UnknownLanguage, file_name, read_tag

CATALOG = Path("LC_MESSAGES/messages.po")
TEMPLATE = "messages.pot"


def catalog_in(folder: Path, tag: str) -> Path:
    return folder / file_name(tag) / CATALOG


def catalogs_in(folder: Path) -> dict[str, Path]:
    """All .po files of a folder, by the tags of their languages."""
    return {tag_of(file): file for file in sorted(folder.glob(f"*/{CATALOG}"))}


def tag_of(file: Path) -> str:
    """The language of a file by its place, or by its name: uk.po. Raises UnknownLanguage."""
    is_placed = len(file.parts) >= len(CATALOG.parts) + 1 and file.parent.name == "LC_MESSAGES"
    names = [file.absolute().parts[-3]] if is_placed else []
    for name in [*names, file.stem, file.stem.rpartition(".")[2], file.stem.rpartition("-")[2]]:
        try:
            return read_tag(name)
        except UnknownLanguage:
            continue
    raise UnknownLanguage(file.stem, [])
