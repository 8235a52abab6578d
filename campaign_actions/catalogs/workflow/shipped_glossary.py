"""The glossary that ships with the program, a file for each language, and its table in the documents."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from campaign_actions.core import paths

GLOSSARY_FOLDER = paths.PACKAGE / "catalogs" / "glossary"
GLOSSARY_PAGE = paths.CHECKOUT / "docs" / "glossary.md"
COLUMNS = {"ru": "Russian", "fr": "French", "es": "Spanish", "ar": "Arabic"}  # beside English
TABLE = re.compile(r"^\| English \|.*\n(?:\|.*\n)+", re.M)


@dataclass(frozen=True)
class ShippedTerm:
    term: str  # in the source language
    translation: str
    note: str = ""


@cache
def shipped_terms(locale: str) -> Mapping[str, ShippedTerm]:
    """By the term in lower case; none for a language without a file."""
    file = GLOSSARY_FOLDER / f"{locale}.toml"
    found = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return {term.casefold(): ShippedTerm(term, **values) for term, values in found.items()}


def update_glossary_page() -> None:
    """Write the table of the shipped terms into the page in a checkout."""
    text = GLOSSARY_PAGE.read_text(encoding="utf-8")
    GLOSSARY_PAGE.write_text(TABLE.sub(lambda _former: glossary_table(), text), encoding="utf-8")


def glossary_table() -> str:
    """In Markdown: a row for each term, a column for each language. All files have the same terms."""
    languages = [shipped_terms(tag) for tag in COLUMNS]
    rows = [
        ("English", *COLUMNS.values()),
        ("---",) * (len(COLUMNS) + 1),
        *(
            (term.term, *(terms[key].translation for terms in languages))
            for key, term in languages[0].items()
        ),
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
