"""The spellings of each sound, by script. Accents are ignored, but for letters that are listed."""

import re
import unicodedata
from functools import cache

SOUNDS = (
    "a а α ա ა ا آ أ إ ٱ ى ة ه ع א ה ע",
    "b б β μπ բ ბ ب ב",
    "v w ff в β վ ვ و ڤ ف ב ו",
    "g gh ğ г ґ γ գ ղ გ ღ ق غ ج گ ג",
    "h kh ch г х χ հ խ ხ ჰ ه ح خ ה ח",
    "d dh д δ ντ դ დ د ض ذ ד",
    "e ye yo io ie ae ä æ oe ö œ ё е э є ио ьо იო ε η αι ե է ը ე إ ا أ ع ي ى ی ئ ه ة א ה ע י יא יע",
    "io yo ё йо ио ьо ιο ιω იო իո յո يو יו",
    "ae ае аэ αε აე աե աէ",
    "zh j dj dzh ž ж дж ժ ջ ჟ ჯ ژ ج",
    "z ž з ζ զ ზ ز ظ ذ ض ז",
    "i ı y j iy yi ij ii ий ый и й і ї ы η ι υ οι ει υι ի յ ი إ أ ا آ ع ئ ي ى ی إي י ע",
    "ia iya ya ija ия ья ија я ја ια իա յա ია يا ية يه יה יא יע",
    "iu iyu yu ue ü ю ию ью ιου յու իու იუ يو יו",
    "k q c ck č қ к κ կ ք კ ქ ყ ك ک ق כ ך ק",
    "l ł л λ լ ლ ل ל",
    "m м μ մ მ م מ ם",
    "n н ν ն ნ ن נ ן",
    "o ø au oe ö о ο ω օ ո ო و ؤ أ ا ع ه ة ו ה ע א",
    "p п π պ փ პ ფ ب پ פ ף",
    "r р ρ ր ռ რ ر ר",
    "s ss ß š ş с σ ς ս ს س ص ث ס ש",
    "t th т τ θ տ թ ტ თ ت ط ث ט ת",
    "u ou oo ue ü ў у υ ου ու უ و ؤ أ ا ع ו",
    "f ph ф φ ֆ ფ ف פ ף",
    "ts tz c ц τσ ց ծ ც წ تس צ ץ",
    "ch tch tsch č ć ч τσ չ ճ ჩ ჭ تش چ צ",
    "sh sch ch š ş ш σ շ შ ش ש",
    "shch sch щ шч",
    "x ks кс ξ քս კს ქს كس קס",
    "ps пс ψ",
    "' ’ ʼ `",
)
NOT_LATIN_OR_CYRILLIC = re.compile("[\u0370-\u03ff\u0531-\u10ff]")
VOWEL_SOUNDS = frozenset(["a", "e", "i", "o", "u", "ae", "ia", "io", "iu"])  # their first spellings
# Spellings of two sounds that are not the spellings of both: Κωνσταντίνος, Ευαγγελία, Սևան, Юлия.
PAIRS = (
    ("n", "t", "ντ"),
    ("m", "p", "μπ"),
    ("m", "b", "μπ"),
    ("n", "g", "γγ"),
    ("n", "g", "γκ"),
    ("n", "k", "γκ"),
    ("e", "v", "ευ"),
    ("e", "f", "ευ"),
    ("a", "v", "αυ"),
    ("a", "f", "αυ"),
    ("e", "v", "և"),
    ("j", "a", "я"),
    ("j", "e", "е"),
    ("j", "o", "ё"),
    ("j", "u", "ю"),
)


def in_latin_letters(text: str) -> str:
    """A text whose Greek, Armenian, Georgian, Arabic and Hebrew letters are Latin ones, as they sound."""
    letters = _latin()
    return "".join(
        letters.get(unicodedata.normalize("NFD", one)[0], one) for one in text.casefold()
    )


@cache
def _latin() -> dict[str, str]:
    """The first spelling of the first sound of each letter, unless it is Latin or Cyrillic."""
    found: dict[str, str] = {}
    for latin, *others in map(str.split, SOUNDS):
        for one in others:
            if len(one) == 1 and latin.isalpha() and NOT_LATIN_OR_CYRILLIC.match(one):
                found.setdefault(one, latin)
    return found
