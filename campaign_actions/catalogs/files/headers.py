"""What stands at the head of a catalog file: for which language it is, and how that counts."""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from campaign_actions.core.i18n.message import Issue
from campaign_actions.core.i18n.plurals import InvalidPluralHeader, parse_header, plural_rule

PROJECT = "Campaign Actions"
CHARSETS = {"utf-8", "utf8", "us-ascii"}
ANY_FORM = "nplurals=INTEGER"  # in a template


def headers_for(tag: str, **more: str) -> dict[str, str]:
    """The header of a new catalog, without dates: programs of translators put them in."""
    locale = Locale.parse(tag, sep="-")
    return {
        "Project-Id-Version": PROJECT,
        "Report-Msgid-Bugs-To": "",
        "Last-Translator": "",
        "Language-Team": str(locale.get_display_name("en") or tag),
        "Language": tag.replace("-", "_"),
        **FORMAT,
        "Plural-Forms": plural_rule(tag).header,
        **more,
    }


FORMAT = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
OF_TEMPLATE = {"Project-Id-Version": PROJECT, "Report-Msgid-Bugs-To": "", **FORMAT}


def header_faults(headers: Mapping[str, str], tag: str) -> Iterator[Issue]:
    """What is wrong with the header of a file that is said to be in a language."""
    if not headers:
        yield Issue("header_missing")
        return
    yield from _language_faults(headers.get("Language", ""), tag)
    charset = headers.get("Content-Type", "").partition("charset=")[2].strip()
    if not charset:
        yield Issue("charset_missing")
    elif charset.casefold() not in CHARSETS:
        yield Issue("charset", {"found": charset})
    yield from _plural_faults(headers.get("Plural-Forms", ""), tag)


def is_same_language(one: str, other: str) -> bool:
    """Whether two tags, with hyphens or underscores, name one language: ru and ru_RU, not sr and sr-Latn."""
    with suppress(UnknownLocaleError, ValueError):
        return _whole(one) == _whole(other)
    return False


def _language_faults(found: str, tag: str) -> Iterator[Issue]:
    if not found:
        yield Issue("language_missing", {"expected": tag})
    elif not is_same_language(found, tag):
        yield Issue("language_wrong", {"found": found, "expected": tag})


def _plural_faults(found: str, tag: str) -> Iterator[Issue]:
    rule = plural_rule(tag)
    if not found or found.startswith(ANY_FORM):
        yield Issue("plurals_missing", {"expected": rule.header})
        return
    try:
        count, _form_of = parse_header(found)
        if rule.adapt(("",) * count, found) is not None:
            return
    except InvalidPluralHeader:
        pass
    yield Issue("plurals_wrong", {"found": found, "expected": rule.header})


def _whole(tag: str) -> str:
    """A tag with the script and the country that it leaves out."""
    locale = Locale.parse(tag.strip().replace("-", "_"))
    likely = get_global("likely_subtags")
    parts = [part for part in (locale.language, locale.script, locale.territory) if part]
    full = likely.get("_".join(parts)) or likely.get(locale.language, "")
    script, territory = ([*full.split("_")[1:], "", ""])[:2]
    return "_".join((locale.language, locale.script or script, locale.territory or territory))
