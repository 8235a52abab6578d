"""Exports in words, for staff: formats, contents, filters and changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import LazyString, lazy_pgettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.personal_data.purposes import Purpose
from campaign_actions.actions.signatures.staff_forms import STATUS_LABELS
from campaign_actions.core.i18n.formatting import country
from campaign_actions.core.i18n.locale import language_name
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.disclosures.presets import PRESETS
from campaign_actions.disclosures.selection import Selection
from campaign_actions.exports import FORMATS

FOR_PEOPLE = "xlsx"  # all other formats are for programs
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
    (_l("Where the link was shared"), frozenset({"source"})),
    (_l("Random code of each entry"), frozenset({"signature_id"})),
)


@dataclass(frozen=True)
class ContentLine:
    """One line of the table that compares purposes: `has` says for each purpose whether it is in the file."""

    label: LazyString
    has: Sequence[bool]


def compare_contents(purposes: Sequence[Purpose], kinds: Sequence[str]) -> list[ContentLine]:
    """The contents of a file for each purpose, and what is missing there."""
    columns = [set(purpose.columns_of_kinds(kinds)) for purpose in purposes]
    lines = [
        ContentLine(label, [bool(names & own) for own in columns]) for label, names in CONTENTS
    ]
    return [line for line in lines if any(line.has)]


def format_label(format_name: str, preset: str = "") -> str:
    return PRESET_LABELS[preset] if preset else str(FORMAT_LABELS[format_name])


def filter_facts(selection: Selection) -> Iterator[tuple[str, str]]:
    """The filter as pairs of label and text."""
    if selection.since_at:
        yield _("Form sent from"), datetime_here(selection.since_at)
    if selection.until_at:
        yield _("Form sent before"), datetime_here(selection.until_at)
    if selection.language:
        yield _("Language"), language_name(selection.language)
    if selection.country:
        yield _("Country"), country(selection.country)
    if selection.source:
        yield _("Source"), selection.source
    if "status" in selection.filter():
        yield _("Status"), str(STATUS_LABELS[selection.status])
