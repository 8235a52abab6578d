"""The folder of catalogs: one subfolder for each language, as gettext has it, and the template."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from campaign_actions.core.i18n.language_tags import UnknownLanguage, gettext_name, parse_tag

CATALOG = Path("LC_MESSAGES/messages.po")
TEMPLATE = "messages.pot"


def catalog_in(folder: Path, tag: str) -> Path:
    return folder / gettext_name(tag) / CATALOG


def catalogs_in(folder: Path) -> dict[str, Path]:
    """All .po files of a folder, by language tag."""
    return _by_tag(folder.glob(f"*/{CATALOG}"))


def compiled_in(folder: Path) -> dict[str, Path]:
    """All .mo files of a folder, by language tag."""
    return _by_tag(folder.glob(f"*/{CATALOG.with_suffix('.mo')}"))


def _by_tag(files: Iterable[Path]) -> dict[str, Path]:
    """Folders that are not named after a language are ignored."""
    found = {}
    for file in sorted(files):
        with suppress(UnknownLanguage):
            found[parse_tag(file.parts[-3])] = file
    return found


def tag_by_folder(file: Path) -> str | None:
    """The language of a catalog in its place: uk/LC_MESSAGES/messages.po."""
    folder = file.absolute().parent
    return _first_tag(folder.parent.name) if folder.name == CATALOG.parent.name else None


def tag_by_name(file: Path) -> str | None:
    """The language in the name of a file: uk.po, messages.uk.po, messages-uk.po."""
    return _first_tag(file.stem, file.stem.rpartition(".")[2], file.stem.rpartition("-")[2])


def _first_tag(*names: str) -> str | None:
    for name in names:
        with suppress(UnknownLanguage):
            return parse_tag(name)
    return None
