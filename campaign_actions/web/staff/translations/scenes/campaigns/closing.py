"""Scenes of opening and closing actions, and of closing, archiving and unpublishing campaigns."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from werkzeug.datastructures import MultiDict

from campaign_actions.actions.action_overview import State
from campaign_actions.actions.newest.schedules import Schedule
from campaign_actions.catalogs.preview.sample_campaign import NAME, PLACEHOLDER, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.publishing.findings import Finding
from campaign_actions.publishing.forms import CloseForm, CloseOpenForm, OpenForm, make_archive_form
from campaign_actions.web.staff.publishing.conflicts import Decision, change_in_words
from campaign_actions.web.staff.publishing.open_action import NOT_OPENED
from campaign_actions.web.staff.publishing.publish_page import TIME_NOT_SAVED
from campaign_actions.web.staff.translations.scenes.campaigns.changes import make_draft
from campaign_actions.web.staff.translations.scenes.campaigns.publishing import PUBLISH
from campaign_actions.web.staff.translations.scenes.samples import (
    OTHER_LOCALE,
    make_action,
    make_campaign,
    staff_scene,
    with_errors,
)

STATES = ("draft", "scheduled", "open", "closed")


def closing_scenes() -> Iterator[Scene]:
    for name in ("close", "unpublish"):
        yield staff_scene(f"publishing-{name}", PUBLISH, f"publishing/{name}", _ask)
    archived = partial(_ask, state="archived")
    yield staff_scene("publishing-unpublish-archived", PUBLISH, "publishing/unpublish", archived)
    yield staff_scene("publishing-reopen", PUBLISH, "publishing/reopen", _reopen)
    for reopens, stays in ((True, True), (False, True), (False, False)):
        leave = partial(_reopen, reopens=reopens, stays=stays, state="archived")
        name = f"publishing-leave-archive-{reopens}-{stays}"
        yield staff_scene(name, PUBLISH, "publishing/reopen", leave)
    for is_wrong in (False, True):
        state = "-wrong" * is_wrong
        for name, make in {
            "archive": _archive,
            "open_action": _open,
            "close_action": _close,
        }.items():
            values = partial(make, is_wrong=is_wrong)
            yield staff_scene(f"{name}{state}", PUBLISH, f"publishing/{name}", values)
    late = partial(_archive, is_wrong=True, state="archived")
    yield staff_scene("archive-late", PUBLISH, "publishing/archive", late)
    asked: dict[str, Callable[[SampleCampaign], Values]] = {
        "archive": partial(_archive, is_wrong=False, state="archived"),
        "open_action": partial(_open, is_wrong=False),
        "close_action": partial(_close, is_wrong=False),
        "unpublish": _ask,
    }
    for name, before in asked.items():
        values = partial(_conflict, make=before)
        yield staff_scene(f"{name}-conflict", PUBLISH, f"publishing/{name}", values)
    yield staff_scene(
        "close_action-planned",
        PUBLISH,
        "publishing/close_action",
        partial(_close_with_changes, asks=False),
    )
    for owner in ("", "action", "campaign"):
        values = partial(_close_with_changes, asks=True, result_of=owner)
        yield staff_scene(f"close_action-now-{owner}", PUBLISH, "publishing/close_action", values)
    for is_public in (True, False):
        owner = "action" if is_public else ""
        values = partial(_reopen_action, is_public=is_public, result_of=owner)
        name = f"close_action-again-{is_public}"
        yield staff_scene(name, PUBLISH, "publishing/close_action", values)
    for is_early in (False, True):
        values = partial(_open_at, is_early=is_early)
        yield staff_scene(f"open_action-at-{is_early}", PUBLISH, "publishing/open_action", values)
    yield staff_scene("open_action-closed", PUBLISH, "publishing/open_action", _open_in_closed)
    for is_public in (False, True):
        values = partial(_open_refused, is_public=is_public)
        yield staff_scene(f"open_action-{is_public}", PUBLISH, "publishing/open_action", values)


def _reopen(
    sample: SampleCampaign, *, reopens: bool = True, stays: bool = False, state: State = "closed"
) -> Values:
    """Actions that had each kind of closing time, and one that was closed separately.

    `stays`: also one that was closed with the campaign before it was archived.
    """
    day = timedelta(days=1)
    ends = enumerate((None, sample.now + day, sample.now - day), 1) if reopens else ()
    actions = tuple(make_action(sample, id=one, state="closed") for one in range(1, 6))
    campaign = make_campaign(sample, state=state, actions=actions)
    facts = {"stays": {5} if stays else set(), "seen": "", "now": sample.now, "has_result": True}
    return {"campaign": campaign, "ends": dict(ends), **facts}


def _ask(sample: SampleCampaign, *, state: State = "open") -> Values:
    planned = Schedule(sample.now + timedelta(days=1), 3, NAME)
    any_time = {"published_at": sample.now, "closes_at": None}
    actions = [make_action(sample, state=one, **any_time) for one in STATES]
    actions.append(make_action(sample, state="open", closes_at=planned.at))
    draft = make_draft(sample, schedule=planned)
    campaign = make_campaign(sample, draft=draft, actions=tuple(actions), state=state)
    values: Values = {"campaign": campaign, "seen": "", "problem": "", "has_result": True}
    return {**values, "unready": [OTHER_LOCALE]}


def _archive(sample: SampleCampaign, *, is_wrong: bool, state: State = "open") -> Values:
    form = make_archive_form([SOURCE, OTHER_LOCALE])(formdata=None)
    shown = with_errors(form) if is_wrong else form
    later = make_action(sample, state="scheduled", published_at=sample.now)
    campaign = make_campaign(sample, state=state, actions=(later,))
    values: Values = {"problem": "", "seen": "", "public_results": {}}
    return {**values, "campaign": campaign, "form": shown, "pages": [make_action(sample)]}


def _open(sample: SampleCampaign, *, is_wrong: bool) -> Values:
    form = OpenForm(MultiDict()) if is_wrong else OpenForm(formdata=None)
    form.now = sample.now
    return {
        "campaign": make_campaign(sample),
        "problem": "",
        "action": make_action(sample),
        "form": with_errors(form) if is_wrong else form,
        "blockers": [Finding("blocker", PLACEHOLDER)] if is_wrong else (),
        "checks": [Finding("warning", PLACEHOLDER)],
        "has_checks": True,
        "refused": TIME_NOT_SAVED if is_wrong else NOT_OPENED,
        "is_public": False,
    }


def _open_at(sample: SampleCampaign, *, is_early: bool) -> Values:
    """At a time before its campaign opens, or after the action closes."""
    chosen = sample.now + timedelta(days=2)
    sent = MultiDict({"when": "at", "at": chosen.strftime("%Y-%m-%dT%H:%M")})
    form = OpenForm(sent)
    form.now = sample.now
    form.campaign_opens_at = chosen + timedelta(days=1) if is_early else None
    form.closes_at = chosen - timedelta(days=1)
    return {**_open(sample, is_wrong=False), "form": with_errors(form)}


def _open_in_closed(sample: SampleCampaign) -> Values:
    """It was left out, and the others are closed."""
    return {**_open(sample, is_wrong=False), "campaign": make_campaign(sample, state="closed")}


def _open_refused(sample: SampleCampaign, *, is_public: bool) -> Values:
    """It has problems in a draft, or it is open already."""
    values = {**_open(sample, is_wrong=False), "is_public": is_public}
    campaign = make_campaign(sample, state="open" if is_public else "draft")
    return {
        **values,
        "campaign": campaign,
        "blockers": [Finding("blocker", PLACEHOLDER, can_leave_out=True, language=SOURCE)],
    }


def _conflict(sample: SampleCampaign, *, make: Callable[[SampleCampaign], Values]) -> Values:
    """Someone else was faster, or the reader in another tab."""
    both = (Decision(NAME, sample.now, is_own=is_own) for is_own in (False, True))
    return {
        **make(sample),
        "problem": " ".join(map(change_in_words, both)),
        "public_results": {SOURCE: PLACEHOLDER},
    }


def _close(sample: SampleCampaign, *, is_wrong: bool) -> Values:
    past = (sample.now - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    sent = MultiDict({"when": "at", "at": past}) if is_wrong else None
    form = (CloseOpenForm if is_wrong else CloseForm)(sent)
    form.now = sample.now
    return {
        "campaign": make_campaign(sample),
        "problem": "",
        "asks": False,
        "result_of": "",
        "result_address": "/",
        "action": make_action(sample, has_closed=not is_wrong),
        "form": with_errors(form) if is_wrong else form,
    }


def _reopen_action(sample: SampleCampaign, *, is_public: bool, result_of: str) -> Values:
    facts = {"closes_at": sample.now, "has_closed": True, "is_public": is_public}
    action = make_action(sample, state="closed" if is_public else "draft", **facts)
    return {**_close(sample, is_wrong=False), "action": action, "result_of": result_of}


def _close_with_changes(sample: SampleCampaign, *, asks: bool, result_of: str = "") -> Values:
    """An open action whose changes have a time. `asks`: before it closes now. `result_of`: what has one."""
    planned = Schedule(sample.now + timedelta(days=1), 3, NAME)
    draft = make_draft(sample, of_action=True, schedule=planned)
    action = make_action(sample, draft=draft)
    campaign = make_campaign(sample, actions=(action,))
    values = {**_close(sample, is_wrong=False), "action": action, "campaign": campaign}
    form = CloseOpenForm(formdata=None)
    return {**values, "form": form, "asks": asks, "result_of": result_of}
