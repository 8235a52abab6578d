"""Finding a language by its name, to add it.

The names of languages in themselves are in `language_names.tsv`, taken from CLDR: getting them all from Babel
takes seconds, and tens of megabytes in each process.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale

from campaign_actions.core.i18n.locale import babel_locale, is_language

OWN_NAMES = Path(__file__).with_name("language_names.tsv")
MAX_RESULTS = 12


@dataclass(frozen=True)
class Language:
    tag: str  # BCP 47
    own_name: str
    name: str  # in the language of the reader


def find_languages(query: str, *, locale: str) -> list[Language]:
    """Languages whose name starts with the query, then those whose name contains it.

    The name may be in the language itself, in `locale` or in English; the tag works as well.
    """
    wanted = " ".join(query.split()).casefold()
    if not wanted:
        return []
    names, english = _names(locale), _names("en")
    found = []
    for tag, own_name in own_names().items():
        name = names.get(tag) or english.get(tag) or own_name
        names_and_tag = [text.casefold() for text in (own_name, name, english.get(tag, ""), tag)]
        if any(wanted in text for text in names_and_tag):
            starts = any(text.startswith(wanted) for text in names_and_tag)
            found.append((not starts, name.casefold(), Language(tag, own_name, name)))
    in_order = [language for *_order, language in sorted(found, key=lambda each: each[:2])]
    return in_order[:MAX_RESULTS] or _by_tag(query.strip())


def _by_tag(tag: str) -> list[Language]:
    """A variant that has no name in CLDR, such as sr-Latn."""
    if not is_language(tag):
        return []
    locale = Locale.parse(tag, sep="-")
    name = str(locale.get_display_name("en") or tag)
    return [Language(tag, locale.get_display_name(locale) or name, name)]


def name_in(tag: str, locale: str) -> str:
    """The name of a language in another one (`locale`)."""
    return _names(locale).get(tag) or str(babel_locale(tag).get_display_name(locale) or tag)


@cache
def own_names() -> dict[str, str]:
    """The name of each language in itself, by its tag."""
    lines = OWN_NAMES.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


def own_names_in_cldr() -> Iterator[tuple[str, str]]:
    """The content of `language_names.tsv`: all languages for which CLDR has numbers and plurals."""
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
