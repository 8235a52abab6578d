"""Slugs from titles: lower-case Latin letters, digits and hyphens."""

import re
import unicodedata
from collections.abc import Callable

MAX_LENGTH = 60
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CYRILLIC = "абвгдезийклмнопрстуфыэіґўј"
TRANSLITERATION = {
    **dict(zip(CYRILLIC, "abvgdeziyklmnoprstufyeiguj", strict=True)),
    "ё": "yo",
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ю": "yu",
    "я": "ya",
    "ъ": "",
    "ь": "",
    "ї": "yi",
    "є": "ye",
    "ђ": "dj",
    "љ": "lj",
    "њ": "nj",
    "ß": "ss",
    "æ": "ae",
    "ø": "o",
    "œ": "oe",
    "ł": "l",
    "đ": "d",
    "ı": "i",
    "þ": "th",
}


def suggest_slug(title: str, otherwise: str) -> str:
    """A slug for a title; `otherwise` if nothing of it can be written in Latin letters."""
    transliterated = "".join(TRANSLITERATION.get(letter, letter) for letter in title.casefold())
    plain = unicodedata.normalize("NFKD", transliterated).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    found = ""
    for word in words:
        longer = f"{found}-{word}" if found else word[:MAX_LENGTH]
        if len(longer) > MAX_LENGTH - 3:  # leaves room for a number
            break
        found = longer
    return found or otherwise


def first_free_slug(slug: str, is_taken: Callable[[str], bool]) -> str:
    """The slug, or the first one with a number appended that is not taken."""
    number, free = 1, slug
    while is_taken(free):
        number += 1
        free = f"{slug}-{number}"
    return free
