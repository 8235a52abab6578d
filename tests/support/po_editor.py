"""What a translator does to a .po in a program of their own, which is played here."""

import re
from pathlib import Path

from campaign_actions.catalogs.files.po import read_po, sources_of
from campaign_actions.core.i18n.plurals import plural_rule
from campaign_actions.core.i18n.pseudo import NOT_TEXT

CODE = re.compile(
    rf"{NOT_TEXT.pattern}|[\w-]+\s*=\S*|\S+@\S+", NOT_TEXT.flags
)  # settings and addresses as well
LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "абцдефґгійклмнопярстувшхиз")


def fill(path: Path, tag: str, *, most: int | None = None) -> None:
    """Translate what is empty, in Cyrillic letters; at most so many messages."""
    file = read_po(path.read_bytes())
    count = plural_rule(tag).count
    empty = [unit for unit in file.units if not unit.istranslated() and not unit.isobsolete()]
    for unit in [unit for unit in empty if not unit.isheader()][:most]:
        source, plural = sources_of(unit)
        text = in_letters(plural or source)
        unit.target = [text] * count if plural else text
    path.write_bytes(bytes(file))


def in_letters(text: str) -> str:
    """In Ukrainian letters, with all that has to stay."""
    kept, parts = CODE.findall(text), CODE.split(text)
    words = [part.lower().translate(LETTERS) for part in parts]
    return "".join(a + b for a, b in zip(words, [*kept, ""], strict=True))
