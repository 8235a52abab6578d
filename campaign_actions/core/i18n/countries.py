"""Countries by ISO 3166-1 code, named and sorted in the reader's language (CLDR)."""

from collections.abc import Iterable, Mapping
from functools import cache

from babel import Locale
from markupsafe import Markup

from campaign_actions.core.i18n.collation import collation_key
from campaign_actions.core.i18n.locale import babel_locale

# CLDR territories that are not ISO 3166-1 countries: unions, reservations, test regions.
# XK (Kosovo) is not in ISO 3166-1 either, but stays: people there sign too.
NOT_COUNTRIES = {
    *["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"]
}
# Where most readers of a language live, roughly by their number: they come first in lists.
LIKELY: Mapping[str, tuple[str, ...]] = {
    "ar": ("EG", "DZ", "SD", "IQ", "MA", "SA", "YE", "SY", "JO", "LB"),
    "en": ("US", "GB", "IN", "NG", "ZA", "CA", "AU", "IE"),
    "es": ("MX", "CO", "ES", "AR", "PE", "VE", "CL", "EC"),
    "fr": ("FR", "CD", "CI", "CM", "SN", "BE", "CA", "CH"),
    "ru": ("RU", "UA", "BY", "KZ", "KG", "GE", "AM", "DE"),
}


@cache
def country_codes() -> frozenset[str]:
    return frozenset(
        code
        for code in map(str, Locale("en").territories)
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    )


@cache
def countries(locale: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of all countries in a language, given as a BCP 47 tag, in alphabetical order."""
    names, key = babel_locale(locale).territories, collation_key(babel_locale(locale).language)
    pairs = ((code, names[code]) for code in country_codes() if code in names)
    return tuple(sorted(pairs, key=lambda pair: key(pair[1])))


@cache
def _names(locale: str) -> dict[str, str]:
    return dict(countries(locale))


def country_name(code: str, locale: str) -> str:
    """A country's name in a language; an unknown code is returned as it is."""
    return _names(locale).get(code, code)


def country_options(locale: str, chosen: str | None = None) -> Markup:
    """The <option> elements of all countries, cached for each language: there are 250."""
    return _select(_all_options(locale), chosen)


def likely_country_options(locale: str, chosen: str | None = None) -> Markup:
    """The same for countries where most readers of a language live: none if that is not known."""
    return _select(_likely_options(locale), chosen)


@cache
def _all_options(locale: str) -> str:
    return _options(countries(locale))


@cache
def _likely_options(locale: str) -> str:
    codes = LIKELY.get(babel_locale(locale).language, ())
    return _options((code, country_name(code, locale)) for code in codes)


def _options(pairs: Iterable[tuple[str, str]]) -> str:
    option = Markup('<option value="{}">{}</option>\n')
    return "".join(option.format(code, name) for code, name in pairs)


def _select(options: str, chosen: str | None) -> Markup:
    if chosen in country_codes():
        options = options.replace(f'value="{chosen}"', f'value="{chosen}" selected')
    return Markup(options)  # noqa: S704 - escaped in _options
