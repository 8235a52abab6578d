"""What people may type: every script as they typed it, nothing that tricks a reader or a program."""

import unicodedata

import regex

from campaign_actions.core.i18n.bidi import ISOLATES, unpaired_isolates

BIDI_OVERRIDES = {*"\u202a\u202b\u202c\u202d\u202e"}
BIDI_CONTROLS = BIDI_OVERRIDES | {*ISOLATES}
LINE_BREAKS = {*"\n\t"}
NOT_DECODED = "\ufffd"  # stands where bytes were no UTF-8

# What is taken off at both ends: the white space of Unicode, but no other control characters
AROUND = "\n\t" + "".join(
    character
    for character in map(chr, range(0x3001))
    if character.isspace() and unicodedata.category(character) != "Cc"
)

IGNORABLE = regex.compile(r"\p{Default_Ignorable_Code_Point}+")
# The full stop of Chinese and Japanese ends no sentence between two letters of other scripts
OTHER_LETTER = r"[[\p{L}\p{M}\p{N}]--[\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}ー]]"
IDEOGRAPHIC_STOP = regex.compile(rf"(?V1)(?<={OTHER_LETTER})。(?={OTHER_LETTER})")


def as_resolved(text: str) -> str:
    """As browsers read an address: compatible forms are one, every full stop of IDNA is a dot.

    The wide colon of Chinese sentences stays apart from what follows: it begins no address.
    """
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", IGNORABLE.sub("", text).replace("\uff1a", ": "))
    return IDEOGRAPHIC_STOP.sub(".", plain)


def tidy(text: str) -> str:
    """Unicode NFC, LF line ends, no white space around it; otherwise as typed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text).strip(AROUND)


def bare(text: str) -> str:
    """What is no wording: an address, a code, a search. Our pages put isolates around such values, and
    who copies one from a page copies them with it.
    """
    return tidy(text).strip(AROUND + ISOLATES)


def with_line_feeds(text: str) -> str:
    """A hidden field as it was made: browsers send line breaks in their own way."""
    return text.replace("\r\n", "\n")


def forbidden_characters(text: str, *, multiline: bool = False) -> set[str]:
    """Control characters, lone surrogates, bidi overrides, half an isolate and what could not be decoded.

    Isolates in pairs are kept as typed: they turn nothing but what is between them.
    """
    if text.isprintable() and NOT_DECODED not in text:
        return set()  # seen at once of nearly every text
    allowed = LINE_BREAKS if multiline else set()
    found = {character for character in set(text) - allowed if _is_forbidden(character)}
    return found | unpaired_isolates(text)


def is_visible(text: str) -> bool:
    """Whether there is anything to see: a letter, a figure or a sign."""
    return any(unicodedata.category(character)[0] in "LNSP" for character in text)


def _is_forbidden(character: str) -> bool:
    return (
        character in BIDI_OVERRIDES
        or character == NOT_DECODED
        or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
        or ord(character) & 0xFFFE == 0xFFFE  # noncharacters
        or 0xFDD0 <= ord(character) <= 0xFDEF
    )
