"""Scenes of exports and of the list of exported files."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.models import COUNTED
from campaign_actions.actions.personal_data.former_addressees import (
    AddresseeChanged,
    FormerAddressee,
    FormerSigners,
)
from campaign_actions.actions.personal_data.purposes import PURPOSE_LABELS, purposes_for
from campaign_actions.actions.signatures.filters.words import filter_facts
from campaign_actions.actions.signatures.search import ResultCount
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.catalogs.preview.sample_campaign import ID, NAME, SLUG, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.disclosures.changes import CHANGE
from campaign_actions.disclosures.export import BaseNotYours, export_of
from campaign_actions.disclosures.export_form import ExportForm
from campaign_actions.disclosures.labels import (
    CHANGE_LABELS,
    REASON_LABELS,
    STATE_LABELS,
    code_column,
    compare_contents,
    format_label,
    headings_in,
)
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.disclosures.preview import Preview
from campaign_actions.disclosures.selection import Selection
from campaign_actions.web.staff.exports.send import progress_attributes
from campaign_actions.web.staff.translations.scenes.samples import (
    PAGE,
    listed_campaign,
    make_action,
    make_campaign,
    staff_scene,
    with_errors,
)

EXPORT = _l("Export")
FILE = "racism-hate-crimes-team-2026-11-20.csv"
CODE = "abcdefghijklmnopqrstuvwxyz"
WRONG = {"format": "x", "purpose": "handover", "status": "invalid", "public_key": "x", "since": "x"}
FILTER: dict[str, Any] = {"language": "en", "country": "RU", "source": SLUG, "status": "pending"}
PERIOD: dict[str, Any] = {
    "since": "2026-11-01T00:00:00+00:00",
    "until": "2026-12-01T00:00:00+00:00",
}


def export_scenes() -> Iterator[Scene]:
    for state in ("new", "campaign", "wrong", "impossible", "preview", "too-long", "off"):
        yield staff_scene(f"export-{state}", EXPORT, "exports/make", partial(_make, state=state))
    for state in ("some", "none"):
        yield staff_scene(f"files-{state}", EXPORT, "exports/index", partial(_files, state=state))
    for state in (
        "complete",
        "deletions",
        "answers",
        "overdue",
        "interrupted",
        "destroyed",
        "other",
    ):
        yield staff_scene(f"file-{state}", EXPORT, "exports/show", partial(_file, state=state))
    for state in ("some", "program", "none", "error"):
        values = partial(_changes, state=state)
        yield staff_scene(f"changes-{state}", EXPORT, "exports/changes", values)


def _make(sample: SampleCampaign, *, state: str) -> Values:
    action, purposes = make_action(sample), purposes_for("petition")
    form = ExportForm(MultiDict(WRONG) if state == "wrong" else None)
    titles = {"1": str(action.title), "2": NAME}
    form.offer(purposes, titles, ["en"])
    form.actions.data = ["1"]
    rows = [["x" for _column in range(3)]]
    names, is_too_long = ["given_name", "family_name", "comment"], state == "too-long"
    found = Preview(321, names, rows, is_too_long, former=_former(sample))
    return {
        "campaign": make_campaign(sample),
        "action": None if state == "campaign" else action,
        "form": with_errors(form) if state == "wrong" else form,
        "purposes": [] if state == "impossible" else purposes,
        "contents": compare_contents(purposes, ["petition"]),
        "has_expiring": state == "preview",
        "confirmed": _confirmed(state),
        "found": found if state in {"preview", "too-long"} else None,
        "problem": str(AddresseeChanged.message) if state == "preview" else "",
        "progress": progress_attributes(FILE),
        "is_guarded": True,
        "last": _record(sample) if state == "preview" else None,
        "requests": _requests(sample) if state == "preview" else [],
        "is_off": state == "off",
    }


def _former(sample: SampleCampaign) -> list[FormerSigners]:
    return [FormerSigners(FormerAddressee(ID, SOURCE, NAME, None, sample.now), 21)]


def _confirmed(state: str) -> tuple[ResultCount, ResultCount] | None:
    """Of a list with others: counted, or too long to be counted."""
    numbers = {"new": (ResultCount(321), ResultCount(380))}
    unknown = (ResultCount(321), ResultCount(380, is_more=True))
    return (numbers | {"off": unknown}).get(state)


def _requests(sample: SampleCampaign) -> list[ApprovalRequest]:
    """One that is pending, and one that was approved."""
    return [
        ApprovalRequest(id=number, usable_until=until, subject=NAME)
        for number, until in ((1, None), (2, sample.now))
    ]


def _record(sample: SampleCampaign, **changes: Any) -> ExportRecord:
    values: dict[str, Any] = {
        "id": ID,
        "campaign_id": ID,
        "staff_id": ID,
        "state": "complete",
        "started_at": sample.now,
        "ended_at": sample.now,
        "purpose": "team",
        "recipient": NAME,
        "selection": Selection(actions=(ID,)).to_text(),
        "preset": "",
        "format": "csv",
        "file_name": FILE,
        "columns": ["signature_id", "given_name"],
        "public_key": "",
        "words_in": "",
        "base_id": None,
        "has_all_codes": True,
        "rows": 321,
        "sha256": "0" * 64,
        "manifest": "{}",
        "answers_due_at": None,
        "destroyed_at": None,
    }
    return ExportRecord(**values | changes)


def _files(sample: SampleCampaign, *, state: str) -> Values:
    command = _record(sample, id=2, staff_id=None, state="interrupted", rows=None)
    running = _record(sample, id=3, state="running", rows=None)
    due = _record(sample, id=6, answers_due_at=sample.now)
    deleted = _record(sample, id=4, destroyed_at=sample.now)
    listed = [_record(sample), command, running, deleted, due]
    return {
        "urgent": [_record(sample), _record(sample, id=5)] if state == "some" else [],
        "campaigns": [listed_campaign(sample, "open")] if state == "some" else [],
        "requests": _requests(sample) if state == "some" else [],
        "records": listed if state == "some" else [],
        "page": PAGE,
        "deletions": {ID: 2},
        "keep_until": {ID: sample.now},
        "overdue": {5},
        "names": {ID: NAME},
        "purposes": PURPOSE_LABELS,
        "states": STATE_LABELS,
        "now": sample.now,
    }


def _file(sample: SampleCampaign, *, state: str) -> Values:
    changes: dict[str, dict[str, Any]] = {
        "deletions": {"has_all_codes": False},
        "answers": {"answers_due_at": sample.now},
        "interrupted": {"state": "interrupted", "rows": None, "sha256": None, "manifest": None},
        "destroyed": {"destroyed_at": sample.now, "destroyed_by": ID},
        "other": {
            "base_id": 2,
            "public_key": "age1",
            "words_in": "en",
            "selection": Selection(actions=(ID,), **FILTER, **PERIOD).to_text(),
        },
    }
    record = _record(sample, **changes.get(state, {}))
    has_deletions = state == "deletions"
    reasons = [(CODE, reason, sample.now) for reason in ("withdrawn", "deleted")]
    return {
        "record": record,
        "actions": [],
        "filter": list(
            filter_facts(export_of(record).selection, SourceNames(()), usual_status=COUNTED)
        ),
        "format": format_label(record.format, record.preset),
        "deletions": reasons if has_deletions else [],
        "deletions_count": 3 if has_deletions else 0,
        "is_overdue": state == "overdue",
        "keep_until": sample.now,
        "columns": headings_in(record.words_in, record.columns),
        "code_column": code_column(record),
        "is_own": state == "complete",
        "is_holder": True,
        "names": {ID: NAME},
        "purposes": PURPOSE_LABELS,
        "states": STATE_LABELS,
        "reasons": REASON_LABELS,
        "due_answers": [("answers.qsample", sample.now.date())] if state == "answers" else [],
        "now": sample.now,
    }


def _changes(sample: SampleCampaign, *, state: str) -> Values:
    record = _record(sample, preset="proca" if state == "program" else "")
    return {
        "record": record,
        "code_column": code_column(record),
        "change_column": CHANGE,
        "counts": dict.fromkeys(CHANGE_LABELS, 2 if state in ("some", "program") else 0),
        "labels": CHANGE_LABELS,
        "error": str(BaseNotYours.message) if state == "error" else "",
        "former": _former(sample) if state == "some" else [],
        "problem": "",
        "progress": progress_attributes(FILE),
        "is_guarded": True,
    }
