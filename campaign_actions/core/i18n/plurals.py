"""The plural forms of a language, and which whole numbers take which, from CLDR."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from gettext import c2py

from babel import Locale, UnknownLocaleError
from babel.messages.plurals import PLURALS
from babel.plural import PluralRule, to_gettext

from campaign_actions.core.i18n.message import Forms

CATEGORIES = ("zero", "one", "two", "few", "many", "other")  # CLDR's, in the order of the forms
SAMPLE_NUMBERS = (*range(1001), *range(2000, 100_001, 1000), 1_000_000, 1_000_001, 2_000_000)
HEADER = re.compile(r"nplurals\s*=\s*(\d+)\s*;\s*plural\s*=\s*(.+?)\s*;?\s*")
MAX_FORMS = 6
_MILLIONS = "n!=0 && n%1000000==0 ? 1 : 2"  # "1 000 000 de signatures"
USUAL_HEADERS = {  # where Babel's differ from CLDR; one that contradicts CLDR is not used
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3"
    " : n%100>=11 ? 4 : 5);",
    "ca": f"nplurals=3; plural=(n==1 ? 0 : {_MILLIONS});",
    "es": f"nplurals=3; plural=(n==1 ? 0 : {_MILLIONS});",
    "fr": f"nplurals=3; plural=(n==0 || n==1 ? 0 : {_MILLIONS});",
    "he": "nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2);",
    "it": f"nplurals=3; plural=(n==1 ? 0 : {_MILLIONS});",
    "pt": f"nplurals=3; plural=(n==0 || n==1 ? 0 : {_MILLIONS});",
    "pt_PT": f"nplurals=3; plural=(n==1 ? 0 : {_MILLIONS});",
}


class InvalidPluralHeader(ValueError):
    """A Plural-Forms header that is empty, malformed or inconsistent."""


@dataclass(frozen=True, kw_only=True)
class LocalePluralRule:
    """Which plural form a number takes in a language. Forms are counted from 0."""

    names: tuple[str, ...]  # CLDR categories of the forms that whole numbers take
    header: str  # Plural-Forms of its catalog
    form_of: Callable[[int], int]

    @property
    def count(self) -> int:
        return len(self.names)

    def numbers(self, form: int) -> tuple[int, ...]:
        """Some of the numbers that take a form, the smallest first."""
        return self._by_form[form]

    @cached_property
    def _by_form(self) -> tuple[tuple[int, ...], ...]:
        forms = [(number, self.form_of(number)) for number in SAMPLE_NUMBERS]
        return tuple(tuple(n for n, form in forms if form == each) for each in range(self.count))

    def only_number(self, form: int) -> int | None:
        """The number of a form that is for exactly one, which may be written as a word or left out."""
        first, *others = self.numbers(form)
        return None if others else first

    def adapt(self, forms: Forms, header: str) -> Forms | None:
        """Forms of a catalog with another header, converted to ours.

        French, for example, has two forms in most catalogs, and three since CLDR has one for millions.
        None if that catalog has one form where we need two. Raises InvalidPluralHeader.
        """
        count, form_of = parse_header(header)
        if len(forms) != count:
            return None
        if header == self.header:
            return forms
        theirs = [{form_of(number) for number in numbers} for numbers in self._by_form]
        if any(len(found) > 1 for found in theirs):
            return None
        return tuple(forms[found.pop()] for found in theirs)


@cache
def plural_rule(tag: str) -> LocalePluralRule:
    """The rule of a language; that of English if CLDR does not know it."""
    rule = _locale(tag).plural_form
    found = {rule(number) for number in SAMPLE_NUMBERS}
    names = tuple(name for name in CATEGORIES if name in found)
    header = _usual_header(tag, names) or _header(rule, names)
    return LocalePluralRule(names=names, header=header, form_of=parse_header(header)[1])


def parse_header(header: str) -> tuple[int, Callable[[int], int]]:
    """The number of forms that a Plural-Forms header declares, and the form that each number takes.

    Raises InvalidPluralHeader.
    """
    found = HEADER.fullmatch(header.strip())
    if found is None or not 1 <= int(found[1][:4]) <= MAX_FORMS:
        raise InvalidPluralHeader(header)
    count = int(found[1])
    try:
        form_of = c2py(found[2])
        forms = {form_of(number) for number in SAMPLE_NUMBERS}
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise InvalidPluralHeader(header) from error
    if not forms <= set(range(count)):
        raise InvalidPluralHeader(header)
    return count, form_of


def _locale(tag: str) -> Locale:
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        language = tag.partition("-")[0]
        return Locale.parse(language if language not in {"", tag} else "en")


def _usual_header(tag: str, names: tuple[str, ...]) -> str | None:
    """The header that translation tools write, if it agrees with CLDR."""
    locale = _locale(tag)
    babels = (PLURALS[name] for name in (str(locale), locale.language) if name in PLURALS)
    candidates = [
        *(USUAL_HEADERS[name] for name in (str(locale), locale.language) if name in USUAL_HEADERS),
        *(f"nplurals={count}; plural={formula};" for count, formula in babels),
    ]
    return next((header for header in candidates if _agrees(header, locale, names)), None)


def _agrees(header: str, locale: Locale, names: tuple[str, ...]) -> bool:
    count, form_of = parse_header(header)
    return count == len(names) and all(
        names[form_of(number)] == locale.plural_form(number) for number in SAMPLE_NUMBERS
    )


def _header(rule: PluralRule, names: tuple[str, ...]) -> str:
    """CLDR's rule as a formula for whole numbers; the last form takes the rest."""
    explicit = PluralRule([(name, str(rule.rules[name])) for name in names[:-1]])
    return re.sub(r"\be\b", "0", str(to_gettext(explicit)))
