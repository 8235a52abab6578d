"""Normalises and checks what people type: any script, but no characters that deceive readers."""

import unicodedata

import regex

from campaign_actions.core.i18n.bidi import ISOLATES, unpaired_isolates

BIDI_OVERRIDES = {*"\u202a\u202b\u202c\u202d\u202e"}
BIDI_CONTROLS = BIDI_OVERRIDES | {*ISOLATES}
LINE_BREAKS = {*"\n\t"}
NOT_DECODED = "\ufffd"  # in place of bytes that were not UTF-8

# Stripped at both ends: Unicode's white space, but no other control characters
WHITE_SPACE = "\n\t" + "".join(
    character
    for character in map(chr, range(0x3001))
    if character.isspace() and unicodedata.category(character) != "Cc"
)

IGNORABLE = regex.compile(r"\p{Default_Ignorable_Code_Point}+")
# The Chinese and Japanese full stop does not end a sentence between letters of other scripts
OTHER_LETTER = r"[[\p{L}\p{M}\p{N}]--[\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}ー]]"
IDEOGRAPHIC_STOP = regex.compile(rf"(?V1)(?<={OTHER_LETTER})。(?={OTHER_LETTER})")


def fold_url_text(text: str) -> str:
    """Text as browsers read a URL: compatibility forms are folded, and IDNA full stops are dots.

    A full-width colon, as in Chinese sentences, gets a space after it: no URL begins there.
    """
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", IGNORABLE.sub("", text).replace("\uff1a", ": "))
    return IDEOGRAPHIC_STOP.sub(".", plain)


def normalize_text(text: str) -> str:
    """Unicode NFC, LF line ends, no white space at the ends; otherwise as typed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text).strip(WHITE_SPACE)


def normalize_identifier(text: str) -> str:
    """A value that is not prose: an address, a code, a search.

    Our pages put isolates around such values, and people copy them with the value.
    """
    return normalize_text(text).strip(WHITE_SPACE + ISOLATES)


def normalize_line_ends(text: str) -> str:
    """The value of a hidden field as we wrote it: browsers submit CRLF."""
    return text.replace("\r\n", "\n")


def forbidden_characters(text: str, *, multiline: bool = False) -> set[str]:
    """Control characters, lone surrogates, bidi overrides, unpaired isolates, and undecodable bytes.

    Paired isolates are allowed: they affect only the text between them.
    """
    if text.isprintable() and NOT_DECODED not in text:
        return set()  # a fast path for nearly every text
    allowed = LINE_BREAKS if multiline else set()
    found = {character for character in set(text) - allowed if _is_forbidden(character)}
    return found | unpaired_isolates(text)


def is_visible(text: str) -> bool:
    """Whether there is anything to see: a letter, a digit, punctuation or a symbol."""
    return any(unicodedata.category(character)[0] in "LNSP" for character in text)


def _is_forbidden(character: str) -> bool:
    return (
        character in BIDI_OVERRIDES
        or character == NOT_DECODED
        or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
        or ord(character) & 0xFFFE == 0xFFFE  # noncharacters
        or 0xFDD0 <= ord(character) <= 0xFDEF
    )
