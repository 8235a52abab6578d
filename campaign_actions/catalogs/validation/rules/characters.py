"""Characters that nobody sees, that turn text around, or that are written in a way of their own."""

import html
import unicodedata
from collections.abc import Iterator

import regex
from babel import Locale

from campaign_actions.core.forms.input_text import BIDI_CONTROLS, forbidden_characters
from campaign_actions.core.i18n.bidi import unpaired_isolates
from campaign_actions.core.i18n.message import Issue, Message

MARKS = {*"\u200e\u200f\u061c"}  # which way what has no direction goes: in such languages
SOFT_HYPHEN = "\u00ad"
MOST_ACCENTS = 5  # above each other on one letter
JOINED = "Arab|Syrc|Mand|Mong|Nkoo|Phag|Adlm|Rohg|Sogd"  # letters that join, or are kept apart
VIRAMA = "Deva|Beng|Guru|Gujr|Orya|Taml|Telu|Knda|Mlym|Sinh|Mymr|Khmr|Bali|Java|Newa|Tibt"
UNSPACED = "Thai|Laoo|Khmr|Mymr|Tavt|Lana|Talu"  # words end where U+200B says


def _of(scripts: str) -> str:
    return "[" + "".join(rf"\p{{Script={name}}}" for name in scripts.split("|")) + r"\p{M}]"


NEEDED = regex.compile(
    rf"(?<={_of(JOINED)}|{_of(VIRAMA)})[\u200c\u200d]"
    rf"|(?<={_of(UNSPACED)})\u200b(?={_of(UNSPACED)})"
    r"|[\p{Extended_Pictographic}\p{Emoji_Modifier}]\uFE0F?\u200d(?=\p{Extended_Pictographic})"
    r"|(?<=[\p{Emoji}])[\uFE0E\uFE0F]"
    r"|(?<=[\p{Script=Hani}])[\uFE00-\uFE02\U000E0100-\U000E01EF]"
    r"|(?<=\p{Script=Mong})[\u180b-\u180f]"
)
INVISIBLE = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]")
UNKNOWN = regex.compile(r"\p{Co}")
PILED = regex.compile(rf"\p{{M}}{{{MOST_ACCENTS + 1},}}")


def character_faults(message: Message, text: str, locale: str) -> Iterator[Issue]:
    """Also those that are written as HTML writes characters: `&#8238;`."""
    text, source = html.unescape(text), html.unescape(message.model)
    turning = (BIDI_CONTROLS & set(text) - set(source)) | unpaired_isolates(text)
    if turning:
        yield Issue("bidi", {"characters": _names(turning)})
    forbidden = forbidden_characters(text, multiline=True) - turning - set(source)
    if forbidden:
        yield Issue("control", {"characters": _names(forbidden)})
    if hidden := _hidden(text, locale) - turning - forbidden - set(source):
        yield Issue("invisible", {"characters": _names(hidden)})
    if unknown := set(UNKNOWN.findall(text)) - set(source):
        yield Issue("private", {"characters": _names(unknown)})
    if PILED.search(text):
        yield Issue("piled", {})
    if not (turning or forbidden) and not unicodedata.is_normalized("NFC", text):
        yield Issue("not_nfc", {})


def _hidden(text: str, locale: str) -> set[str]:
    allowed = {SOFT_HYPHEN} | (MARKS if _goes_left(locale) else set())
    return set(INVISIBLE.findall(NEEDED.sub("", text))) - allowed


def _goes_left(locale: str) -> bool:
    return str(Locale.parse(locale, sep="-").text_direction) == "rtl"


def _names(characters: set[str]) -> list[str]:
    return [
        f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
        for character in sorted(characters)
    ]
