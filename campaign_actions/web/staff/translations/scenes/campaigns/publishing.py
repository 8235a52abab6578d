"""Scenes of publishing campaigns."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from campaign_actions.campaigns.models import PreviewLink
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
from campaign_actions.publishing.findings import Finding, PreflightResult, Section
from campaign_actions.publishing.forms import (
    PublishForm,
)
from campaign_actions.web.staff.publishing.conflicts import CHANGED
from campaign_actions.web.staff.publishing.publish_page import (
    ALREADY_PUBLISHED,
    NO_LANGUAGE,
    NOT_SCHEDULED,
    PROBLEMS,
    REFUSALS,
)
from campaign_actions.web.staff.publishing.publishing_messages import already_published_words
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
PROBLEM_OF = {
    "publish": PROBLEMS,
    "schedule": PROBLEMS,
    "languages": NO_LANGUAGE,
    "cancel": CHANGED,
}


def publishing_scenes() -> Iterator[Scene]:
    for state in STATES:
        values = partial(_publish, state=state)
        yield staff_scene(f"publish-{state}", PUBLISH, "publishing/publish", values)
    yield staff_scene("publish-missed", PUBLISH, "publishing/publish", _missed)
    for is_tried in (True, False):
        values = partial(_publish, state="draft", is_tried=is_tried, is_clear=True)
        yield staff_scene(f"publish-clear-{is_tried}", PUBLISH, "publishing/publish", values)
    for part in (*REFUSALS, "schedule"):
        values = partial(_refused, part=part)
        yield staff_scene(f"publish-refused-{part}", PUBLISH, "publishing/publish", values)
    yield staff_scene("publish-archived-before", PUBLISH, "publishing/publish", _archived_before)
    yield staff_scene("publish-pending", PUBLISH, "publishing/publish", _pending)
    yield staff_scene("publish-opened", PUBLISH, "publishing/publish", _opened)
    for state in ("draft", "open"):
        values = partial(_without_rights, state=state)
        yield staff_scene(f"publish-visitor-{state}", PUBLISH, "publishing/publish", values)
    yield staff_scene("hide-languages", PUBLISH, "publishing/hide_languages", _hide_languages)


def _pending(sample: SampleCampaign) -> Values:
    """Only the approval of a consent text is missing."""
    found = Finding("blocker", PLACEHOLDER, PLACEHOLDER, is_pending=True)
    preflight = PreflightResult((Section(SOURCE, True, (found,)),))
    return {**_publish(sample, state="draft"), "preflight": preflight}


def _publish(
    sample: SampleCampaign, *, state: str, is_tried: bool = True, is_clear: bool = False
) -> Values:
    now = sample.now
    opens_at = {"draft": None, "scheduled": now + timedelta(days=1)}.get(state, now)
    plan = make_plan(sample, opens_at)
    plan.actions[0].closes_at = now if state in OVER else None
    times = (None, now, opens_at)
    its = {"state": "archived"} if state == "archived" else {}
    actions = tuple(make_action(sample, published_at=at, **its) for at in times)
    closed = make_action(sample, state="closed", published_at=now, closes_at=now, has_closed=True)
    form = PublishForm(formdata=None)
    form.prefill(opens_at, now)
    sections = () if is_clear else tuple(make_sections(plan))
    is_draft = state == "draft"
    return {
        "campaign": make_campaign(sample, state=state, actions=(*actions, closed)),
        "plan": plan,
        "form": form,
        "preflight": None
        if state in OVER
        else PreflightResult(sections, now if is_tried else None),
        "refused": "",
        "problem": "",
        "to_fix": (),
        "has_opened": False,
        "ended": (),
        "has_new_addressee": is_draft,
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


def _archived_before(sample: SampleCampaign) -> Values:
    """It was unpublished from the archive."""
    plan = make_plan(sample, None)
    plan.campaign.archived_at = sample.now
    ended = make_action(sample, published_at=sample.now, closes_at=sample.now)
    campaign = make_campaign(sample, state="draft", actions=(ended,))
    values = _publish(sample, state="draft", is_clear=True)
    return {**values, "plan": plan, "campaign": campaign, "ended": (ended.id,)}


def _refused(sample: SampleCampaign, *, part: str) -> Values:
    form = PublishForm(MultiDict({"when": "at"}))
    form.now = sample.now
    if part == "publish":
        with_errors(form)
    refused = NOT_SCHEDULED if part == "schedule" else REFUSALS[part]
    values = {**_publish(sample, state="draft"), "form": form, "refused": refused}
    return {**values, "problem": PROBLEM_OF[part]}


def _opened(sample: SampleCampaign) -> Values:
    """Someone else has published it."""
    words = already_published_words(NAME, sample.now)
    seen = {"has_opened": True, "refused": ALREADY_PUBLISHED, "problem": words}
    return {**_publish(sample, state="open"), **seen}


def _without_rights(sample: SampleCampaign, *, state: str) -> Values:
    def may(permission: str, *_campaign: object) -> bool:
        return permission != "campaigns.publish"

    return {**_publish(sample, state=state, is_tried=False), "may": may}


def _links(sample: SampleCampaign) -> list[PreviewLink]:
    facts = {"label": NAME, "expires_at": sample.now, "opened": 2}
    good = PreviewLink(id=ID, **facts)
    ended = PreviewLink(id=ID + 1, last_opened_at=sample.now, **facts)
    return [good, ended, PreviewLink(id=ID + 2, revoked_at=sample.now, **facts)]


def _hide_languages(sample: SampleCampaign) -> Values:
    campaign = make_campaign(sample, state="open")
    return {"campaign": campaign, "removed": [OTHER_LOCALE], "public": [SOURCE], "seen": [SOURCE]}
