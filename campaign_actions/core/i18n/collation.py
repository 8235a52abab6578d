"""The order in which a language recites its letters, so that lists are where their readers look.

Unicode's own order is right for many. What a library knows beyond this table costs half a second and
twelve megabytes in each process (pyuca), or a system library (PyICU), for one list of 250 names.
"""

import unicodedata
from collections.abc import Callable

LATIN = "abcdefghijklmnopqrstuvwxyz"
NORDIC = f"{LATIN}åäö"
DANISH = f"{LATIN}æøå"
SOUTH_SLAVIC = "abcčćdđefghijklmnopqrsštuvwxyzž"
# Of each language the letters that are letters of their own; any other one is where its base is: é with e.
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
ARTICLES = {"ar": "ال"}  # in front of a name, and not looked for there
DOTLESS = str.maketrans({"I": "ı", "İ": "i"})  # as Turkish makes small letters

Key = tuple[tuple[int, int], ...]


def collation_key(language: str) -> Callable[[str], Key]:
    """What to sort names by, in a language given by its code."""
    ranks = {letter: rank for rank, letter in enumerate(ALPHABETS.get(language, ""))}
    article, table = ARTICLES.get(language, ""), DOTLESS if language in {"az", "tr"} else {}

    def key(name: str) -> Key:
        small = unicodedata.normalize("NFC", name.translate(table)).casefold()
        letters = small.removeprefix(article)
        return tuple(_place(letter, ranks) for letter in letters)

    return key


def _place(letter: str, ranks: dict[str, int]) -> tuple[int, int]:
    """Signs and spaces first, then the alphabet, then letters of other ones."""
    if not letter.isalpha():
        return (0, ord(letter))
    if letter not in ranks:
        letter = unicodedata.normalize("NFD", letter)[0]
    return (1, ranks[letter]) if letter in ranks else (2 if ranks else 1, ord(letter))
