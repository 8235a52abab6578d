"""Scenes of what needs the approval of a second person."""

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from operator import attrgetter
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.signatures.invalidation.erase_batch import EraseBatch
from campaign_actions.approvals.describe import operation_facts
from campaign_actions.approvals.forms import DecideForm, ModeForm, ReasonForm
from campaign_actions.approvals.labels import (
    GUARDED_TASKS,
    STATES,
    WARNINGS,
    operation_title,
    request_title,
)
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.catalogs.preview.sample_campaign import (
    EMAIL,
    ID,
    NAME,
    PLACEHOLDER,
    SampleCampaign,
)
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.disclosures.export import Export
from campaign_actions.disclosures.guarded_export import GuardedExport
from campaign_actions.disclosures.selection import Selection
from campaign_actions.staff.dual_control import SetDualControl
from campaign_actions.updates.models import UpdateText
from campaign_actions.web.staff.exports.send import progress_attributes
from campaign_actions.web.staff.translations.scenes.people import PEOPLE
from campaign_actions.web.staff.translations.scenes.samples import (
    OTHER_ID,
    by_id,
    make_member,
    staff_scene,
    with_errors,
)

APPROVALS = _l("Approvals")
_LISTED: Values = {
    "title_of": request_title,
    "states": STATES,
    "until_of": attrgetter("expires_at"),
}


def approval_scenes() -> Iterator[Scene]:
    for is_active in (True, False):
        values = partial(_setting, is_active=is_active)
        yield staff_scene(f"two-people-{is_active}", PEOPLE, "approvals/two_people", values)
    yield staff_scene("approvals", APPROVALS, "approvals/index", _requests)
    yield staff_scene("approvals-none", APPROVALS, "approvals/index", _no_requests)
    yield staff_scene("approval-ask", APPROVALS, "approvals/ask", _ask)
    for state in STATES:
        for is_own in (True, False):
            values = partial(_request_page, state=state, is_own=is_own)
            name = f"approval-{state}{'-own' * is_own}"
            yield staff_scene(name, APPROVALS, "approvals/show", values)
    values = partial(_request_page, state="approved", is_own=True, is_usable=True)
    yield staff_scene("approval-download", APPROVALS, "approvals/show", values)
    values = partial(_request_page, kind="send-update", state="cancelled")
    yield staff_scene("approval-update-cancelled", APPROVALS, "approvals/show", values)
    for kind in WARNINGS:
        values = partial(_request_page, kind=kind)
        yield staff_scene(f"approval-of-{kind}", APPROVALS, "approvals/show", values)


def _setting(sample: SampleCampaign, *, is_active: bool) -> Values:
    able = {"staff.manage": [make_member(sample)], "signatures.export": [], "signatures.erase": []}
    able["updates.send"] = []
    form = ModeForm(None, mode="auto")
    return {
        "form": form,
        "is_active": is_active,
        "joined": 3,
        "able": able,
        "guarded_tasks": GUARDED_TASKS.values(),
    }


def _requests(sample: SampleCampaign) -> Values:
    closed = [
        _request(sample, state="declined", decided_by=OTHER_ID),
        _request(sample, state="done", is_by_command=True),
    ]
    shown = {"to_approve": [_request(sample)], "own": [_request(sample)], "closed": closed}
    return {**shown, "names": by_id(NAME), **_LISTED}


def _no_requests(_sample: SampleCampaign) -> Values:
    nothing: Values = {"to_approve": [], "own": [], "closed": []}
    return {**nothing, "names": {}, **_LISTED}


def _ask(sample: SampleCampaign) -> Values:
    operation = _deletion(sample)
    return {
        "form": with_errors(ReasonForm(MultiDict())),
        "title": operation_title(operation),
        "warning": WARNINGS[operation.kind],
        "facts": list(operation_facts(operation, {}, [SOURCE])),
        "approvers": [make_member(sample)],
        "sent": [],
        "address": "/staff/",
    }


def _request_page(
    sample: SampleCampaign,
    *,
    kind: str = "",
    state: str = "pending",
    is_own: bool = False,
    is_usable: bool = False,
) -> Values:
    """Of an export, or of a deletion where it was carried out, in part or whole, and someone else asked."""
    is_deleting = state in ("approved", "declined", "done") and not is_own
    kind = kind or ("erase-batch" if is_deleting else "export")
    decided = {"decided_by": OTHER_ID, "decided_at": sample.now} if state == "done" else {}
    found = _request(sample, kind=kind, state=state, rows_done=2 * is_deleting, **decided)
    found.usable_until = sample.now if is_usable else None
    is_open = state == "pending"
    return {
        "found": found,
        "form": DecideForm(None),
        "title": request_title(found),
        "texts": [UpdateText(locale=SOURCE, subject=PLACEHOLDER, body=PLACEHOLDER)]
        if kind == "send-update"
        else [],
        "facts": list(
            operation_facts(SetDualControl("on", for_updates=True), {"mode": "auto"}, [SOURCE])
        ),
        "warning": WARNINGS[kind],
        "states": STATES,
        "is_open": is_open,
        "until": found.expires_at,
        "is_own": is_own,
        "may_approve": is_open and not is_own,
        "may_decline": is_open and not is_own,
        "approvers": [],
        "names": by_id(NAME),
        "given_alone": True,
        "operation": _export(),
        "preview_url": "/staff/",
        "progress": progress_attributes(NAME),
        "is_usable": is_usable,
    }


def _request(sample: SampleCampaign, *, kind: str = "export", **changes: Any) -> ApprovalRequest:
    facts = {
        "id": ID,
        "kind": kind,
        "subject": EMAIL,
        "payload": json.dumps({}),
        "reason": "…",
        "state": "pending",
        "requested_by": ID,
        "requested_at": sample.now,
        "expires_at": sample.now + timedelta(days=3),
        "decided_by": None,
        "is_by_command": False,
        "decided_at": None,
        "note": "…",
        "usable_until": None,
        "rows_done": 0,
    }
    return ApprovalRequest(**facts | changes)


def _deletion(sample: SampleCampaign) -> EraseBatch:
    facts = {"action": sample.petition.slug, "marked_at": sample.now.isoformat()}
    chosen = {"since": sample.now.isoformat(), "country": "RU"}
    return EraseBatch(campaign=ID, action_id=ID, batch=ID, filter=chosen, rows=5, **facts)


def _export() -> GuardedExport:
    selection = Selection(actions=(ID,))
    chosen = Export(campaign=ID, selection=selection, purpose="handover", format="csv")
    return GuardedExport(chosen)
