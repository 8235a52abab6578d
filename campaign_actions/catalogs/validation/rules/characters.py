"""Characters that are invisible, reverse the direction of text, or are not composed."""

import html
import unicodedata
from collections.abc import Iterator
from functools import cache

import regex
from babel import Locale

from campaign_actions.core.forms.input_text import BIDI_CONTROLS, forbidden_characters
from campaign_actions.core.i18n.bidi import unpaired_isolates
from campaign_actions.core.i18n.message import Issue, Message

DIRECTION_MARKS = {*"\u200e\u200f\u061c"}  # allowed in languages written from right to left
SOFT_HYPHEN = "\u00ad"
MAX_STACKED_ACCENTS = 5
JOINING_SCRIPTS = "Arab|Syrc|Mand|Mong|Nkoo|Phag|Adlm|Rohg|Sogd"
VIRAMA_SCRIPTS = "Deva|Beng|Guru|Gujr|Orya|Taml|Telu|Knda|Mlym|Sinh|Mymr|Khmr|Bali|Java|Newa|Tibt"
UNSPACED_SCRIPTS = "Thai|Laoo|Khmr|Mymr|Tavt|Lana|Talu"  # U+200B marks where words end


def _letters_of(scripts: str) -> str:
    return "[" + "".join(rf"\p{{Script={name}}}" for name in scripts.split("|")) + r"\p{M}]"


MEANINGFUL_INVISIBLE = regex.compile(
    rf"(?<={_letters_of(JOINING_SCRIPTS)}|{_letters_of(VIRAMA_SCRIPTS)})[\u200c\u200d]"
    rf"|(?<={_letters_of(UNSPACED_SCRIPTS)})\u200b(?={_letters_of(UNSPACED_SCRIPTS)})"
    r"|[\p{Extended_Pictographic}\p{Emoji_Modifier}]\uFE0F?\u200d(?=\p{Extended_Pictographic})"
    r"|(?<=[\p{Emoji}])[\uFE0E\uFE0F]"
    r"|(?<=[\p{Script=Hani}])[\uFE00-\uFE02\U000E0100-\U000E01EF]"
    r"|(?<=\p{Script=Mong})[\u180b-\u180f]"
)
INVISIBLE = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]")
PRIVATE_USE = regex.compile(r"\p{Co}")
STACKED_ACCENTS = regex.compile(rf"\p{{M}}{{{MAX_STACKED_ACCENTS + 1},}}")


def character_issues(message: Message, text: str, locale: str) -> Iterator[Issue]:
    """Includes characters written as HTML references, such as `&#8238;`."""
    text, source = html.unescape(text), html.unescape(message.model)
    bidi = (BIDI_CONTROLS & set(text) - set(source)) | unpaired_isolates(text)
    if bidi:
        yield Issue("bidi", {"characters": _names(bidi)})
    forbidden = forbidden_characters(text, multiline=True) - bidi - set(source)
    if forbidden:
        yield Issue("control", {"characters": _names(forbidden)})
    if invisible := _invisible(text, locale) - bidi - forbidden - set(source):
        yield Issue("invisible", {"characters": _names(invisible)})
    if private := set(PRIVATE_USE.findall(text)) - set(source):
        yield Issue("private", {"characters": _names(private)})
    if STACKED_ACCENTS.search(text):
        yield Issue("piled", {})
    if not (bidi or forbidden) and not unicodedata.is_normalized("NFC", text):
        yield Issue("not_nfc", {})


def _invisible(text: str, locale: str) -> set[str]:
    if not INVISIBLE.search(text):
        return set()
    allowed = {SOFT_HYPHEN} | (DIRECTION_MARKS if _is_right_to_left(locale) else set())
    return set(INVISIBLE.findall(MEANINGFUL_INVISIBLE.sub("", text))) - allowed


@cache
def _is_right_to_left(locale: str) -> bool:
    return str(Locale.parse(locale, sep="-").text_direction) == "rtl"


def _names(characters: set[str]) -> list[str]:
    return [
        f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
        for character in sorted(characters)
    ]
