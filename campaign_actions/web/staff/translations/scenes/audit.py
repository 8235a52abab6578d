"""Scenes of the audit log: its page with an entry of every kind, and its export."""

from collections.abc import Iterator, Mapping
from functools import partial

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from campaign_actions.audit.describe import (
    format_actor,
    format_details,
    format_event,
    format_moment,
)
from campaign_actions.audit.details import CODES, DETAILS
from campaign_actions.audit.events import EVENTS
from campaign_actions.audit.log import COMMAND
from campaign_actions.audit.models import AuditEntry
from campaign_actions.audit.queries import AuditPage
from campaign_actions.audit.search import FilterForm
from campaign_actions.catalogs.preview.sample_campaign import EMAIL, ID, PLACEHOLDER, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.web.staff.translations.scenes.samples import staff_scene

AUDIT_LOG = _l("Audit log")
WRONG = {"event": "x", "since": "2026-01-02T00:00", "until": "2026-01-01T00:00"}
ONLY_VIEWS_WITHOUT_VIEWS = {"event": "signatures-viewed", "no_views": "y"}


def audit_scenes() -> Iterator[Scene]:
    yield staff_scene("audit", AUDIT_LOG, "audit/index", _every_event)
    yield staff_scene("audit-details", AUDIT_LOG, "audit/index", _every_detail)
    yield staff_scene("audit-none", AUDIT_LOG, "audit/index", partial(_log, entries=[]))
    found_nothing = partial(_log, entries=[], sought={"who": EMAIL})
    yield staff_scene("audit-not-found", AUDIT_LOG, "audit/index", found_nothing)
    for name, sent in {"": WRONG, "-views": ONLY_VIEWS_WITHOUT_VIEWS}.items():
        values = partial(_wrong_filter, sent=sent)
        yield staff_scene(f"audit-wrong{name}", AUDIT_LOG, "audit/index", values)
    some = {"event": "login", "no_views": "y"}
    for name, sent in {"": {}, "-some": some, "-wrong": WRONG}.items():
        values = partial(_export, sent=sent)
        yield staff_scene(f"audit-export{name}", AUDIT_LOG, "audit/export", values)


def _log(
    _sample: SampleCampaign,
    *,
    entries: list[AuditEntry],
    form: FilterForm | None = None,
    sought: Mapping[str, str] | None = None,
) -> Values:
    return {
        "form": form or FilterForm(MultiDict()),
        "shown": AuditPage(entries, ID, ID),
        "sought": sought or {},
        "actor_in_words": format_actor,
        "event_in_words": format_event,
        "details_of": lambda entry: list(format_details(entry.details, {})),
        "moment_in_words": format_moment,
        "addresses": {PLACEHOLDER: "/"},
    }


def _every_event(sample: SampleCampaign) -> Values:
    actors = (EMAIL, COMMAND, "")
    entries = [
        _entry(sample, event, actor=actors[number % len(actors)])
        for number, event in enumerate(EVENTS)
    ]
    return _log(sample, entries=entries)


def _every_detail(sample: SampleCampaign) -> Values:
    """Each name of a detail, and each code that one can have."""
    details: list[dict[str, object]] = [{name: PLACEHOLDER} for name in DETAILS]
    details += [{name: code} for name, codes in CODES.items() for code in codes]
    details += [{"whole": True}, {"whole": False}]
    entries = [_entry(sample, "login", details=each) for each in details]
    return _log(sample, entries=entries)


def _entry(
    sample: SampleCampaign,
    event: str,
    *,
    actor: str = EMAIL,
    details: Mapping[str, object] | None = None,
) -> AuditEntry:
    return AuditEntry(
        id=ID,
        at=sample.now,
        actor=actor,
        event=event,
        subject=PLACEHOLDER,
        rows=1,
        details=details or {},
    )


def _wrong_filter(sample: SampleCampaign, *, sent: Mapping[str, str]) -> Values:
    form = FilterForm(MultiDict(sent))
    form.validate()
    return _log(sample, entries=[], form=form)


def _export(_sample: SampleCampaign, *, sent: Mapping[str, str]) -> Values:
    form = FilterForm(MultiDict(sent))
    form.validate()
    return {"form": form, "sought": sent, "event_in_words": format_event}
