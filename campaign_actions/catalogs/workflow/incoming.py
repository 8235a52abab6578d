"""A file that comes back from a translator, as .po or XLIFF: what it says, and what is wrong with it."""

from collections import defaultdict
from dataclasses import replace

from campaign_actions.catalogs.files.headers import is_same_language
from campaign_actions.catalogs.files.mo import read_mo
from campaign_actions.catalogs.files.other_language import refuse_other_language
from campaign_actions.catalogs.files.po import Key, read_po
from campaign_actions.catalogs.files.validate import (
    BOM,
    MOST_BYTES,
    Checked,
    Refusal,
    check_entries,
    check_file,
)
from campaign_actions.catalogs.files.xliff.read import NotXliff, Xliff, read_xliff
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.catalogs.workflow.export import CAMPAIGN, VERSION
from campaign_actions.core.i18n.message import Issue, Message
from campaign_actions.core.i18n.plurals import plural_rule

COMPILED = (b"\xde\x12\x04\x95", b"\x95\x04\x12\xde")  # what a .mo begins with
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
HEADERS = {"campaign": CAMPAIGN, "version": VERSION}  # what the marks of XLIFF are called in .po


def parse_upload(data: bytes, catalog: Catalog, tag: str) -> Checked:
    """Check a file that is said to hold a catalog in a language.

    Editors on Windows begin a file with a mark; it is taken off. Words whose context has changed, like an
    action with another slug, are found by their source.
    """
    if is_xliff(data):
        checked = _check_xliff(data, catalog, tag)
    else:
        data, compiled = data.removeprefix(BOM), data.startswith(COMPILED)
        checked = check_file(data, tag=tag, messages=catalog.messages, is_compiled=compiled)
    refuse_other_language(checked, catalog.messages, tag)
    _find_moved(checked, catalog, tag)
    return checked


def is_xliff(data: bytes) -> bool:
    """By what it begins with: a .po never begins so."""
    return data.startswith(UTF_16) or data.removeprefix(BOM).lstrip().startswith(b"<")


def read_metadata(data: bytes) -> tuple[str, str]:
    """The slug of the campaign and the language that a file names; empty where it does not."""
    if len(data) > MOST_BYTES:
        return "", ""
    try:
        if is_xliff(data):
            xliff = read_xliff(data, {})
            return xliff.marks.get("campaign", ""), xliff.locale
        is_compiled = data.startswith(COMPILED)
        headers = (read_mo(data) if is_compiled else read_po(data.removeprefix(BOM))).headers
        return headers.get(CAMPAIGN, ""), headers.get("Language", "")
    except (ValueError, LookupError):
        return "", ""


def _check_xliff(data: bytes, catalog: Catalog, tag: str) -> Checked:
    if len(data) > MOST_BYTES:
        return _refused(Issue("too_big", {"size": len(data), "most": MOST_BYTES}))
    try:
        xliff = read_xliff(data, catalog.by_key)
    except NotXliff as error:
        return _refused(Issue(error.code, error.values), error.line)
    if fault := _language_fault(xliff, tag, catalog.source):
        return _refused(fault, 1)
    known = _known(catalog)
    checked = check_entries(xliff.entries, tag=tag, known=known, header=plural_rule(tag).header)
    checked.headers = {HEADERS[name]: xliff.marks[name] for name in HEADERS if name in xliff.marks}
    return checked


def _language_fault(xliff: Xliff, tag: str, source: str) -> Issue | None:
    if not xliff.locale:
        return Issue("target_missing", {"expected": tag})
    if not is_same_language(xliff.locale, tag):
        return Issue("target_wrong", {"found": xliff.locale, "expected": tag})
    if not is_same_language(xliff.source, source):
        return Issue("source_wrong", {"found": xliff.source, "expected": source})
    return None


def _known(catalog: Catalog) -> dict[Key, Message]:
    return {(message.context, message.source): message for message in catalog.messages}


def _refused(fault: Issue, line: int | None = None) -> Checked:
    return Checked(refusals=[Refusal(fault=fault, line=line)])


def _find_moved(checked: Checked, catalog: Catalog, tag: str) -> None:
    """Words of a message that has another context now, if there is exactly one that it can be."""
    known, named = _known(catalog), {entry.key for entry in checked.entries}
    meant = defaultdict(list)
    for message in catalog.messages:
        if (message.context, message.source) not in named:
            meant[_field(message.context), message.source].append(message.context)
    moved = {
        entry.key: replace(entry, context=found[0])
        for entry in checked.entries
        if entry.key not in known and len(found := meant[_field(entry.context), entry.source]) == 1
    }
    header = checked.headers.get("Plural-Forms") or plural_rule(tag).header
    again = check_entries(moved.values(), tag=tag, known=known, header=header)
    checked.translations = again.translations | checked.translations
    checked.doubts += again.doubts
    checked.refusals = [
        each for each in checked.refusals if (each.context, each.source) not in moved
    ]
    checked.refusals += again.refusals
    checked.entries = [moved.get(entry.key, entry) for entry in checked.entries]


def _field(context: str) -> str:
    """Of "action hate-crimes: button", the button."""
    return context.rpartition(": ")[2]
