"""Exports in words: formats, contents, filters and changes for staff, and the rows of a file for people."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import LazyString, lazy_pgettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.personal_data.purposes import (
    COLUMN_LABELS,
    QUESTIONS,
    Purpose,
    purposes_for_kinds,
)
from campaign_actions.actions.questions.export_columns import is_answer, question_labels
from campaign_actions.actions.signatures.staff_forms import CHANNEL_LABELS, STATUS_LABELS
from campaign_actions.core.i18n.countries import countries
from campaign_actions.core.i18n.locale import current_locale, known_locales, language_name_in
from campaign_actions.core.templating.environment import locale_context
from campaign_actions.disclosures.changes import CHANGE
from campaign_actions.disclosures.export import Export
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.disclosures.presets import PRESETS
from campaign_actions.exports import FORMATS, Column, Section

CODE = "signature_id"
FORMAT_LABELS: Mapping[str, LazyString] = {
    "xlsx": _l("XLSX, for spreadsheets"),
    "csv": _l("CSV, for any software"),
    "jsonl": _l("JSON Lines, for software, with values as typed"),
}
assert set(FORMAT_LABELS) == set(FORMATS)
PRESET_LABELS: Mapping[str, str] = {preset.name: preset.label for preset in PRESETS.values()}
STATE_LABELS: Mapping[str, LazyString] = {
    "running": lazy_pgettext("export", "Running"),
    "complete": lazy_pgettext("export", "Complete"),
    "interrupted": lazy_pgettext("export", "Interrupted"),
}
CHANGE_LABELS: Mapping[str, LazyString] = {
    "new": lazy_pgettext("participations", "New"),
    "corrected": lazy_pgettext("participations", "Corrected"),
    "withdrawn": lazy_pgettext("participations", "Withdrawn"),
    "invalid": lazy_pgettext("participations", "Invalid"),
    "deleted": lazy_pgettext("participations", "Deleted"),
    "removed": lazy_pgettext("participations", "No longer in the selection"),
}
REASON_LABELS: Mapping[str, LazyString] = {
    "withdrawn": lazy_pgettext("one participation", "Withdrawn"),
    "deleted": lazy_pgettext("one participation", "Deletion requested"),
    "unsubscribed": lazy_pgettext("one participation", "Unsubscribed from updates"),
}
# In a file for people, a row of an increment, and the heading of each column.
ROW_CHANGES: Mapping[str, LazyString] = {
    "new": lazy_pgettext("entry", "New"),
    "corrected": lazy_pgettext("entry", "Corrected"),
    "withdrawn": lazy_pgettext("entry", "Withdrawn"),
    "invalid": lazy_pgettext("entry", "Invalid"),
    "deleted": lazy_pgettext("entry", "Deleted"),
    "removed": lazy_pgettext("entry", "No longer in the selection"),
}
HEADINGS: Mapping[str, LazyString] = {
    "signature_id": lazy_pgettext("column", "Entry code"),
    "campaign": lazy_pgettext("column", "Campaign"),
    "campaign_ref": lazy_pgettext("column", "Document reference"),
    "action": lazy_pgettext("column", "Action"),
    "kind": lazy_pgettext("column", "Kind of action"),
    "status": lazy_pgettext("column", "Status"),
    "email": lazy_pgettext("column", "Email address"),
    "given_name": lazy_pgettext("column", "Given name"),
    "family_name": lazy_pgettext("column", "Family name"),
    "country_code": lazy_pgettext("column", "Country"),
    "language": lazy_pgettext("column", "Language"),
    "comment": lazy_pgettext("column", "Comment"),
    "show_name": lazy_pgettext("column", "We may show the name"),
    "wants_updates": lazy_pgettext("column", "Wants updates"),
    "consent_version": lazy_pgettext("column", "Version of the consent text"),
    "signed_at": lazy_pgettext("column", "Form sent (UTC)"),
    "signed_on": lazy_pgettext("column", "Date of participation (UTC)"),
    "confirmed_at": lazy_pgettext("column", "Confirmed (UTC)"),
    "withdrawn_at": lazy_pgettext("column", "Withdrawn (UTC)"),
    "updated_at": lazy_pgettext("column", "Last changed (UTC)"),
    "source": lazy_pgettext("column", "Channel"),
    "channel": lazy_pgettext("column", "How they took part"),
    "answers.promise": lazy_pgettext("column", "Pledge"),
    "show_comment": lazy_pgettext("column", "We may show the comment"),
    QUESTIONS: lazy_pgettext("column", "Answers to your questions"),
    CHANGE: lazy_pgettext("column", "Change"),
}
assert set(HEADINGS) == {*COLUMN_LABELS, CHANGE}
# The contents of files, each line with the columns that it names.
CONTENTS: Sequence[tuple[LazyString, frozenset[str]]] = (
    (_l("Name"), frozenset({"given_name", "family_name"})),
    (_l("Email address"), frozenset({"email"})),
    (_l("Country"), frozenset({"country_code"})),
    (_l("Comment"), frozenset({"comment"})),
    (_l("Date of participation"), frozenset({"signed_on", "signed_at"})),
    (_l("Language"), frozenset({"language"})),
    (_l("Wish for updates"), frozenset({"wants_updates"})),
    (_l("Consent and its version"), frozenset({"consent_version"})),
    (_l("Answers of a pledge"), frozenset({"answers.promise"})),
    (_l("Answers to your questions"), frozenset({QUESTIONS})),
    (_l("Where the link was shared"), frozenset({"source"})),
    (_l("Random code of each entry"), frozenset({"signature_id"})),
)


@dataclass(frozen=True)
class ContentLine:
    """One line of the table that compares purposes: `has` says for each purpose whether it is in the file."""

    label: LazyString
    has: Sequence[bool]


def compare_contents(
    purposes: Sequence[Purpose], kinds: Sequence[str], asked_for: Collection[str] = ()
) -> list[ContentLine]:
    """The contents of a file for each purpose, and what is missing there.

    `asked_for`: the purposes of the questions that the actions ask.
    """
    columns = [set(purpose.columns_of_kinds(kinds)) for purpose in purposes]
    for purpose, own in zip(purposes, columns, strict=True):
        if any(map(purpose.has_answer, asked_for)):
            own.add(QUESTIONS)
    lines = [
        ContentLine(label, [bool(names & own) for own in columns]) for label, names in CONTENTS
    ]
    return [line for line in lines if any(line.has)]


def split_contents(
    purpose: Purpose, kinds: Sequence[str], asked_for: Collection[str] = ()
) -> tuple[list[str], list[str]]:
    """The contents of a file for one purpose, and those that only files for others have."""
    lines = compare_contents(purposes_for_kinds(kinds), kinds, asked_for)
    place = purposes_for_kinds(kinds).index(purpose)
    included = [str(line.label) for line in lines if line.has[place]]
    return included, [str(line.label) for line in lines if not line.has[place]]


def format_label(format_name: str, preset: str = "") -> str:
    return PRESET_LABELS[preset] if preset else str(FORMAT_LABELS[format_name])


def in_words(sections: Sequence[Section], locale: str) -> list[Section]:
    """The same rows for people: headings, countries and other codes are words of a language.

    The names of campaigns and actions stay those in addresses: they are the same in every increment.
    """
    first = sections[0].columns
    names, asked = [one.name for one in first], {one.name: one.heading for one in first}
    with locale_context(locale):
        headings = dict(zip(names, _headings(names, asked), strict=True))
        words = {name: _words_of(name, locale) for name in names}
        truth = {"true": _("yes"), "false": _("no")}
    return [
        replace(
            section, columns=[_for_people(one, headings, words, truth) for one in section.columns]
        )
        for section in sections
    ]


def headings_in(
    locale: str, names: Sequence[str], asked: Mapping[str, str] | None = None
) -> list[str]:
    """The headings of these columns in a file with words of a language; without one, their names.

    `asked`: the questions by the names of their columns.
    """
    if not locale:
        return [*names]
    with locale_context(locale):
        return _headings(names, asked)


def columns_to_read(export: Export, names: Sequence[str]) -> list[str]:
    """The headings of these columns, as a page lists them: a column of answers has its question."""
    asked = question_labels(export.actions(), export.what_for, export.words_in or current_locale())
    if export.words_in:
        return headings_in(export.words_in, names, asked)
    return [f"{asked[name]} ({name})" if name in asked else name for name in names]


def columns_in_words(export: Export, names: Sequence[str]) -> list[str]:
    """These columns in the language of the page, whatever the file calls them."""
    tag = current_locale()
    return headings_in(tag, names, question_labels(export.actions(), export.what_for, tag))


def code_column(record: ExportRecord) -> str:
    """The heading of the column in a file by which an entry is found: `signature_id`, or its words."""
    if record.preset:
        return PRESETS[record.preset].code_column
    return headings_in(record.words_in, [CODE])[0]


def _headings(names: Sequence[str], asked: Mapping[str, str] | None = None) -> list[str]:
    """In the language of the page. Two columns never have one heading, because the rows go by them.

    `asked`: the questions that are the headings of answers; without one, it is the name of the column.
    """
    found = {name: (asked or {}).get(name) or str(HEADINGS.get(name, name)) for name in names}
    times = Counter([*map(str, HEADINGS.values()), *map(found.get, filter(is_answer, names))])
    return [text if times[text] == 1 else f"{text} ({name})" for name, text in found.items()]


def _words_of(name: str, locale: str) -> Mapping[str, str] | None:
    """The words for the codes of a column, in the language of the page; None if it has none."""
    if name == "country_code":
        return dict(countries(locale))
    if name == "language":
        return {tag: language_name_in(tag, locale) for tag in known_locales()}
    labels: Mapping[str, Mapping[str, LazyString]] = {
        "kind": {kind.name: kind.label for kind in KINDS.values()},
        "status": STATUS_LABELS,
        "channel": CHANNEL_LABELS,
        CHANGE: ROW_CHANGES,
    }
    found = labels.get(name)
    return found and {code: str(label) for code, label in found.items()}


def _for_people(
    column: Column,
    headings: Mapping[str, str],
    words: Mapping[str, Mapping[str, str] | None],
    truth: Mapping[str, str],
) -> Column:
    known = truth if column.kind == "boolean" else column.words or words[column.name]
    return replace(column, heading=headings[column.name], words=known)
