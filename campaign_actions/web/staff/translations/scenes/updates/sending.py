"""Scenes of updates to signers: the checks, sending one, and how far it has got."""

from collections.abc import Iterator
from functools import partial

from werkzeug.datastructures import MultiDict

from campaign_actions.actions.counts.states.around import Around
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.catalogs.preview.sample_campaign import (
    ID,
    NAME,
    PLACEHOLDER,
    SampleCampaign,
)
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.core.mail.render import RenderedMail
from campaign_actions.publishing.findings import Finding
from campaign_actions.updates.checks import clusters, emails, texts
from campaign_actions.updates.checks.others import words as recent_words
from campaign_actions.updates.forms import SendForm
from campaign_actions.updates.models import UpdateText
from campaign_actions.web.staff.dashboards.events import around_words
from campaign_actions.web.staff.translations.scenes.samples import (
    OTHER_LOCALE,
    make_action,
    staff_scene,
    with_errors,
)
from campaign_actions.web.staff.translations.scenes.updates.samples import (
    PROGRESS,
    STATUSES,
    TAGS,
    UPDATES,
    make_audience,
    make_outdated,
    make_texts,
    make_update,
    people_values,
)

BAD_TEXT = "[words](example) [more]() {{ name }} <b> http://example.org"


def sending_scenes() -> Iterator[Scene]:
    yield staff_scene("update-check", UPDATES, "updates/check", _check)
    yield staff_scene("update-clear", UPDATES, "updates/check", _clear)
    yield staff_scene("update-send", UPDATES, "updates/send", _send)
    yield staff_scene("update-time", UPDATES, "updates/send", _send_later)
    yield staff_scene("update-off", UPDATES, "updates/send", _send_while_off)
    yield staff_scene("update-scheduled", UPDATES, "updates/scheduled", _scheduled)
    for status in STATUSES[2:]:
        values = partial(_progress, status=status)
        yield staff_scene(f"update-{status}", UPDATES, "updates/progress", values)
    ended = partial(_progress, status="stopped", can_resume=False)
    yield staff_scene("update-over", UPDATES, "updates/progress", ended)


def _check(sample: SampleCampaign) -> Values:
    """With all that can be wrong with the texts and the emails."""
    written = make_texts(BAD_TEXT)
    written[SOURCE].subject = "x" * 200
    mails = {SOURCE: None, OTHER_LOCALE: RenderedMail(OTHER_LOCALE, "", "", "x" * 200_000)}
    blockers = texts.missing({}) + texts.missing({SOURCE: UpdateText(subject="", body="")})
    warnings = texts.long_subjects(written)
    for wrong, doubtful in (texts.placeholders(written), texts.invalid_links(written)):
        blockers += wrong
        warnings += doubtful
    for check in (emails.unrendered, emails.without_unsubscribe_link, emails.too_large):
        blockers += check(mails)
    findings = [
        Finding("ok", PLACEHOLDER),
        Finding("warning", PLACEHOLDER, details=tuple(warnings)),
        Finding("blocker", PLACEHOLDER, details=tuple(blockers)),
        clusters.suspicious(5, "#"),
        Finding("warning", PLACEHOLDER, details=(recent_words(5, sample.now, PLACEHOLDER),)),
    ]
    facts = {"tags": TAGS, "findings": findings, "is_ready": False}
    return {"action": make_action(sample), "update": make_update(sample), **facts}


def _clear(sample: SampleCampaign) -> Values:
    return {**_check(sample), "findings": [Finding("ok", PLACEHOLDER)], "is_ready": True}


def _send(sample: SampleCampaign) -> Values:
    form = SendForm(formdata=None)
    form.now = sample.now
    form.prefill(None, sample.now)
    facts = {
        "texts": make_texts(),
        "audience": make_audience(),
        "form": form,
        "outdated": make_outdated(),
        "needs_approval": True,
    }
    facts |= {"closing": [PLACEHOLDER], "closing_times": [PLACEHOLDER], "is_asked": True}
    facts |= people_values(34)
    return {"action": make_action(sample), "update": make_update(sample), **facts}


def _send_later(sample: SampleCampaign) -> Values:
    scheduled = make_update(sample, status="scheduled")
    return {**_send(sample), "update": scheduled, "needs_approval": False}


def _send_while_off(sample: SampleCampaign) -> Values:
    form = SendForm(MultiDict({"when": "at"}))
    form.now = sample.now
    facts = {"form": with_errors(form), "needs_approval": False}
    return {**_send(sample), **facts, "is_email_off": True}


def _scheduled(sample: SampleCampaign) -> Values:
    return {
        "action": make_action(sample),
        "update": make_update(sample, status="scheduled", scheduled_by=ID),
        "tags": TAGS,
        "title": PLACEHOLDER,
        "names": {ID: NAME},
        "approver": NAME,
        "closing": [PLACEHOLDER],
        "is_due": True,
        "seconds_left": 0,
        "audience": make_audience(),
        "asked_for": ApprovalRequest(id=ID),
        **people_values(0),
    }


def _progress(sample: SampleCampaign, *, status: str, can_resume: bool = True) -> Values:
    return {
        "action": make_action(sample),
        "update": make_update(sample, status=status),
        "tags": TAGS,
        "title": PLACEHOLDER,
        "progress": PROGRESS,
        "around": around_words(Around(3, "day", before=4, after=9)),
        "audience": make_audience(),
        "names": {ID: NAME},
        "approver": NAME,
        "can_resume": can_resume,
        "keep_days": 7,
    }
