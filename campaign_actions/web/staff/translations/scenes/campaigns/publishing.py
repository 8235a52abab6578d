"""Scenes of publishing and ending campaigns."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from campaign_actions.campaigns.models import (
    PreviewLink,
)
from campaign_actions.catalogs.preview.sample_campaign import (
    ID,
    NAME,
    PLACEHOLDER,
    SampleCampaign,
)
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.previews.forms import PreviewLinkForm
from campaign_actions.publishing.change_checks import OVER
from campaign_actions.publishing.findings import Finding, PreflightResult
from campaign_actions.publishing.forms import CloseForm, OpenForm, PublishForm, make_archive_form
from campaign_actions.web.staff.publishing.conflicts import CHANGED, Decision, change_in_words
from campaign_actions.web.staff.publishing.publish_page import (
    NO_LANGUAGE,
    PROBLEMS,
    REFUSALS,
)
from campaign_actions.web.staff.translations.scenes.campaigns.changes import make_draft
from campaign_actions.web.staff.translations.scenes.campaigns.sample_plan import (
    make_plan,
    make_sections,
)
from campaign_actions.web.staff.translations.scenes.samples import (
    OTHER_LOCALE,
    PAGE,
    make_action,
    make_campaign,
    staff_scene,
    with_errors,
)

PUBLISH = _l("Publish")
STATES = ("draft", "scheduled", "open", "closed", "archived")
PROBLEM_OF = {"publish": PROBLEMS, "languages": NO_LANGUAGE, "cancel": CHANGED}


def publishing_scenes() -> Iterator[Scene]:
    for state in STATES:
        values = partial(_publish, state=state)
        yield staff_scene(f"publish-{state}", PUBLISH, "publishing/publish", values)
    yield staff_scene("publish-missed", PUBLISH, "publishing/publish", _missed)
    for is_tried in (True, False):
        values = partial(_publish, state="draft", is_tried=is_tried, is_clear=True)
        yield staff_scene(f"publish-clear-{is_tried}", PUBLISH, "publishing/publish", values)
    for part in REFUSALS:
        values = partial(_refused, part=part)
        yield staff_scene(f"publish-refused-{part}", PUBLISH, "publishing/publish", values)
    yield staff_scene("publish-visitor", PUBLISH, "publishing/publish", _without_rights)
    for name in ("close", "reopen", "unpublish"):
        yield staff_scene(f"publishing-{name}", PUBLISH, f"publishing/{name}", _ask)
    yield staff_scene("hide-languages", PUBLISH, "publishing/hide_languages", _hide_languages)
    for is_wrong in (False, True):
        state = "-wrong" * is_wrong
        for name, make in {
            "archive": _archive,
            "open_action": _open,
            "close_action": _close,
        }.items():
            values = partial(make, is_wrong=is_wrong)
            yield staff_scene(f"{name}{state}", PUBLISH, f"publishing/{name}", values)
    asked: dict[str, Callable[[SampleCampaign], Values]] = {
        "archive": partial(_archive, is_wrong=False),
        "open_action": partial(_open, is_wrong=False),
        "close_action": partial(_close, is_wrong=False),
        "unpublish": _ask,
    }
    for name, before in asked.items():
        values = partial(_conflict, make=before)
        yield staff_scene(f"{name}-conflict", PUBLISH, f"publishing/{name}", values)
    yield staff_scene("close_action-now", PUBLISH, "publishing/close_action", _close_now)
    for is_public in (False, True):
        values = partial(_open_refused, is_public=is_public)
        yield staff_scene(f"open_action-{is_public}", PUBLISH, "publishing/open_action", values)


def _publish(
    sample: SampleCampaign, *, state: str, is_tried: bool = True, is_clear: bool = False
) -> Values:
    now = sample.now
    opens_at = {"draft": None, "scheduled": now + timedelta(days=1)}.get(state, now)
    plan = make_plan(sample, opens_at)
    plan.actions[0].closes_at = now if state in OVER else None
    actions = tuple(make_action(sample, published_at=at) for at in (None, now, opens_at))
    form = PublishForm(formdata=None)
    form.prefill(opens_at, now)
    sections = () if is_clear else tuple(make_sections(plan))
    is_draft = state == "draft"
    return {
        "campaign": make_campaign(sample, state=state, actions=actions),
        "plan": plan,
        "form": form,
        "preflight": None
        if state in OVER
        else PreflightResult(sections, now if is_tried else None),
        "refused": "",
        "problem": "",
        "ticked_languages": [SOURCE],
        "is_open": plan.is_open(now),
        "is_scheduled": plan.is_scheduled(now),
        "now": now,
        "links": [] if is_draft else _links(sample),
        "links_page": PAGE,
        "tokens": {ID: "token"},
        "preview_locales": [] if is_draft else [SOURCE],
        "share_form": PreviewLinkForm(formdata=None),
    }


def _missed(sample: SampleCampaign) -> Values:
    """A campaign that did not open at its time because of problems."""
    campaign = make_campaign(sample, state="draft", missed_at=sample.now)
    return {**_publish(sample, state="draft"), "campaign": campaign}


def _refused(sample: SampleCampaign, *, part: str) -> Values:
    form = PublishForm(MultiDict({"when": "at"}))
    form.now = sample.now
    if part == "publish":
        with_errors(form)
    values = {**_publish(sample, state="draft"), "form": form, "refused": REFUSALS[part]}
    return {**values, "problem": PROBLEM_OF[part]}


def _without_rights(sample: SampleCampaign) -> Values:
    def may(permission: str, *_campaign: object) -> bool:
        return permission != "campaigns.publish"

    return {**_publish(sample, state="open", is_tried=False), "may": may}


def _links(sample: SampleCampaign) -> list[PreviewLink]:
    facts = {"label": NAME, "expires_at": sample.now, "opened": 2}
    good = PreviewLink(id=ID, **facts)
    ended = PreviewLink(id=ID + 1, last_opened_at=sample.now, **facts)
    return [good, ended, PreviewLink(id=ID + 2, revoked_at=sample.now, **facts)]


def _ask(sample: SampleCampaign) -> Values:
    campaign = make_campaign(sample, draft=make_draft(sample))
    return {"campaign": campaign, "seen": "", "problem": ""}


def _hide_languages(sample: SampleCampaign) -> Values:
    campaign = make_campaign(sample, state="open")
    return {"campaign": campaign, "removed": [OTHER_LOCALE], "public": [SOURCE], "seen": [SOURCE]}


def _archive(sample: SampleCampaign, *, is_wrong: bool) -> Values:
    form = make_archive_form([SOURCE, OTHER_LOCALE])(formdata=None)
    shown = with_errors(form) if is_wrong else form
    return {"campaign": make_campaign(sample), "form": shown, "problem": "", "seen": ""}


def _open(sample: SampleCampaign, *, is_wrong: bool) -> Values:
    form = OpenForm(MultiDict()) if is_wrong else OpenForm(formdata=None)
    form.now = sample.now
    return {
        "campaign": make_campaign(sample),
        "problem": "",
        "action": make_action(sample),
        "form": with_errors(form) if is_wrong else form,
        "blockers": [Finding("blocker", PLACEHOLDER)] if is_wrong else (),
        "is_public": False,
    }


def _open_refused(sample: SampleCampaign, *, is_public: bool) -> Values:
    """It has problems in a draft, or it is open already."""
    values = {**_open(sample, is_wrong=False), "is_public": is_public}
    campaign = make_campaign(sample, state="open" if is_public else "draft")
    return {**values, "campaign": campaign, "blockers": [Finding("blocker", PLACEHOLDER)]}


def _conflict(sample: SampleCampaign, *, make: Callable[[SampleCampaign], Values]) -> Values:
    """Someone else was faster."""
    return {
        **make(sample),
        "problem": change_in_words(Decision(NAME, sample.now)),
        "public_results": {SOURCE: PLACEHOLDER},
    }


def _close(sample: SampleCampaign, *, is_wrong: bool) -> Values:
    past = (sample.now - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    sent = MultiDict({"when": "at", "at": past}) if is_wrong else None
    form = CloseForm(sent)
    form.now = sample.now
    return {
        "campaign": make_campaign(sample),
        "problem": "",
        "asks": False,
        "action": make_action(sample),
        "form": with_errors(form) if is_wrong else form,
        "is_closed": not is_wrong,
    }


def _close_now(sample: SampleCampaign) -> Values:
    return {**_close(sample, is_wrong=False), "asks": True}
