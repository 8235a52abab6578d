"""The calling codes of countries. Their source and its licence are in calling_codes.toml, beside it."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".toml")


def calling_code(country: str) -> str:
    """The code with a plus, like +44; empty if none is known."""
    return _codes().get(country, "")


@cache
def _codes() -> Mapping[str, str]:
    known = tomllib.loads(SOURCE.read_text("utf-8"))
    return {country: f"+{code}" for code, countries in known.items() for country in countries}
