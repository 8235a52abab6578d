"""Search for names across scripts: "Ivanova" finds «Иванова» and «إيفانوفا».

A search becomes a regular expression in which each sound is found in all its spellings. So nothing is
stored for it, and nothing has to be deleted. A letter with several readings is found in all of them:
Arabic ف is both f and v. Arabic and Hebrew leave out many vowels: "Hasan" and «حسن» find each other, but
only from the beginning of a name, because few letters are left to compare.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, groupby

from campaign_actions.core.db.case_fold_sql import HAVE_CASES
from campaign_actions.core.db.name_sounds import PAIRS, SOUNDS, VOWEL_SOUNDS

MAX_SOUNDS = 40  # of one word
# Accents, and the vowels of Arabic and Hebrew that are characters of their own.
MARKS = "\u0300-\u036f\u05b0-\u05bd\u05bf-\u05c7\u0640\u064b-\u0655\u0670"
SILENT = "ьъ'’ʼ`ʹ"  # between sounds: Ольга, Ol’ga, Olga
BETWEEN = f"[{SILENT}{MARKS}]{{0,2}}"
# Hebrew and Arabic: letters, those that may be vowels, and where names and words start.
HEBREW_OR_ARABIC = re.compile("[\u05d0-\u05ea\u0620-\u06d3]")
MAY_BE_VOWELS = frozenset("اأإآٱىةهیيوؤئءعאויעה")
INITIAL_H = frozenset("هה")  # no vowel at the beginning: «هناء» is Hana, not Anna
SHORT_VOWELS = "aeiouyаеиоуыэαεηιουաեէըիոაეიოუ"  # that these scripts leave out
BEGINNING = "(?:^|[ -])"
ARTICLE = "(?:ال)?"
Sound = tuple[str, frozenset[str]]  # as it was typed, and all its spellings


def name_pattern(word: str) -> str:
    """A regular expression for names that contain a word, in any case and script."""
    return "|".join(filter(None, name_patterns(word)))


@cache
def name_patterns(word: str) -> tuple[str, str]:
    """For all names, and for those in Hebrew and Arabic letters; "" if the first finds them all."""
    sounds = _with_initial_h(list(_sounds(word)))
    whole = _with_all_vowels(sounds)
    if any(HEBREW_OR_ARABIC.match(typed) for typed, _spellings in sounds):
        return f"{whole}|{BEGINNING}{_with_vowels_added(sounds)}", ""
    shorter = _with_vowels_left_out(sounds)
    return whole, f"{BEGINNING}{ARTICLE}{shorter}" if shorter else ""


def _with_all_vowels(sounds: Sequence[Sound]) -> str:
    parts, place = [], 0
    while place < len(sounds):
        part, size = _pair_at(sounds, place)
        parts.append(part)
        place += size
    return BETWEEN.join(parts)


def _pair_at(sounds: Sequence[Sound], place: int) -> tuple[str, int]:
    """The pattern of the next sound, or of two that have spellings of their own; how many they are."""
    (typed, spellings), *others = sounds[place : place + 2]
    if pairs := [pair for pair in PAIRS if pair[2] == typed]:
        both = [f"{_any_of(_read(one))}{BETWEEN}{_any_of(_read(two))}" for one, two, _ in pairs]
        return f"(?:{'|'.join([_any_of(spellings), *both])})", 1
    for _next_typed, next_spellings in others:
        of_both = [pair for one, two, pair in PAIRS if one in spellings and two in next_spellings]
        if of_both:
            both_parts = f"{_any_of(spellings)}{BETWEEN}{_any_of(next_spellings)}"
            return f"(?:{'|'.join([*map(_one_by_one, of_both), both_parts])})", 2
    return _any_of(spellings), 1


def _with_vowels_added(sounds: Sequence[Sound]) -> str:
    """For a Hebrew or Arabic word: a short vowel of another script may follow each sound."""
    short = "".join(_forms().get(letter, letter) for letter in SHORT_VOWELS)
    parts: list[str] = []
    first, *others = sounds
    if first[0] in INITIAL_H:
        parts, sounds = [_any_of(first[1])], others
    for may_be_vowels, run in groupby(sounds, lambda sound: set(sound[0]) <= MAY_BE_VOWELS):
        readings = [spellings for _typed, spellings in run]
        if may_be_vowels and len(readings) > 1:  # together they may be one vowel: «عائشة»
            any_vowel = _any_of(frozenset[str]().union(*readings))
            parts.append(f"(?:{any_vowel}){{1,{min(len(readings), 3)}}}")
        else:
            parts += map(_any_of, readings)
    return f"{BETWEEN}[{short}]?[- ]?".join(parts)


def _with_vowels_left_out(sounds: Sequence[Sound]) -> str:
    """In Hebrew and Arabic letters, where only vowels at the ends are always written.

    Empty if the word cannot be written in them.
    """
    parts: list[str] = []
    consonants = 0
    for place, (typed, spellings) in enumerate(sounds):
        is_end = place in (0, len(sounds) - 1)
        letters = frozenset(one for one in spellings if HEBREW_OR_ARABIC.match(one))
        if _is_vowel(typed):
            parts.append(f"[{''.join(sorted(set().union(*letters)))}]{{{int(is_end)},3}}")
        elif letters and is_end and typed == "h" and place and _is_vowel(sounds[place - 1][0]):
            before = parts.pop().replace("{0,", "{1,")  # Sarah is «سارة», Noah is «נח»
            parts.append(f"(?:{before}|{_any_of(letters)})")
        elif letters:
            parts.append(_any_of(letters))
            consonants += 1
        elif typed.isalnum():
            return ""
        else:
            parts.append("[- ]?")
    return BETWEEN.join(parts) if consonants else ""


def _sounds(word: str) -> Iterator[Sound]:
    """The spellings of each sound. A doubled letter is one sound: Anna, Ana."""
    letters = "".join(map(_plain, word))
    letters = letters.translate(dict.fromkeys(map(ord, SILENT))) or letters
    known, last, done = _spellings(), frozenset[str](), 0
    while letters and done < MAX_SOUNDS:
        size = next((size for size in (4, 3, 2, 1) if letters[:size] in known), 1)
        found = known.get(letters[:size]) or frozenset(letters[:size])
        if found != last or len(found) == 1:
            yield letters[:size], found
            done += 1
        last, letters = found, letters[size:]


def _with_initial_h(sounds: list[Sound]) -> list[Sound]:
    """A letter that is h or a vowel is h at the beginning; and it does not stand for a vowel there."""
    if len(sounds) < 2:
        return sounds
    (typed, spellings), *others = sounds
    if typed in INITIAL_H:
        of_h = (sound.split() for sound in SOUNDS if sound.startswith("h "))
        spellings = frozenset(chain.from_iterable(of_h))
    elif _is_vowel(typed):
        spellings -= INITIAL_H
    return [(typed, spellings), *others]


def _any_of(spellings: frozenset[str]) -> str:
    """One of these spellings, the longest first; a letter may be doubled."""
    if len(spellings) == 1:
        return _one_by_one(*spellings)
    several = sorted(
        (each for each in spellings if len(each) > 1), key=lambda text: (-len(text), text)
    )
    letters = "".join(_forms().get(each, each) for each in sorted(spellings) if len(each) == 1)
    either = [*map(_one_by_one, several), *([f"[{letters}]{{1,2}}"] if letters else [])]
    return f"(?:{'|'.join(either)})"


def _one_by_one(letters: str) -> str:
    return "".join(map(_one_of, letters))


def _one_of(letter: str) -> str:
    """Any form of a letter; none that has several is special within brackets."""
    forms = _forms().get(letter, letter)
    if len(forms) > 1:
        return f"[{forms}]"
    return letter if letter.isalnum() or not letter.isascii() else f"\\{letter}"


def _plain(letter: str) -> str:
    """A small letter without accents, unless it is listed with one; nothing for an accent alone."""
    if letter.lower() in _listed():
        return letter.lower()
    parts = unicodedata.normalize("NFD", letter)
    return "".join(part for part in parts if not unicodedata.combining(part)).lower()


def _read(letter: str) -> frozenset[str]:
    return _spellings()[letter]


@cache
def _is_vowel(typed: str) -> bool:
    """Whether a spelling is of a vowel, and of no consonant."""
    sounds = [sound.split() for sound in SOUNDS if typed in sound.split()]
    return bool(sounds) and all(sound[0] in VOWEL_SOUNDS for sound in sounds)


@cache
def _listed() -> frozenset[str]:
    return frozenset(" ".join(SOUNDS).split())


@cache
def _spellings() -> Mapping[str, frozenset[str]]:
    """For each spelling, all spellings of the sounds that it may mean."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for sound in SOUNDS:
        for spelling in sound.split():
            found[spelling].update(sound.split())
    for _first, _second, pair in PAIRS:
        found[pair].add(pair)
    return {spelling: frozenset(each) for spelling, each in found.items()}


@cache
def _forms() -> Mapping[str, str]:
    """The capital and the accented forms of each letter."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for letter in map(chr, chain.from_iterable(HAVE_CASES)):
        base = unicodedata.normalize("NFD", letter)[0].lower()
        for plain in dict.fromkeys((base, letter.lower())):
            found[plain].append(letter)
    return {plain: "".join(letters) for plain, letters in found.items() if len(letters) > 1}
