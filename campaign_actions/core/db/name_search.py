"""Search for names across scripts: "Ivanova" finds «Иванова» and «إيفانوفا».

A search becomes a regular expression in which each sound is found in all its spellings. So nothing is
stored for it, and nothing has to be deleted. A letter with several readings is found in all of them:
Arabic ف is both f and v.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain

from sqlalchemy import ColumnElement, literal

from campaign_actions.core.db.case_fold_sql import HAVE_CASES

MAX_SOUNDS = 40  # of one word
MARKS = (
    "\u0300-\u036f\u064b-\u0652\u0640"  # accents and Arabic vowels that are characters of their own
)
SILENT = "ьъ'’ʼ`ʹ"  # between sounds: Ольга, Ol’ga, Olga
# The spellings of each sound. Accents are ignored, but for letters that are listed.
SOUNDS = (
    "a а α ա ა ا آ أ إ ى ة ع א",
    "b б β μπ բ ბ ب ב",
    "v w ff в β վ ვ و ف ב ו",
    "g ğ г ґ γ գ გ ق غ ג",
    "h kh ch г х χ հ խ ხ ჰ ه ح خ ה ח",
    "d д δ ντ դ დ د ض ד",
    "e ye je yo jo io ie ae ä æ oe ö œ ё е э є ио ьо იო ε η αι ե է ე إ ي ه א",
    "zh j dj dzh ž ж дж ժ ջ ჟ ჯ ژ ج",
    "z ž з ζ զ ზ ز ظ ذ ז",
    "i ı y j iy yi ij ii ий ый и й і ї ы η ι υ ի յ ი إ ئ ي ى إي י",
    "ia iya ya ja ija ия ья ија я ја ια իա յա ია يا",
    "iu iyu yu ju ue ü ю ию ью ιου յու իու იუ يو",
    "k q c ck č қ к κ կ ք კ ქ ყ ك ق כ ק",
    "l ł л λ լ ლ ل ל",
    "m м μ մ მ م מ ם",
    "n н ν ն ნ ن נ ן",
    "o ø au oe ö о ο ω օ ո ო و ו",
    "p п π պ փ პ ფ ب פ ף",
    "r р ρ ր ռ რ ر ר",
    "s ss ß š ş с σ ς ս ს س ص ס ש",
    "t th т τ θ տ թ ტ თ ت ط ט ת",
    "u ou oo ue ü ў у υ ου ու უ و ו",
    "f ph ф φ ֆ ფ ف פ",
    "ts tz c ц τσ ց ծ ც წ تس צ",
    "ch tch tsch č ć ч τσ չ ճ ჩ ჭ تش צ",
    "sh sch ch š ş ш σ շ შ ش ש",
    "shch sch щ шч",
    "x ks кс ξ քս ქს كس",
    "ps пс ψ",
    "' ’ ʼ `",
)


def name_contains(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """The SQL condition that a name contains a word, in any case and script."""
    return column.regexp_match(literal(name_pattern(word)))


@cache
def name_pattern(word: str) -> str:
    """A regular expression for PostgreSQL and for Python."""
    between = f"[{SILENT}{MARKS}]{{0,2}}"
    return between.join(_any_of(spellings) for spellings in _sounds(word))


def _sounds(word: str) -> Iterator[frozenset[str]]:
    """The spellings of each sound. A doubled letter is one sound: Anna, Ana."""
    letters = "".join(map(_plain, word))
    letters = letters.translate(dict.fromkeys(map(ord, SILENT))) or letters
    known, last, done = _spellings(), frozenset[str](), 0
    while letters and done < MAX_SOUNDS:
        size = next((size for size in (4, 3, 2, 1) if letters[:size] in known), 1)
        found = known.get(letters[:size]) or frozenset(letters[:size])
        if found != last or len(found) == 1:
            yield found
            done += 1
        last, letters = found, letters[size:]


def _any_of(spellings: frozenset[str]) -> str:
    """One of these spellings, the longest first; a letter may be doubled."""
    if len(spellings) == 1:
        return _one_of(*spellings)
    several = sorted(
        (each for each in spellings if len(each) > 1), key=lambda text: (-len(text), text)
    )
    letters = "".join(_forms().get(each, each) for each in sorted(spellings) if len(each) == 1)
    longer = ("".join(map(_one_of, each)) for each in several)
    return f"(?:{'|'.join([*longer, f'[{letters}]{{1,2}}'])})"


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
