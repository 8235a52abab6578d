"""The postcodes of each country. Their source and its licence are in postcodes.toml, beside this module.

Spaces and hyphens may be left out. Countries that are missing there have no postcodes, or the source does
not know them: for these none is needed, and any short text of letters and digits is accepted. It has a
digit other than 0, since people fill in 00000 or “none” where a form insists.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

SEPARATORS = re.compile(r"[\s\-‐-―.]+")
ANY = re.compile(r"(?=.*[1-9])[0-9A-Z]{2,12}")
SOURCE = Path(__file__).with_suffix(".toml")


def is_postcode(text: str, country: str) -> bool:
    """Whether a text can be a postcode of a country, in any script’s digits and any case."""
    pattern, _example = known_postcodes().get(country, (ANY, ""))
    return pattern.fullmatch(SEPARATORS.sub("", _plain(text))) is not None


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


def _plain(text: str) -> str:
    """Capital letters and ASCII digits."""
    digits = (
        str(unicodedata.decimal(sign)) if unicodedata.decimal(sign, None) is not None else sign
        for sign in unicodedata.normalize("NFKC", text)
    )
    return "".join(digits).upper()
