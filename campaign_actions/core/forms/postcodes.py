"""The forms of postcodes by country, as the Universal Postal Union describes them (upu.int, “Addressing”).

`#` is a digit, `@` a letter and `?` either; every other character is itself. Spaces and hyphens may be
left out, and so may the letters of a country before its digits (`LV-1010`). Countries that are missing here
have no postcodes or several systems: there, any short text of letters and digits is accepted.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

SEPARATORS = re.compile(r"[\s\-‐-―.]+")
ANY = re.compile(r"[0-9A-Z]{2,12}")
PREFIX = re.compile(r"[A-Z]{1,2}(?=[#-])")
BRITISH = ("@# #@@", "@## #@@", "@@# #@@", "@@## #@@", "@#@ #@@", "@@#@ #@@")
FOUR, FIVE, SIX = ("####",), ("#####",), ("######",)
FORMS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        [
            *["AF", "AL", "AM", "AT", "AU", "BD", "BE", "BG", "CH", "CV", "CX", "CY", "DK"],
            *["ET", "GE", "GL", "GW", "HU", "LI", "LR", "LU", "MK", "MZ", "NE", "NO", "NZ", "PH"],
            *["PY", "SI", "SJ", "TN", "ZA"],
        ],
        FOUR,
    ),
    **dict.fromkeys(
        [
            *["BA", "BT", "CR", "CU", "DE", "DO", "DZ", "EE", "EG", "ES", "FI", "FR", "GF", "GP"],
            *["GT", "HR", "ID", "IQ", "IT", "JO", "KE", "KR", "KW", "LA", "LK", "MA", "ME", "MM"],
            *["MQ", "MX", "MY", "NC", "NP", "PE", "PF", "PK", "PM", "RE", "RS", "SD", "SM", "SN"],
            *["TH", "TR", "UA", "UY", "VA", "WF", "XK", "YT", "ZM"],
        ],
        FIVE,
    ),
    **dict.fromkeys(
        [
            "BY",
            "CN",
            "CO",
            "EC",
            "IN",
            "KG",
            "KZ",
            "MN",
            "NG",
            "RO",
            "RU",
            "SG",
            "TJ",
            "TM",
            "UZ",
            "VN",
        ],
        SIX,
    ),
    "AD": ("AD###",),
    "AR": ("####", "@####@@@"),
    "AX": ("#####",),
    "AZ": ("AZ ####",),
    "BN": ("@@####",),
    "BR": ("#####-###",),
    "CA": ("@#@ #@#",),
    "CL": ("#######", "###-####"),
    "CZ": ("### ##",),
    "FO": ("###",),
    "GB": BRITISH,
    "GG": BRITISH,
    "GI": ("GX## #AA",),
    "GR": ("### ##",),
    "HT": ("HT####", "####"),
    "IE": ("@## ????", "D6W ????"),
    "IL": ("#######", "#####"),
    "IM": BRITISH,
    "IR": ("#####-#####",),
    "IS": ("###",),
    "JE": BRITISH,
    "JP": ("###-####",),
    "LB": ("#### ####", "####"),
    "LT": ("LT-#####",),
    "LV": ("LV-####",),
    "MC": ("980##",),
    "MD": ("MD-####",),
    "MG": ("###",),
    "MT": ("@@@ ####",),
    "NL": ("#### @@",),
    "PG": ("###",),
    "PL": ("##-###",),
    "PR": ("#####", "#####-####"),
    "PS": ("###", "P#######"),
    "PT": ("####-###",),
    "SA": ("#####", "#####-####"),
    "SE": ("### ##",),
    "SK": ("### ##",),
    "TW": ("###", "###-##", "###-###"),
    "US": ("#####", "#####-####"),
}


def is_postcode(text: str, country: str) -> bool:
    """Whether a text can be a postcode of a country, in any script’s digits and any case."""
    compact = SEPARATORS.sub("", _plain(text))
    known = _patterns(country)
    return any(one.fullmatch(compact) for one in known) if known else bool(ANY.fullmatch(compact))


def example_postcode(country: str) -> str:
    """A postcode in the form that the country uses; empty if its form is not known."""
    first = next(iter(FORMS.get(country, ())), "")
    examples = {"#": iter("1234567890"), "@": iter("ABCDEFGH"), "?": iter("A1B2")}
    return "".join(next(examples[sign]) if sign in examples else sign for sign in first)


def _plain(text: str) -> str:
    """Capital letters and ASCII digits."""
    digits = (
        str(unicodedata.decimal(sign)) if unicodedata.decimal(sign, None) is not None else sign
        for sign in unicodedata.normalize("NFKC", text)
    )
    return "".join(digits).upper()


@cache
def _patterns(country: str) -> tuple[re.Pattern[str], ...]:
    return tuple(_pattern(form) for form in FORMS.get(country, ()))


def _pattern(form: str) -> re.Pattern[str]:
    """Of the compact text. Letters of a country before the digits may be left out."""
    prefix = PREFIX.match(form)
    start = f"(?:{prefix[0]})?" if prefix else ""
    rest = SEPARATORS.sub("", form[prefix.end() :] if prefix else form)
    signs = {"#": "[0-9]", "@": "[A-Z]", "?": "[0-9A-Z]"}
    return re.compile(start + "".join(signs.get(sign, sign) for sign in rest))
