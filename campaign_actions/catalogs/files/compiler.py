"""Compiling .po to .mo: valid translations go in, for all others the source is shown.

A .mo that was not compiled here is checked when it is read, so it can do no more than its .po could.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import structlog

from campaign_actions.catalogs.files.entry import Key
from campaign_actions.catalogs.files.headers import headers_for
from campaign_actions.catalogs.files.mo import write_mo
from campaign_actions.catalogs.files.normalise import normalise
from campaign_actions.catalogs.files.parse import ParsedFile, parse
from campaign_actions.catalogs.files.validate_entries import ValidatedFile, validate
from campaign_actions.core.i18n.message import Forms, Message
from campaign_actions.core.i18n.plurals import plural_rule

log = structlog.get_logger()
COMPILED_HERE = {"X-Checked-By": "campaign-actions"}


def compile_po(
    data: bytes, *, tag: str, messages: Iterable[Message]
) -> tuple[bytes, ValidatedFile]:
    """The .mo for a .po, and what was found in it."""
    messages = list(messages)
    validated = validate_po(data, tag=tag, messages=messages)
    translations = validated.translations
    used = [(m, translations[m.key]) for m in messages if m.key in translations]
    return write_mo(headers_for(tag, **COMPILED_HERE), used), validated


def validate_po(data: bytes, *, tag: str, messages: Iterable[Message]) -> ValidatedFile:
    """The part of a .po that is compiled."""
    return validate(normalise(parse(data, "po"), messages, tag))


def usable_translations(
    data: bytes, *, tag: str, messages: Iterable[Message]
) -> Mapping[Key, Forms]:
    """The translations of a .po that the program would show."""
    messages = list(messages)
    return _by_key(validate_po(data, tag=tag, messages=messages), messages)


def read_compiled(file: Path, *, tag: str, messages: Iterable[Message]) -> Mapping[Key, Forms]:
    """The translations of a .mo, in the plural forms of its language; none if it cannot be read."""
    try:
        parsed = parse(file.read_bytes(), "mo")
    except OSError as error:
        log.warning("catalog_not_readable", locale=tag, error=type(error).__name__)
        return {}
    if parsed.issues:
        codes = [each.issue.code for each in parsed.issues]
        log.warning("catalog_not_readable", locale=tag, error=codes[0])
        return {}
    if _is_compiled_here(parsed, tag):
        return {entry.key: entry.forms for entry in parsed.entries if entry.forms}
    return _validated(parsed, tag, list(messages))


def _is_compiled_here(file: ParsedFile, tag: str) -> bool:
    """And for the plural forms that the language has now."""
    counts_like_us = file.headers.get("Plural-Forms") == plural_rule(tag).header
    return counts_like_us and COMPILED_HERE.items() <= file.headers.items()


def _validated(file: ParsedFile, tag: str, messages: list[Message]) -> Mapping[Key, Forms]:
    validated = validate(normalise(file, messages, tag))
    if validated.issues:
        codes = sorted({each.issue.code for each in validated.issues})
        log.warning("catalog_has_issues", locale=tag, count=len(validated.issues), issues=codes)
    return _by_key(validated, messages)


def _by_key(validated: ValidatedFile, messages: list[Message]) -> Mapping[Key, Forms]:
    return {
        (message.context, message.source): validated.translations[message.key]
        for message in messages
        if message.key in validated.translations
    }
