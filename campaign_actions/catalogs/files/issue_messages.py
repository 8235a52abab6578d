"""The sentences about a catalog file as a whole: what is wrong, and what to do."""

from collections.abc import Collection, Iterator

from flask_babel import lazy_gettext as _l

from campaign_actions.catalogs.files.validate import Checked, Refusal
from campaign_actions.catalogs.validation.issue_texts import (
    FAULTS,
    MOST_SHOWN,
    Texts,
    Words,
    fault_words,
    form_words,
)
from campaign_actions.catalogs.workflow.import_plan import Item, Plan
from campaign_actions.core.i18n.bidi import close_isolates

FILE_FAULTS: Texts = {
    "empty": (
        _l("The file is empty."),
        _l("Choose the file that you saved in your program."),
    ),
    "too_big": (
        _l("The file has %(size)s bytes; at most %(most)s are read."),
        _l("Send the catalog alone, as it was downloaded here."),
    ),
    "too_many": (
        _l("The file has %(count)s messages; at most %(most)s are read."),
        _l("Send the catalog alone, as it was downloaded here."),
    ),
    "other_language": (
        _l("The words are those of another language: %(found)s."),
        _l("Choose the file of this language, or go to the page of that one."),
    ),
    "bom": (
        _l("The file begins with a byte order mark."),
        _l("Save it as “UTF-8 without BOM”."),
    ),
    "not_utf8": (
        _l("This line is not in UTF-8."),
        _l("Save the file in UTF-8; in Poedit: Properties, Charset."),
    ),
    "not_text": (
        _l("This is no text."),
        _l("Choose the .po file, not another one."),
    ),
    "not_compiled": (
        _l("This is no compiled catalog, or a part of it is missing."),
        _l("Compile it again from its .po file."),
    ),
    "syntax": (
        _l("This line cannot be read: %(found)s"),
        _l(
            "Look at the quotation marks here and one line above, or save the file with Poedit,"
            " which writes them."
        ),
    ),
    "xml": (
        _l("This cannot be read as XML: %(found)s"),
        _l("Save the file again with your program, as XLIFF 2, and send it as it is."),
    ),
    "doctype": (
        _l("The file has a document type (DOCTYPE), which may lead to other files."),
        _l("Files made here have none. Save it as XLIFF 2 without it."),
    ),
    "xliff_version": (
        _l("This is no XLIFF 2 file."),
        _l("Export it as XLIFF 2.0 or 2.1, or as .po."),
    ),
    "target_missing": (
        _l("The file does not say for which language it is."),
        _l('Write trgLang="%(expected)s" into its first element, “xliff”.'),
    ),
    "target_wrong": (
        _l("The file says that it is in %(found)s, not in %(expected)s."),
        _l("Choose the file of this language, or correct “trgLang”."),
    ),
    "source_wrong": (
        _l("The file says that it is translated from %(found)s; what is here is in %(expected)s."),
        _l("Choose the file of this catalog, or correct “srcLang”."),
    ),
    "header_missing": (
        _l("The file has no header."),
        _l("Begin with the file that is downloaded here, or made by `translations add`."),
    ),
    "language_missing": (
        _l("The header does not say for which language this is."),
        _l("Write the line “Language: %(expected)s” into the header."),
    ),
    "language_wrong": (
        _l("The header says that this is in %(found)s, not in %(expected)s."),
        _l("Choose the file of this language, or correct “Language” in the header."),
    ),
    "charset": (
        _l("The header names the charset “%(found)s”."),
        _l("Save the file in UTF-8, with “charset=UTF-8” in the header."),
    ),
    "charset_missing": (
        _l("The header does not name the charset."),
        _l("Write the line “Content-Type: text/plain; charset=UTF-8” into the header."),
    ),
    "plurals_missing": (
        _l("The header does not say how many plural forms there are."),
        _l("Write the line “Plural-Forms: %(expected)s” into the header."),
    ),
    "plurals_wrong": (
        _l("The plural forms of the header do not fit the language: %(found)s"),
        _l("Write the line “Plural-Forms: %(expected)s” into the header."),
    ),
    "duplicate": (
        _l("This message was in line %(line)s already."),
        _l("Keep one of the two."),
    ),
    "message_unknown": (
        _l("There is no such message."),
        _l(
            "Leave it out, or bring the file up to date: download it again, or `translations update`."
        ),
    ),
    "fuzzy": (
        _l("It was translated for another source, so it is not used."),
        _l("Look at it again, and take the mark “fuzzy” (“needs work”) away."),
    ),
}
ALL: Texts = {**FAULTS, **FILE_FAULTS}


def plan_lines(plan: Plan, *, file: str, tag: str, taken: Collection[str] = ()) -> Iterator[str]:
    """What of an upload is refused, or asks for somebody. `taken`: keys of what was asked for and taken."""
    yield from (refusal_line(refusal, file=file, tag=tag) for refusal in plan.refused)
    for item in plan.conflicts:
        if item.message.key not in taken:
            place = f"{file}:{item.line}" if item.line else file
            source, here, there = map(shown, (item.message.source, *_differing(item)))
            yield f"{place}: {source} was changed here, too: {here}, in the file {there}."
    for unknown in plan.unknown:
        place = f"{file}:{unknown.entry.line}"
        near = f" It may be a former text of {shown(unknown.near.source)}." if unknown.near else ""
        yield f"{place}: {shown(unknown.entry.source)} is no text here any more.{near}"


def _differing(item: Item) -> tuple[str, str]:
    """The first form in which two translations are not the same."""
    pairs = zip(item.stored, item.uploaded, strict=False)
    return next((pair for pair in pairs if pair[0] != pair[1]), (item.stored[0], item.uploaded[0]))


def refusal_words(refusal: Refusal) -> Words:
    return fault_words(refusal.fault, ALL)


def report_lines(checked: Checked, *, file: str, tag: str) -> Iterator[str]:
    """What is refused, then what a person should look at; what waits for that anyway is only counted."""
    yield from (refusal_line(refusal, file=file, tag=tag) for refusal in checked.refusals)
    stale = [doubt for doubt in checked.doubts if doubt.fault.code == "fuzzy"]
    yield from (
        f"{refusal_line(doubt, file=file, tag=tag)} (used all the same)"
        for doubt in checked.doubts
        if doubt not in stale
    )
    if stale:
        yield f"{file}: {len(stale)} marked fuzzy are not used."


def refusal_line(refusal: Refusal, *, file: str, tag: str) -> str:
    """As compilers write: editors jump to `file:line`."""
    place = f"{file}:{refusal.line}" if refusal.line else file
    words = refusal_words(refusal)
    message = _message(refusal, tag)
    return f"{place}: {message}{words.what} {words.remedy}"


def _message(refusal: Refusal, tag: str) -> str:
    if not refusal.source:
        return ""
    form = "" if refusal.fault.form is None else f" ({form_words(tag, refusal.fault.form)})"
    return f"{shown(refusal.source)}{form}: "


def shown(text: str) -> str:
    text = " ".join(text.split())
    return f"“{text if len(text) <= MOST_SHOWN else close_isolates(f'{text[: MOST_SHOWN - 1]}…')}”"
