"""Alphabetical order by language.

Unicode's own order is right for many languages. A library would know more than this table, but costs
half a second and twelve megabytes in each process (pyuca), or a system library (PyICU): too much for
one list of 250 names.
"""

import unicodedata
from collections.abc import Callable

LATIN = "abcdefghijklmnopqrstuvwxyz"
NORDIC = f"{LATIN}åäö"
DANISH = f"{LATIN}æøå"
SOUTH_SLAVIC = "abcčćdđefghijklmnopqrsštuvwxyzž"
# The letters that sort separately, by language; any other letter sorts with its base letter: é with e.
ALPHABETS = {
    "az": "abcçdeəfgğhxıijkqlmnoöprsştuüvwyz",
    "be": "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
    "bs": SOUTH_SLAVIC,
    "cs": "abcčdefghijklmnopqrřsštuvwxyzž",
    "da": DANISH,
    "es": "abcdefghijklmnñopqrstuvwxyz",
    "et": "abcdefghijklmnopqrsšzžtuvwõäöüxy",
    "fa": "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
    "fi": NORDIC,
    "hr": SOUTH_SLAVIC,
    "kk": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
    "mk": "абвгдѓежзѕијклљмнњопрстќуфхцчџш",
    "nb": DANISH,
    "nn": DANISH,
    "pl": "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż",
    "ro": "aăâbcdefghiîjklmnopqrsștțuvwxyz",
    "ru": "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "sk": "abcčdefghijklmnopqrsštuvwxyzž",
    "sl": SOUTH_SLAVIC,
    "sr": "абвгдђежзијклљмнњопрстћуфхцчџш",
    "sv": NORDIC,
    "tr": "abcçdefgğhıijklmnoöpqrsştuüvwxyz",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
}
ARTICLES = {"ar": "ال"}  # ignored at the beginning of a name
DOTLESS = str.maketrans({"I": "ı", "İ": "i"})  # lower case in Turkish and Azerbaijani

Key = tuple[tuple[int, int], ...]


def collation_key(language: str) -> Callable[[str], Key]:
    """The sort key for names in a language, by its ISO 639 code."""
    ranks = {letter: rank for rank, letter in enumerate(ALPHABETS.get(language, ""))}
    article, table = ARTICLES.get(language, ""), DOTLESS if language in {"az", "tr"} else {}

    def key(name: str) -> Key:
        lower = unicodedata.normalize("NFC", name.translate(table)).casefold()
        return tuple(_rank(letter, ranks) for letter in lower.removeprefix(article))

    return key


def _rank(letter: str, ranks: dict[str, int]) -> tuple[int, int]:
    """Punctuation and spaces first, then the alphabet, then letters of other alphabets."""
    if not letter.isalpha():
        return (0, ord(letter))
    if letter not in ranks:
        letter = unicodedata.normalize("NFD", letter)[0]
    return (1, ranks[letter]) if letter in ranks else (2 if ranks else 1, ord(letter))
