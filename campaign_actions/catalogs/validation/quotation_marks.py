"""The typographic quotation marks of each language."""

from babel.core import get_global

# CLDR 45 (delimiters.json), which Babel does not have; Spanish and Arabic as in our own catalogs
_MARKS = {
    "«…»": "am ar be ca el es eu fa fr hy it kk ky nb nn no pt-AO pt-CH pt-CV pt-GQ pt-GW pt-LU pt-MO"
    " pt-MZ pt-PT pt-ST pt-TL ru sq uk",
    "„…“": "bg cs de dsb et hr hsb is ka lt mk sk sl sr",
    "„…”": "bs hu pl ro",
    "”…“": "ur",
    "”…”": "fi he sv",
    "「…」": "ja yue zh-Hant",
    "‘…’": "nl",
}
_DEFAULT = "“…”"
_BY_TAG = {tag: marks for marks, tags in _MARKS.items() for tag in tags.split()}


def quotation_marks(tag: str) -> str:
    """With an ellipsis between them. `tag`: BCP 47."""
    language = tag.partition("-")[0]
    likely = str(get_global("likely_subtags").get(tag.replace("-", "_"), "")).split("_")
    with_script = f"{language}-{likely[1]}" if len(likely) > 1 else ""
    names = (tag, *_parents(tag), with_script, language)
    return next((_BY_TAG[name] for name in names if name in _BY_TAG), _DEFAULT)


def _parents(tag: str) -> list[str]:
    """The tag without its last subtags: zh-Hant for zh-Hant-HK."""
    parts = tag.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts) - 1, 1, -1)]
