"""Languages by their names: what one writes to find the one that is to be added.

A language's own name is in `own_names.tsv`, as CLDR has it: to ask Babel for all of them would
take seconds, and tens of megabytes of each process.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale

from campaign_actions.core.i18n.locale import babel_locale, is_language

OWN_NAMES = Path(__file__).with_name("own_names.tsv")
MAX_RESULTS = 12  # that are shown


@dataclass(frozen=True)
class Language:
    tag: str  # BCP 47
    own_name: str
    name: str  # in the language of who looks


def find_languages(query: str, *, locale: str) -> list[Language]:
    """Languages whose name begins with what was written, then those that have it in their name.

    In the language itself, in that of who looks (`locale`), in English, or by the code.
    """
    sought = " ".join(query.split()).casefold()
    if not sought:
        return []
    names, english = _names(locale), _names("en")
    found = []
    for tag, own_name in own_names().items():
        name = names.get(tag) or english.get(tag) or own_name
        words = [text.casefold() for text in (own_name, name, english.get(tag, ""), tag)]
        if any(sought in text for text in words):
            is_first = any(text.startswith(sought) for text in words)
            found.append((not is_first, name.casefold(), Language(tag, own_name, name)))
    in_order = [language for *_order, language in sorted(found, key=lambda one: one[:2])]
    return (_by_code(query.strip(), in_order) or in_order)[:MAX_RESULTS]


def _by_code(tag: str, found: list[Language]) -> list[Language]:
    """One that has no name of its own, like sr-Latn."""
    if found or not is_language(tag):
        return []
    locale = Locale.parse(tag, sep="-")
    name = str(locale.get_display_name("en") or tag)
    return [Language(tag, locale.get_display_name(locale) or name, name)]


def name_in(tag: str, locale: str) -> str:
    """What the speakers of a language call another one."""
    return _names(locale).get(tag) or str(babel_locale(tag).get_display_name(locale) or tag)


@cache
def own_names() -> dict[str, str]:
    """What each language calls itself, by its tag."""
    lines = OWN_NAMES.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


def own_names_in_cldr() -> Iterator[tuple[str, str]]:
    """What belongs into `own_names.tsv`: every language that CLDR has numbers and plurals for."""
    for code in sorted(Locale.parse("en").languages):
        tag = code.replace("_", "-")
        if is_language(tag):
            locale = Locale.parse(tag, sep="-")
            if name := locale.get_display_name(locale):
                yield tag, name[:1].upper() + name[1:]


@cache
def _names(locale: str) -> dict[str, str]:
    languages = babel_locale(locale).languages
    return {code.replace("_", "-"): str(name) for code, name in languages.items()}
