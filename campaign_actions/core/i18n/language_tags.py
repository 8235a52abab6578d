"""Parses language tags as people write them (pt-BR, pt_BR, PT-br), and suggests what was meant."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages
from babel.localedata import locale_identifiers

PSEUDO_TERRITORIES = {"XA", "XB"}  # of the pseudo-locales en-XA and ar-XB


class UnknownLanguage(ValueError):
    """CLDR has no such language. `suggestions`: tags that may be meant, the likeliest first."""

    def __init__(self, text: str, suggestions: list[str]) -> None:
        super().__init__(text)
        self.text, self.suggestions = text, suggestions


def parse_tag(text: str) -> str:
    """The BCP 47 tag in its canonical form. Raises UnknownLanguage."""
    cleaned = text.strip().replace("_", "-")
    try:
        locale = Locale.parse(cleaned, sep="-", resolve_likely_subtags=False)
    except (UnknownLocaleError, ValueError):
        raise UnknownLanguage(text, list(_suggestions(cleaned))) from None
    if locale.territory in PSEUDO_TERRITORIES:
        raise UnknownLanguage(text, [locale.language])
    return str(locale).replace("_", "-")


def gettext_name(tag: str) -> str:
    """The language as gettext names its folder: pt_BR."""
    return tag.replace("-", "_")


def _suggestions(text: str) -> Iterator[str]:
    """Matches an obsolete or three-letter code, a name, a country, or a similar tag."""
    first, _hyphen, rest = text.partition("-")
    found = [get_global("language_aliases").get(first.lower()), _names().get(text.casefold())]
    found += get_official_languages(text.upper())[:2]
    found += [_names()[name] for name in get_close_matches(text.casefold(), _names(), n=1)]
    if not any(found) and rest:
        found += [first.lower() if _is_known(first.lower()) else None]
    found += get_close_matches(text.lower(), sorted({*_names().values()}), n=2)
    yield from dict.fromkeys(tag for tag in found if tag and _is_known(tag))


@cache
def _names() -> dict[str, str]:
    """Tags by the names of languages, in English and in the language itself."""
    languages = sorted({name.partition("_")[0] for name in locale_identifiers()})
    names = {}
    for tag in languages:
        for name in (Locale("en").languages.get(tag), Locale(tag).languages.get(tag)):
            if name:
                names[name.casefold()] = tag
    return names


def _is_known(tag: str) -> bool:
    try:
        return bool(Locale.parse(tag))
    except (UnknownLocaleError, ValueError):
        return False
