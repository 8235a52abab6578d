"""Scenes of updates to signers: writing one, the checks, sending it, and how far it has got."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.counts.states.around import Around
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.campaigns.source_names import SourceNames
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
from campaign_actions.core.mail.render import RenderedMail
from campaign_actions.publishing.findings import Finding
from campaign_actions.updates.audience import Numbers
from campaign_actions.updates.checks import clusters, emails, texts
from campaign_actions.updates.forms import AudienceForm, SendForm, UpdateForm
from campaign_actions.updates.models import NOT_STARTED, Update, UpdateText
from campaign_actions.updates.preflight import Readers, took_part_in
from campaign_actions.updates.queries import Progress
from campaign_actions.web.staff.dashboards.events import around_words
from campaign_actions.web.staff.translations.scenes.samples import (
    OTHER_LOCALE,
    make_action,
    make_campaign,
    staff_scene,
    with_errors,
)
from campaign_actions.web.staff.updates.clash import Clash
from campaign_actions.web.staff.updates.segment import segment_in_words

UPDATES = _l("Updates")
STATUSES = ("draft", "scheduled", "sending", "stopped", "sent")
PROGRESS = Progress(left=1, waiting=2, failed=1, done=30)
READERS = [Readers(SOURCE, 30, SOURCE), Readers(OTHER_LOCALE, 4, None)]
TAGS = [SOURCE, OTHER_LOCALE]
BAD_TEXT = "[words](example) [more]() {{ name }} <b> http://example.org"


def update_scenes() -> Iterator[Scene]:
    yield staff_scene("updates", UPDATES, "updates/index", _index)
    yield staff_scene("updates-campaign", UPDATES, "updates/index", _of_campaign)
    yield staff_scene("updates-none", UPDATES, "updates/index", _empty_index)
    for state in ("new", "draft", "wrong", "clash"):
        yield staff_scene(f"update-{state}", UPDATES, "updates/edit", partial(_edit, state=state))
    yield staff_scene("update-delete", UPDATES, "updates/delete", _delete)
    yield staff_scene("update-mail", UPDATES, "updates/preview", partial(_mail, is_written=True))
    yield staff_scene(
        "update-no-mail", UPDATES, "updates/preview", partial(_mail, is_written=False)
    )
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


def _audience() -> list[tuple[str, str]]:
    """Of those who took part in one action, or in one of several."""
    return [took_part_in([PLACEHOLDER]), took_part_in([PLACEHOLDER, PLACEHOLDER])]


def _update(sample: SampleCampaign, *, status: str = "draft", **changes: Any) -> Update:
    now = sample.now
    facts = {
        "id": ID,
        "status": status,
        "made_at": now,
        "action_id": ID,
        "started_at": None if status in NOT_STARTED else now,
        "send_at": now,
        "returned_at": now,
        "ended_at": now if status in {"stopped", "sent"} else None,
        "staff_id": ID,
        "recipients": 34,
    }
    return Update(**facts | changes)


def _texts(body: str = PLACEHOLDER) -> dict[str, UpdateText]:
    return {tag: UpdateText(locale=tag, subject=PLACEHOLDER, body=body) for tag in TAGS}


def _index(sample: SampleCampaign) -> Values:
    statuses = enumerate(("draft", *STATUSES), ID)
    updates = [_update(sample, id=number, status=one) for number, one in statuses]
    return {
        "action": make_action(sample),
        "updates": updates,
        "titles": {},
        "segments": {each.id: _segment(each.status) for each in updates},
        "progress": {each.id: PROGRESS for each in updates if each.status not in NOT_STARTED},
        "names": {ID: NAME},
        "requests": {ID: ID},
        "recipients": 34,
        "older": ID,
    }


def _segment(status: str) -> str:
    ids = {"draft": (ID,), "scheduled": (ID, ID)}.get(status)
    everyone = SignatureFilter()
    return segment_in_words(ids, everyone, titles={}, sources=SourceNames(()), home=ID)


def _of_campaign(sample: SampleCampaign) -> Values:
    found = {name: value for name, value in _index(sample).items() if name != "action"}
    return {**found, "campaign": make_campaign(sample)}


def _empty_index(sample: SampleCampaign) -> Values:
    return {**_index(sample), "updates": [], "recipients": 0}


def _edit(sample: SampleCampaign, *, state: str) -> Values:
    sent = MultiDict({f"texts.{SOURCE}.subject": "x" * 200}) if state == "wrong" else None
    form = UpdateForm.for_locales([SOURCE] if state == "new" else TAGS, {}, sent)
    if sent:
        form.validate()
    clash = Clash((f"texts.{SOURCE}.body",), {f"texts.{SOURCE}.body": PLACEHOLDER}, True, {})
    return {
        "action": make_action(sample),
        "form": form,
        "update": None if state == "new" else _update(sample),
        "written": TAGS,
        "kept": [] if state == "new" else [OTHER_LOCALE],
        "source_locale": SOURCE,
        "goes_to": _goes_to(is_wrong=state == "wrong"),
        "actions": [make_action(sample)],
        "asked": {ID: 34},
        "sources": [],
        "kept_filter": [(PLACEHOLDER, PLACEHOLDER)],
        "asked_for": ApprovalRequest(id=ID) if state == "draft" else None,
        "returned": PLACEHOLDER if state == "draft" else None,
        "is_unsaved": sent is not None,
        **(_people(0) if state == "new" else _people(34)),
        "segment": "" if state == "wrong" else _segment("draft"),
        "met": clash if state == "clash" else None,
        "author": NAME,
        "is_own": True,
        "their_recipients": _audience(),
        "about": make_action(sample) if state == "new" else None,
    }


def _goes_to(*, is_wrong: bool) -> AudienceForm:
    titles = {ID: PLACEHOLDER}
    sent = MultiDict({"scope": "actions", "a": "0", "not_signed": "x"}) if is_wrong else None
    form = AudienceForm.for_actions(
        titles,
        SignatureFilter(),
        sources=SourceNames(()),
        scope="actions",
        chosen=[ID],
        submitted=sent,
    )
    return with_errors(form) if sent else form


def _people(number: int) -> Values:
    return {
        "readers": READERS if number else [],
        "people": number,
        "numbers": Numbers(asked=50, agreed=45, matching=40, people=number),
        "nobody": "" if number else PLACEHOLDER,
    }


def _delete(sample: SampleCampaign) -> Values:
    return {"action": make_action(sample), "update": _update(sample), "title": PLACEHOLDER}


def _mail(sample: SampleCampaign, *, is_written: bool) -> Values:
    mail = RenderedMail(SOURCE, PLACEHOLDER, PLACEHOLDER, "") if is_written else None
    facts = {"locale": SOURCE, "tags": TAGS, "mail": mail, "email": EMAIL}
    return {"action": make_action(sample), "update": _update(sample), **facts}


def _check(sample: SampleCampaign) -> Values:
    """With all that can be wrong with the texts and the emails."""
    written = _texts(BAD_TEXT)
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
    ]
    facts = {"tags": TAGS, "findings": findings, "is_ready": False}
    return {"action": make_action(sample), "update": _update(sample), **facts}


def _clear(sample: SampleCampaign) -> Values:
    return {**_check(sample), "findings": [Finding("ok", PLACEHOLDER)], "is_ready": True}


def _send(sample: SampleCampaign) -> Values:
    form = SendForm(formdata=None)
    form.now = sample.now
    form.prefill(None, sample.now)
    facts = {
        "texts": _texts(),
        "audience": _audience(),
        "form": form,
        "needs_approval": True,
    }
    facts |= {"closing": [PLACEHOLDER], "closing_times": [PLACEHOLDER], "is_asked": True}
    facts |= _people(34)
    return {"action": make_action(sample), "update": _update(sample), **facts}


def _send_later(sample: SampleCampaign) -> Values:
    scheduled = _update(sample, status="scheduled")
    return {**_send(sample), "update": scheduled, "needs_approval": False}


def _send_while_off(sample: SampleCampaign) -> Values:
    form = SendForm(MultiDict({"when": "at"}))
    form.now = sample.now
    facts = {"form": with_errors(form), "needs_approval": False}
    return {**_send(sample), **facts, "is_email_off": True}


def _scheduled(sample: SampleCampaign) -> Values:
    return {
        "action": make_action(sample),
        "update": _update(sample, status="scheduled", scheduled_by=ID),
        "tags": TAGS,
        "title": PLACEHOLDER,
        "names": {ID: NAME},
        "closing": [PLACEHOLDER],
        "is_due": True,
        "audience": _audience(),
        "asked_for": ApprovalRequest(id=ID),
        **_people(0),
    }


def _progress(sample: SampleCampaign, *, status: str, can_resume: bool = True) -> Values:
    return {
        "action": make_action(sample),
        "update": _update(sample, status=status),
        "tags": TAGS,
        "title": PLACEHOLDER,
        "progress": PROGRESS,
        "around": around_words(Around(3, "day", before=4, after=9)),
        "audience": _audience(),
        "names": {ID: NAME},
        "can_resume": can_resume,
        "keep_days": 7,
    }
