"""Where catalogs lie: one folder for each language, as gettext has it, with the template beside them."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from campaign_actions.core.i18n.language_tags import UnknownLanguage, gettext_name, parse_tag

CATALOG = Path("LC_MESSAGES/messages.po")
TEMPLATE = "messages.pot"


def catalog_in(folder: Path, tag: str) -> Path:
    return folder / gettext_name(tag) / CATALOG


def catalogs_in(folder: Path) -> dict[str, Path]:
    """All .po files of a folder, by the tags of their languages."""
    return _by_tag(folder.glob(f"*/{CATALOG}"))


def compiled_in(folder: Path) -> dict[str, Path]:
    """All .mo files of a folder, likewise."""
    return _by_tag(folder.glob(f"*/{CATALOG.with_suffix('.mo')}"))


def _by_tag(files: Iterable[Path]) -> dict[str, Path]:
    """Folders that are no language hold nothing of ours."""
    found = {}
    for file in sorted(files):
        with suppress(UnknownLanguage):
            found[parse_tag(file.parts[-3])] = file
    return found


def tag_of(file: Path) -> str:
    """The language of a file by its place, or by its name: uk.po. Raises UnknownLanguage."""
    is_placed = len(file.parts) >= len(CATALOG.parts) + 1 and file.parent.name == "LC_MESSAGES"
    names = [file.absolute().parts[-3]] if is_placed else []
    for name in [*names, file.stem, file.stem.rpartition(".")[2], file.stem.rpartition("-")[2]]:
        try:
            return parse_tag(name)
        except UnknownLanguage:
            continue
    raise UnknownLanguage(file.stem, [])
