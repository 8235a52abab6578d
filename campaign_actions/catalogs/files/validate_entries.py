"""Step 3 of an import: find what of a file can be used, and what is wrong with the rest.

If the header is wrong, nothing of the file is used.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from campaign_actions.catalogs.files.entry import FileEntry, FileIssue, Key, entry_issue
from campaign_actions.catalogs.files.headers import header_issues, xliff_header_issues
from campaign_actions.catalogs.files.normalise import NormalisedEntry, NormalisedFile
from campaign_actions.catalogs.files.parse import ParsedFile
from campaign_actions.catalogs.validation.validate_translation import issues, warnings
from campaign_actions.core.i18n.message import SOURCE, Forms, Issue, Message
from campaign_actions.core.i18n.plurals import plural_rule

UNKNOWN, FUZZY = "message_unknown", "fuzzy"
MIN_RESEMBLING = 20  # a few messages read the same in many languages
HEADERS_OF_ISSUES = {
    "language_missing": ("Language", "Language-Team"),
    "language_wrong": ("Language",),
    "charset_missing": ("Content-Type",),
    "plurals_missing": ("Plural-Forms",),
    "plurals_wrong": ("Plural-Forms",),
}


@dataclass(frozen=True, kw_only=True)
class ValidatedFile:
    """`translations`: what can be used, by the keys of messages, in the forms of the language."""

    locale: str
    headers: Mapping[str, str] = field(default_factory=dict)
    entries: Sequence[FileEntry] = ()  # none if the file as a whole is refused
    translations: Mapping[str, Forms] = field(default_factory=dict)
    issues: Sequence[FileIssue] = ()
    warnings: Sequence[FileIssue] = ()


def validate(
    normalised: NormalisedFile,
    *,
    source: str = SOURCE,
    other_languages: Mapping[str, Mapping[Key, Forms]] | None = None,
    allows_bom: bool = False,
) -> ValidatedFile:
    """`source`: the language of the messages.

    `other_languages`: by their names, the catalogs in which the file must not be written: letters alone do
    not tell French from Spanish.
    """
    file, locale = normalised.file, normalised.locale
    found = list(_file_issues(file, locale=locale, source=source, allows_bom=allows_bom))
    if found:
        return ValidatedFile(locale=locale, headers=file.headers, issues=found)
    validated = _validate_entries(normalised)
    if other := _resembled(normalised, validated.translations, other_languages or {}):
        issue = FileIssue(issue=Issue("other_language", {"found": other}))
        return ValidatedFile(locale=locale, headers=file.headers, issues=[issue])
    return validated


def _file_issues(
    file: ParsedFile, *, locale: str, source: str, allows_bom: bool
) -> Iterator[FileIssue]:
    if file.has_bom and not allows_bom:
        yield FileIssue(issue=Issue("bom"), line=1)
        return
    if file.issues:
        yield from file.issues
        return
    if file.format == "xliff":
        found = xliff_header_issues(file.headers, locale, source=source)
    else:
        found = header_issues(file.headers, locale)
    for issue in found:
        yield FileIssue(issue=issue, line=_header_line(file, issue))


def _header_line(file: ParsedFile, issue: Issue) -> int | None:
    """The line of the header that an issue is about, else that of the first; None for a .mo."""
    names = (*HEADERS_OF_ISSUES.get(issue.code, ()), "")
    return next((file.header_lines[name] for name in names if name in file.header_lines), None)


def _validate_entries(normalised: NormalisedFile) -> ValidatedFile:
    translations: dict[str, Forms] = {}
    found: list[FileIssue] = []
    doubtful: list[FileIssue] = []
    lines: dict[Key, int] = {}
    for each in normalised.entries:
        entry = each.entry
        wrong = _entry_issues(each, normalised.locale, first_line=lines.get(entry.key))
        lines.setdefault(entry.key, entry.line)
        found += [entry_issue(entry, issue) for issue in wrong]
        if each.message is None or wrong:
            continue
        doubtful += [entry_issue(entry, issue) for issue in _entry_warnings(each, each.message)]
        if each.forms and not entry.is_fuzzy:
            translations[each.message.key] = each.forms
    return ValidatedFile(
        locale=normalised.locale,
        headers=normalised.file.headers,
        entries=[each.entry for each in normalised.entries],
        translations=translations,
        issues=found,
        warnings=doubtful,
    )


def _entry_issues(each: NormalisedEntry, locale: str, *, first_line: int | None) -> list[Issue]:
    """`first_line`: where the file has the same entry before."""
    if first_line is not None:
        return [Issue("duplicate", {"line": first_line})]
    if each.message is None:
        return [Issue(UNKNOWN)]
    if each.entry.is_fuzzy:
        return []
    if each.forms is None:
        values = {"count": len(each.entry.forms), "needed": plural_rule(locale).count}
        return [Issue("forms", values)]
    return issues(each.message, each.forms, locale)


def _entry_warnings(each: NormalisedEntry, message: Message) -> list[Issue]:
    if each.entry.is_fuzzy:
        return [Issue(FUZZY)]
    return warnings(message, each.forms) if each.forms else []


def _resembled(
    normalised: NormalisedFile,
    translations: Mapping[str, Forms],
    other_languages: Mapping[str, Mapping[Key, Forms]],
) -> str | None:
    """The language of which most translations are word for word."""
    ours = {
        each.entry.key: translations[each.message.key]
        for each in normalised.entries
        if each.message and each.message.key in translations
    }
    for name, theirs in other_languages.items():
        same = sum(theirs.get(key) == forms for key, forms in ours.items())
        if same >= MIN_RESEMBLING and same * 2 > len(ours):
            return name
    return None
