"""Scenes of updates to signers: the lists, writing one, and its emails."""

from collections.abc import Iterator
from functools import partial

from werkzeug.datastructures import MultiDict

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
from campaign_actions.updates.forms import AudienceForm, UpdateForm
from campaign_actions.updates.models import NOT_STARTED
from campaign_actions.web.staff.translations.scenes.samples import (
    OTHER_LOCALE,
    make_action,
    make_campaign,
    staff_scene,
    with_errors,
)
from campaign_actions.web.staff.translations.scenes.updates.samples import (
    PROGRESS,
    STATUSES,
    TAGS,
    UPDATES,
    make_audience,
    make_declined,
    make_outdated,
    make_update,
    people_values,
    segment_words,
)
from campaign_actions.web.staff.updates.clash import Clash


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


def _index(sample: SampleCampaign) -> Values:
    statuses = enumerate(("draft", *STATUSES), ID)
    updates = [make_update(sample, id=number, status=one) for number, one in statuses]
    return {
        "action": make_action(sample),
        "updates": updates,
        "titles": {},
        "segments": {each.id: segment_words(each.status) for each in updates},
        "progress": {each.id: PROGRESS for each in updates if each.status not in NOT_STARTED},
        "names": {ID: NAME},
        "requests": {ID: ID},
        "declined": {ID + 1: make_declined(sample)},
        "recipients": 34,
        "older": ID,
    }


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
        "outdated": [] if state == "new" else make_outdated(),
        "update": None if state == "new" else make_update(sample),
        "written": TAGS,
        "kept": [] if state == "new" else [OTHER_LOCALE],
        "source_locale": SOURCE,
        "goes_to": _goes_to(is_wrong=state == "wrong"),
        "actions": [make_action(sample)],
        "asked": {ID: 34},
        "sources": [],
        "countries": [("DE", 30), ("FR", 4)],
        "kept_filter": [(PLACEHOLDER, PLACEHOLDER)],
        "asked_for": ApprovalRequest(id=ID) if state == "draft" else None,
        "declined": make_declined(sample) if state in ("draft", "clash") else None,
        "declined_by": NAME if state == "draft" else "",
        "returned": PLACEHOLDER if state == "draft" else None,
        "is_unsaved": sent is not None,
        **(people_values(0) if state == "new" else people_values(34)),
        "segment": "" if state == "wrong" else segment_words("draft"),
        "met": clash if state == "clash" else None,
        "author": NAME,
        "is_own": True,
        "their_recipients": make_audience(),
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


def _delete(sample: SampleCampaign) -> Values:
    return {"action": make_action(sample), "update": make_update(sample), "title": PLACEHOLDER}


def _mail(sample: SampleCampaign, *, is_written: bool) -> Values:
    mail = RenderedMail(SOURCE, PLACEHOLDER, PLACEHOLDER, "") if is_written else None
    facts = {"locale": SOURCE, "tags": TAGS, "mail": mail, "email": EMAIL}
    return {"action": make_action(sample), "update": make_update(sample), **facts}
