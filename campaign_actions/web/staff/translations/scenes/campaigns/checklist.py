"""Scenes of the checklist of a draft."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.models import EmailTrial
from campaign_actions.catalogs.preview.sample_campaign import ID, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.publishing.checklist.checklist import checklist_from
from campaign_actions.publishing.checklist.steps import STEPS
from campaign_actions.publishing.checks.language_shares import LanguageShare
from campaign_actions.publishing.findings import PreflightResult
from campaign_actions.web.staff.translations.scenes.campaigns.sample_plan import (
    make_plan,
    make_sections,
)
from campaign_actions.web.staff.translations.scenes.samples import (
    OTHER_LOCALE,
    make_campaign,
    staff_scene,
)
from campaign_actions.web.staff.waiting.store import DraftProgress

CHECKLIST = _l("Checklist")
UNDELIVERED = {
    "sending": {(ID, SOURCE): ""},
    "unsent": {(ID, SOURCE): "the mail server cannot be reached (gaierror)"},
}
MISSED_AT = datetime(2026, 11, 29, 9, tzinfo=UTC)


def checklist_scenes() -> Iterator[Scene]:
    for state in ("blank", "started", "begun", "public", "plain", "ready", "sending", "unsent"):
        values = partial(_checklist, state=state)
        yield staff_scene(f"checklist-{state}", CHECKLIST, "publishing/checklist", values)
    changes: dict[str, dict[str, Any]] = {
        "scheduled": {"state": "scheduled"},
        "missed": {"state": "draft", "missed_at": MISSED_AT},
    }
    for name, change in changes.items():
        values = partial(_stopped, change=change)
        yield staff_scene(f"checklist-{name}", CHECKLIST, "publishing/checklist", values)
    yield staff_scene("checklist-complete", CHECKLIST, "publishing/checklist", _complete)


def _complete(sample: SampleCampaign) -> Values:
    """A campaign that opens at its time."""
    return {
        **_checklist(sample, state="ready"),
        "campaign": make_campaign(sample, state="scheduled"),
    }


def _stopped(sample: SampleCampaign, *, change: Mapping[str, Any]) -> Values:
    """A campaign that does not open at its time because of problems."""
    values = _checklist(sample, state="begun")
    return {**values, "campaign": make_campaign(sample, **change)}


def _checklist(sample: SampleCampaign, *, state: str) -> Values:
    """`state`: blank, started (without a second language), begun, plain (without a picture) or ready.

    In public, the begun language will be public. In sending and unsent, its emails have not arrived."""
    plan, now = make_plan(sample, sample.now if state == "ready" else None), sample.now
    is_tried = state in {"ready", *UNDELIVERED}
    is_complete = is_tried or state == "plain"
    trial = EmailTrial(action_id=ID, locale=SOURCE, staff_id=ID, tried_at=now)
    shares = [
        LanguageShare(SOURCE, 100, 0, "/", is_source=True),
        LanguageShare(OTHER_LOCALE, 50, 5, "/"),
        LanguageShare("ar", 0, 10, "/", is_begun=False),
    ]
    sections = tuple(make_sections(plan)) if state == "begun" else ()
    if state == "blank":
        plan = replace(plan, texts={}, actions=[], pictured=set())
    if state == "started":
        plan.actions[0].texts[0].addressee = plan.actions[0].texts[0].thanks = ""
        plan.texts[SOURCE].picture_alt = ""
        plan = replace(plan, texts={SOURCE: plan.texts[SOURCE]})
    if state == "public":
        plan = replace(plan, chosen_locales={SOURCE, OTHER_LOCALE})
    if state == "plain":
        plan = replace(plan, pictured=set())
    if is_complete:
        shares = [shares[0], LanguageShare(OTHER_LOCALE, 100, 0, "/")]
    trials = [trial] if is_tried else []
    if state == "begun":
        trials = [EmailTrial(action_id=ID, locale=OTHER_LOCALE, staff_id=ID, tried_at=now)]
    result = PreflightResult(sections)
    return {
        "campaign": make_campaign(sample, state="draft"),
        "checklist": checklist_from(
            *(plan, result, trials, tuple(shares)), undelivered=UNDELIVERED.get(state, {}), now=now
        ),
        "progress": DraftProgress(3, len(STEPS), "checks", problems=2),
        "titles": STEPS,
        "mail_locales": [SOURCE, OTHER_LOCALE],
        "now": now,
    }
