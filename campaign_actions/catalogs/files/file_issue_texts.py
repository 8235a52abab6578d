"""The issues of a catalog file and what to do about them, in sentences for people."""

from collections.abc import Collection, Iterator
from itertools import zip_longest

from flask_babel import lazy_gettext as _l

from campaign_actions.catalogs.files.entry import FileIssue
from campaign_actions.catalogs.files.validate_entries import FUZZY, ValidatedFile
from campaign_actions.catalogs.validation.issue_texts import (
    ISSUE_TEXTS,
    MAX_SHOWN_LENGTH,
    IssueText,
    Texts,
    form_examples,
    issue_text,
)
from campaign_actions.catalogs.workflow.import_plan import ImportItem, ImportPlan
from campaign_actions.core.i18n.bidi import close_isolates

FILE_ISSUE_TEXTS: Texts = {
    "empty": (
        _l("The file is empty."),
        _l("Choose the file you saved in your translation program."),
    ),
    "too_big": (
        _l("The file is %(size)s bytes. The limit is %(most)s bytes."),
        _l("Upload the file as you downloaded it here, with nothing added."),
    ),
    "too_many": (
        _l("The file has %(count)s strings. The limit is %(most)s."),
        _l("Upload the file as you downloaded it here, with nothing added."),
    ),
    "other_language": (
        _l("The translations are in another language: %(found)s."),
        _l("Choose the file for this language, or go to the page for the other language."),
    ),
    "bom": (
        _l("The file starts with a byte order mark."),
        _l("Save it as “UTF-8 without BOM”."),
    ),
    "not_utf8": (
        _l("This line is not in UTF-8."),
        _l("Save the file in UTF-8. In Poedit, set this under Properties, Charset."),
    ),
    "not_text": (
        _l("This is not a text file."),
        _l("Choose the .po file instead."),
    ),
    "not_compiled": (
        _l("This is not a .mo file, or part of it is missing."),
        _l("Compile it again from its .po file."),
    ),
    "syntax": (
        _l("This line cannot be read: %(found)s"),
        _l(
            "Check the quotation marks on this line and the one above. You can also save"
            " the file in Poedit, which adds them."
        ),
    ),
    "xml": (
        _l("The file cannot be read as XML: %(found)s"),
        _l("Save the file again as XLIFF 2 in your program, and upload it unchanged."),
    ),
    "doctype": (
        _l("The file has a document type (DOCTYPE), which could load other files."),
        _l("Save it as XLIFF 2 without a document type. Files downloaded here do not have one."),
    ),
    "xliff_version": (
        _l("This is not an XLIFF 2 file."),
        _l("Export it as XLIFF 2.0 or 2.1, or as .po."),
    ),
    "target_missing": (
        _l("The file does not say which language it is for."),
        _l('Add trgLang="%(expected)s" to its first element, “xliff”.'),
    ),
    "target_wrong": (
        _l("The file says it is in %(found)s, not %(expected)s."),
        _l("Choose the file for this language, or correct “trgLang”."),
    ),
    "source_wrong": (
        _l(
            "The file says it is translated from %(found)s, but the source text here is in"
            " %(expected)s."
        ),
        _l("Choose the file you downloaded here, or correct “srcLang”."),
    ),
    "header_missing": (
        _l("The header is missing."),
        _l("Start with a file downloaded here, or made with `translations add`."),
    ),
    "language_missing": (
        _l("The header does not say which language the file is for."),
        _l("Add the line “Language: %(expected)s” to the header."),
    ),
    "language_wrong": (
        _l("The header says the file is in %(found)s, not %(expected)s."),
        _l("Choose the file for this language, or correct “Language” in the header."),
    ),
    "charset": (
        _l("The header sets the charset to “%(found)s”."),
        _l("Save the file in UTF-8, with “charset=UTF-8” in the header."),
    ),
    "charset_missing": (
        _l("The header does not set the charset."),
        _l("Add the line “Content-Type: text/plain; charset=UTF-8” to the header."),
    ),
    "plurals_missing": (
        _l("The header does not say how many plural forms there are."),
        _l("Add the line “Plural-Forms: %(expected)s” to the header."),
    ),
    "plurals_wrong": (
        _l("The plural forms in the header do not match the language: %(found)s"),
        _l("Change this line in the header to “Plural-Forms: %(expected)s”."),
    ),
    "duplicate": (
        _l("This string is already on line %(line)s."),
        _l("Keep only one of the two."),
    ),
    "message_unknown": (
        _l("This string does not exist."),
        _l("Remove it, or update the file. Download it again, or run `translations update`."),
    ),
    "fuzzy": (
        _l("This was translated from a different source text, so it is not used."),
        _l("Check it, then remove the “fuzzy” (“needs work”) mark."),
    ),
}
ALL_ISSUE_TEXTS: Texts = {**ISSUE_TEXTS, **FILE_ISSUE_TEXTS}


def plan_lines(plan: ImportPlan, *, file: str, accepted: Collection[str] = ()) -> Iterator[str]:
    """Lines about everything that is refused or needs a decision.

    `accepted`: keys of the conflicts that have one.
    """
    yield from (issue_line(each, file=file, tag=plan.locale) for each in plan.issues)
    for item in plan.conflicts:
        if item.message.key not in accepted:
            place = f"{file}:{item.line}" if item.line else file
            source, here, there = map(quote, (item.message.source, *_first_difference(item)))
            yield f"{place}: {source} was changed in both places: {here} here, {there} in the file."
    for unknown in plan.unknown:
        place = f"{file}:{unknown.entry.line}"
        near = f" It may now be {quote(unknown.near.source)}." if unknown.near else ""
        yield f"{place}: {quote(unknown.entry.source)} is no longer in the catalog.{near}"


def report_lines(validated: ValidatedFile, *, file: str) -> Iterator[str]:
    """Issues, then warnings. Fuzzy entries are only counted."""
    tag = validated.locale
    yield from (issue_line(each, file=file, tag=tag) for each in validated.issues)
    warnings = [each for each in validated.warnings if each.issue.code != FUZZY]
    for each in warnings:
        yield f"{issue_line(each, file=file, tag=tag)} (used anyway)"
    if count := len(validated.warnings) - len(warnings):
        noun = "translation" if count == 1 else "translations"
        yield f"{file}: {count} fuzzy {noun} not used."


def issue_line(each: FileIssue, *, file: str, tag: str) -> str:
    """In the style of compilers, so that editors can jump to `file:line`."""
    place = f"{file}:{each.line}" if each.line else file
    text = file_issue_text(each)
    return f"{place}: {_subject(each, tag)}{text.what} {text.remedy}"


def file_issue_text(each: FileIssue) -> IssueText:
    return issue_text(each.issue, ALL_ISSUE_TEXTS)


def quote(text: str) -> str:
    """In one line, and shortened."""
    text = " ".join(text.split())
    if len(text) > MAX_SHOWN_LENGTH:
        text = close_isolates(f"{text[: MAX_SHOWN_LENGTH - 1]}…")
    return f"“{text}”"


def _subject(each: FileIssue, tag: str) -> str:
    if not each.source:
        return ""
    form = "" if each.issue.form is None else f" ({form_examples(tag, each.issue.form)})"
    return f"{quote(each.source)}{form}: "


def _first_difference(item: ImportItem) -> tuple[str, str]:
    """The stored and the uploaded text of the first plural form that differs."""
    pairs = zip_longest(item.stored, item.uploaded, fillvalue="")
    return next((stored, uploaded) for stored, uploaded in pairs if stored != uploaded)
