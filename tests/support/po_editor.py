"""Edits a .po file as a translator does in a program of their own."""

import re
from pathlib import Path

from campaign_actions.catalogs.files.po import read_po, sources_of
from campaign_actions.core.i18n.plurals import plural_rule
from campaign_actions.core.i18n.pseudo import NOT_TEXT

CODE = re.compile(
    rf"{NOT_TEXT.pattern}|[\w-]+\s*=\S*|\S+@\S+", NOT_TEXT.flags
)  # settings and addresses as well
LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "абцдефґгійклмнопярстувшхиз")


def fill(path: Path, tag: str, *, limit: int | None = None) -> None:
    """Translate empty messages into Cyrillic letters, at most `limit` of them."""
    file = read_po(path.read_bytes())
    count = plural_rule(tag).count
    empty = [unit for unit in file.units if not unit.istranslated() and not unit.isobsolete()]
    for unit in [unit for unit in empty if not unit.isheader()][:limit]:
        source, plural = sources_of(unit)
        text = in_letters(plural or source)
        unit.target = [text] * count if plural else text
    path.write_bytes(bytes(file))


def in_letters(text: str) -> str:
    """The text in Ukrainian letters, without changing its code."""
    kept, parts = CODE.findall(text), CODE.split(text)
    words = [part.lower().translate(LETTERS) for part in parts]
    return "".join(a + b for a, b in zip(words, [*kept, ""], strict=True))
