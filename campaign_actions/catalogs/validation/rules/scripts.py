"""A text is in the script of its language according to CLDR; names and addresses may be in another."""

from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache

import regex
from babel import Locale
from babel.core import get_global
from babel.localedata import locale_identifiers

from campaign_actions.catalogs.validation.rules.placeholders import PLACEHOLDER
from campaign_actions.core.i18n.message import Issue, Message

COMBINED_SCRIPTS = {  # which CLDR treats as one
    "Hans": {"Hani", "Bopo"},
    "Hant": {"Hani", "Bopo"},
    "Jpan": {"Hani", "Hira", "Kana"},
    "Kore": {"Hang", "Hani"},
}
NOT_WORDS = regex.compile(r"<[^<>]*>|\w+://\S+|\S+@\S+|[\w-]+(?:\.[\w-]+)+|&\w+;|\]\([^)\s]*\)")
WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*")
MAX_FOREIGN_LETTERS = 4  # of one script: a name or a typing error
MAX_LATIN_WORDS = 4  # a name, in any language
MAX_FOREIGN_SHARE = 2 / 3  # of the letters
MIN_SENTENCE_WORDS = 4  # fewer words may well be the same in another language
MIN_PLAIN_LETTERS, MIN_PLAIN_WORDS = 4, 2  # of words that are not names


def script_issues(message: Message, text: str, locale: str) -> Iterator[Issue]:
    expected = scripts_of(locale)
    known = _known_words(message.model)
    words = [word for word in words_in(text) if word.casefold() not in known]
    letters: Counter[str | None] = Counter()
    for letter, count in Counter("".join(words)).items():
        letters[_script(letter)] += count
    foreign = {name: count for name, count in letters.items() if name and name not in expected}
    share = sum(foreign.values()) / (sum(letters.values()) or 1)
    if share <= MAX_FOREIGN_SHARE or not expected:
        return
    if any(count > MAX_FOREIGN_LETTERS for name, count in foreign.items() if name != "Latn") or (
        "Latn" in foreign and sum(_script(word[0]) == "Latn" for word in words) > MAX_LATIN_WORDS
    ):
        main = max(foreign, key=lambda name: foreign[name])
        yield Issue("script", {"script": main, "scripts": sorted(expected)})


def mixed_script_words(text: str) -> list[str]:
    """Words with both Latin and Cyrillic letters: "соглаcие" with a Latin c."""
    mixed = (word for word in words_in(text) if {"Latn", "Cyrl"} <= {*map(_script, word)})
    return sorted(mixed)


@cache
def scripts_of(locale: str) -> frozenset[str]:
    """The scripts of a language: the one in its tag, or all that CLDR has for it."""
    parsed = Locale.parse(locale, sep="-")
    if parsed.script:
        return frozenset(COMBINED_SCRIPTS.get(parsed.script, {parsed.script}))
    likely = get_global("likely_subtags")
    tags = {likely.get(f"{parsed.language}_{parsed.territory}"), likely.get(parsed.language)}
    tags |= {name for name in locale_identifiers() if name.startswith(f"{parsed.language}_")}
    found = {part for tag in tags if tag for part in tag.split("_")[1:] if len(part) == len("Latn")}
    return frozenset(name for script in found for name in COMBINED_SCRIPTS.get(script, {script}))


@lru_cache(maxsize=4096)  # one catalog is checked in several languages
def _known_words(source: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in words_in(source))


def words_in(text: str) -> list[str]:
    return list(WORD.findall(NOT_WORDS.sub(" ", PLACEHOLDER.sub(" ", text))))


def is_sentence(text: str) -> bool:
    """Whether it says something in a language, rather than listing names, numbers or addresses.

    Of a name, all words begin with a capital, except short ones like "von" and "of".
    """
    words = words_in(text)
    plain = [word for word in words if len(word) >= MIN_PLAIN_LETTERS and not word[0].isupper()]
    return len(words) >= MIN_SENTENCE_WORDS and len(plain) >= MIN_PLAIN_WORDS


@lru_cache(maxsize=4096)
def _script(letter: str) -> str | None:
    """None if no language in CLDR is written in the letter's script."""
    return next((name for name, pattern in _all_scripts() if pattern.match(letter)), None)


@cache
def _all_scripts() -> tuple[tuple[str, "regex.Pattern[str]"], ...]:
    languages = {name.partition("_")[0] for name in locale_identifiers()}
    names = {script for language in languages for script in scripts_of(language)}
    common = ("Latn", "Cyrl", "Arab")
    return tuple(
        (name, regex.compile(rf"\p{{Script={name}}}"))
        for name in (*common, *sorted(names.difference(common)))
    )
