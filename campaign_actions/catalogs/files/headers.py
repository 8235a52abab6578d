"""The headers of catalog files: those of new files, and what can be wrong with those of others."""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from campaign_actions.core.i18n.message import Issue
from campaign_actions.core.i18n.plurals import InvalidPluralHeader, parse_header, plural_rule

PROJECT_NAME = "Campaign Actions"
CHARSETS = {"utf-8", "utf8", "us-ascii"}
CAMPAIGN_HEADER = "X-Campaign"
VERSION_HEADER = "X-Campaign-Actions-Version"
SOURCE_HEADER = "X-Source-Language"
TEMPLATE_PLURAL_FORMS = "nplurals=INTEGER"  # the placeholder in a template
FORMAT_HEADERS = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
TEMPLATE_HEADERS = {
    "Project-Id-Version": PROJECT_NAME,
    "Report-Msgid-Bugs-To": "",
    **FORMAT_HEADERS,
}


def headers_for(tag: str, **more: str) -> dict[str, str]:
    """The headers of a new catalog. Translators' programs add the dates."""
    locale = Locale.parse(tag, sep="-")
    return {
        "Project-Id-Version": PROJECT_NAME,
        "Report-Msgid-Bugs-To": "",
        "Last-Translator": "",
        "Language-Team": str(locale.get_display_name("en") or tag),
        "Language": tag.replace("-", "_"),
        **FORMAT_HEADERS,
        "Plural-Forms": plural_rule(tag).header,
        **more,
    }


def header_issues(headers: Mapping[str, str], tag: str) -> Iterator[Issue]:
    """The issues of the headers of a .po or .mo that should be in a language."""
    if not headers:
        yield Issue("header_missing")
        return
    yield from _language_issues(headers.get("Language", ""), tag)
    charset = headers.get("Content-Type", "").partition("charset=")[2].strip()
    if not charset:
        yield Issue("charset_missing")
    elif charset.casefold() not in CHARSETS:
        yield Issue("charset", {"found": charset})
    yield from _plural_issues(headers.get("Plural-Forms", ""), tag)


def xliff_header_issues(headers: Mapping[str, str], tag: str, *, source: str) -> Iterator[Issue]:
    """Likewise of an XLIFF file, translated from `source`. XLIFF itself settles charset and plural forms."""
    found, found_source = headers.get("Language", ""), headers.get(SOURCE_HEADER, "")
    if not found:
        yield Issue("target_missing", {"expected": tag})
    elif not is_same_language(found, tag):
        yield Issue("target_wrong", {"found": found, "expected": tag})
    elif not is_same_language(found_source, source):
        yield Issue("source_wrong", {"found": found_source, "expected": source})


def is_same_language(one: str, other: str) -> bool:
    """Whether two tags, with hyphens or underscores, name one language: ru and ru_RU, not sr and sr-Latn."""
    with suppress(UnknownLocaleError, ValueError):
        return _maximised(one) == _maximised(other)
    return False


def _language_issues(found: str, tag: str) -> Iterator[Issue]:
    if not found:
        yield Issue("language_missing", {"expected": tag})
    elif not is_same_language(found, tag):
        yield Issue("language_wrong", {"found": found, "expected": tag})


def _plural_issues(found: str, tag: str) -> Iterator[Issue]:
    rule = plural_rule(tag)
    if not found or found.startswith(TEMPLATE_PLURAL_FORMS):
        yield Issue("plurals_missing", {"expected": rule.header})
        return
    try:
        count, _form_of = parse_header(found)
        if rule.adapt(("",) * count, found) is not None:
            return
    except InvalidPluralHeader:
        pass
    yield Issue("plurals_wrong", {"found": found, "expected": rule.header})


def _maximised(tag: str) -> str:
    """A tag with the likely script and territory where it has none."""
    locale = Locale.parse(tag.strip().replace("-", "_"))
    likely = get_global("likely_subtags")
    parts = [part for part in (locale.language, locale.script, locale.territory) if part]
    full = likely.get("_".join(parts)) or likely.get(locale.language, "")
    script, territory = ([*full.split("_")[1:], "", ""])[:2]
    return "_".join((locale.language, locale.script or script, locale.territory or territory))
