"""Telephone numbers in one form. Their source and its licence are in telephone_numbers.toml, beside it.

A number is left as typed rather than given the code of the wrong country: someone who lives in Germany may
type a Russian number. So it needs the code of a country, or the prefix of calls within the chosen country.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".toml")
ABROAD = "00"  # before the code of a country, in most countries


@dataclass(frozen=True)
class NumberPlan:
    """`national`: a number with its prefix of calls within the country. `after_code`: with or without it."""

    code: str
    national: re.Pattern[str]
    after_code: re.Pattern[str]
    example: str


def e164_number(text: str, country: str) -> str:
    """Like +447400123456, for a number of this country or with the code of any; else the text itself."""
    digits = digits_of(text)
    if text.startswith("+"):
        return _with_code(digits) or f"+{digits}"
    if plan := _plans().get(country):
        for other in (plan, *(one for one in _plans().values() if one.code == plan.code)):
            if match := other.national.fullmatch(digits):
                return f"+{plan.code}{match[1]}"
        if digits.startswith(plan.code) and (number := _with_code(digits)):
            return number
    return (digits.startswith(ABROAD) and _with_code(digits.removeprefix(ABROAD))) or text


def example_number(country: str) -> str:
    """A number with the code of the country, as it is written; empty if none is known."""
    plan = _plans().get(country)
    return f"+{plan.code} {plan.example}" if plan else ""


def digits_of(text: str) -> str:
    """Its digits of any script, as those of ASCII."""
    values = (unicodedata.decimal(sign, None) for sign in text)
    return "".join(str(value) for value in values if value is not None)


def _with_code(digits: str) -> str:
    """A number that begins with the code of a country; empty if there is none of this kind."""
    for plan in _plans().values():
        rest = digits.removeprefix(plan.code)
        if rest != digits and (match := plan.after_code.fullmatch(rest)):
            return f"+{plan.code}{match[1]}"
    return ""


@cache
def _plans() -> Mapping[str, NumberPlan]:
    """By country."""
    known = tomllib.loads(SOURCE.read_text("utf-8"))
    return {
        country: NumberPlan(
            code,
            re.compile(f"(?:{prefix})({pattern})"),
            re.compile(f"(?:{prefix})?({pattern})"),
            example,
        )
        for country, (code, prefix, pattern, example) in known.items()
    }
