"""The postcodes of each country. Their source and its licence are in postcodes.toml, beside this module.

Spaces and hyphens may be left out; written_postcode() adds them. Countries that are missing there have no
postcodes, or the source does not know them: for these none is needed, and any short text of letters and
digits is accepted. It has a digit other than 0, since people fill in 00000 or “none” where a form insists.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

SEPARATORS = re.compile(r"[\s\-‐-―.]+")
ANY = re.compile(r"(?=.*[1-9])[0-9A-Z]{2,12}")
BRITISH = {"GB", "GG", "IM", "JE"}  # the last three characters are apart, however many there are
ZIP_PLUS_FOUR = re.compile(r"(\d{5})(\d{4})", re.ASCII)
WORD_AND_NUMBER = re.compile(r"([A-Z]+)(\d+)", re.ASCII)
COUNTRY_LETTERS = re.compile(r"\(\?:([A-Z\d]+)\)\?")  # at the start of a pattern: may be left out
SOURCE = Path(__file__).with_suffix(".toml")


def is_postcode(text: str, country: str) -> bool:
    """Whether a text can be a postcode of a country, in any script’s digits and any case."""
    pattern, _example = known_postcodes().get(country, (ANY, ""))
    return pattern.fullmatch(SEPARATORS.sub("", _plain(text))) is not None


def written_postcode(text: str, country: str) -> str:
    """A postcode with the capitals, spaces and hyphens of its country; one of no known form as typed."""
    if not has_postcodes(country):
        return " ".join(_plain(text).split())
    pattern, example = known_postcodes()[country]
    code = SEPARATORS.sub("", _plain(text))
    if not pattern.fullmatch(code):
        return text
    if letters := COUNTRY_LETTERS.match(pattern.pattern):
        code = _with_letters(letters[1], code, pattern, example)
    return _separated(code, example, is_british=country in BRITISH)


def has_postcodes(country: str) -> bool:
    """Whether the source knows postcodes of a country."""
    return country in known_postcodes()


def example_postcode(country: str) -> str:
    """A postcode of the country as it is written there; empty if none is known."""
    return known_postcodes().get(country, (ANY, ""))[1]


@cache
def known_postcodes() -> Mapping[str, tuple[re.Pattern[str], str]]:
    """By country: the pattern of a postcode without separators, and an example."""
    known = tomllib.loads(SOURCE.read_text("utf-8"))
    return {country: (re.compile(form, re.ASCII), one) for country, (form, one) in known.items()}


def _with_letters(letters: str, code: str, pattern: re.Pattern[str], example: str) -> str:
    """The same with or without the letters of the country, as in the example."""
    rest = code.removeprefix(letters)
    bare = rest if pattern.fullmatch(rest) else code
    return letters + bare if example.startswith(letters) else bare


def _separated(code: str, example: str, *, is_british: bool) -> str:
    """With the separator of the example, which is at most one."""
    separator = SEPARATORS.search(example)
    if is_british and not code.startswith("BFPO"):
        return f"{code[:-3]} {code[-3:]}"
    if separator and len(code) == len(example) - 1:
        return f"{code[: separator.start()]}{separator[0]}{code[separator.start() :]}"
    if separator and (parts := WORD_AND_NUMBER.fullmatch(code)):
        return f"{parts[1]}{separator[0]}{parts[2]}"
    if parts := ZIP_PLUS_FOUR.fullmatch(code):
        return f"{parts[1]}-{parts[2]}"
    return code


def _plain(text: str) -> str:
    """Capital letters and ASCII digits."""
    digits = (
        str(unicodedata.decimal(sign)) if unicodedata.decimal(sign, None) is not None else sign
        for sign in unicodedata.normalize("NFKC", text)
    )
    return "".join(digits).upper()
