"""Scenes of writing campaigns, actions and partners."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.edit_forms import (
    ActionForm,
    ActionTextForm,
    BilingualActionForm,
    NewActionForm,
)
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.newest.schedules import Schedule
from campaign_actions.campaigns.bilingual_form import BilingualForm, BilingualPartnerForm
from campaign_actions.campaigns.forms import (
    CampaignForm,
    CampaignTextForm,
    NewCampaignForm,
    PartnerForm,
    PartnerTextForm,
)
from campaign_actions.campaigns.save_form import OpenedForm
from campaign_actions.campaigns.versioning.errors import EditConflict
from campaign_actions.catalogs.preview.sample_campaign import ADDRESS, ID, NAME, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.catalogs.workflow.progress import Share
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.publishing.findings import Finding
from campaign_actions.web.staff.campaigns.partners import ListedPartner
from campaign_actions.web.staff.campaigns.translation_state import TranslationState
from campaign_actions.web.staff.translations.scenes.campaigns.changes import make_draft
from campaign_actions.web.staff.translations.scenes.samples import (
    OTHER_LOCALE,
    make_action,
    make_campaign,
    make_empty_campaign,
    staff_scene,
    with_errors,
)

TEXTS, PARTNERS = _l("Texts and settings"), _l("Partners")
TAGS = (SOURCE, OTHER_LOCALE)
CLASHES = (f"texts.{SOURCE}.title", f"texts.{SOURCE}.summary", "slug")
THEIRS = {f"texts.{SOURCE}.title": NAME, "slug": ""}
WRONG = {"website": "example", "slug": "Not a slug", "document_index": "1", "goal": "0"}
WRONG |= {"milestone_1": "5", "milestone_2": "5", f"texts.{SOURCE}.milestone_3": "…"}


def writing_scenes() -> Iterator[Scene]:
    yield staff_scene("campaign-new", TEXTS, "campaigns/new", partial(_new_campaign, sent=None))
    yield staff_scene("campaign-new-wrong", TEXTS, "campaigns/new", partial(_new_campaign, sent={}))
    yield staff_scene("action-new", TEXTS, "actions/new", partial(_new_action, sent=None))
    yield staff_scene("action-new-wrong", TEXTS, "actions/new", partial(_new_action, sent=WRONG))
    for subject in ("campaign", "action"):
        template = f"{subject}s/edit"
        for state in ("as-is", "wrong", "clash"):
            values = partial(_edit, subject=subject, state=state)
            yield staff_scene(f"edit-{subject}-{state}", TEXTS, template, values)
        for state, make in (("archived", _archived), ("scheduled", _scheduled)):
            values = partial(make, subject=subject)
            yield staff_scene(f"edit-{subject}-{state}", TEXTS, template, values)
        for number in (2, 3):
            values = partial(_with_time, subject=subject, number=number)
            yield staff_scene(f"edit-{subject}-with-time-{number}", TEXTS, template, values)
        values = partial(_edit, subject=subject, state="as-is", is_draft=True)
        yield staff_scene(f"edit-{subject}-draft", TEXTS, template, values)
    for is_of_action in (False, True):
        values = partial(_remove_language, is_of_action=is_of_action)
        yield staff_scene(f"language-{is_of_action}", TEXTS, "campaigns/remove_language", values)
    yield from _partners()


def _new_campaign(_sample: SampleCampaign, *, sent: dict[str, str] | None) -> Values:
    form = NewCampaignForm(None) if sent is None else with_errors(NewCampaignForm(MultiDict(sent)))
    return {"form": form, "locale": SOURCE}


def _new_action(sample: SampleCampaign, *, sent: dict[str, str] | None) -> Values:
    form = NewActionForm(None) if sent is None else with_errors(NewActionForm(MultiDict(sent)))
    return {"campaign": make_campaign(sample), "form": form, "locale": SOURCE, "kinds": KINDS}


def _edit(sample: SampleCampaign, *, subject: str, state: str, is_draft: bool = False) -> Values:
    sent = MultiDict(WRONG) if state == "wrong" else None
    own, text_form, bilingual = (
        (CampaignForm(sent), CampaignTextForm, BilingualForm)
        if subject == "campaign"
        else (ActionForm(sent), ActionTextForm, BilingualActionForm)
    )
    texts = {tag: text_form(sent, prefix=f"texts.{tag}.") for tag in TAGS}
    for each in texts.values():
        if is_draft and isinstance(each, ActionTextForm):
            each.use_words_of(KINDS["pledge"].editing)
    content = dict.fromkeys(CLASHES, "") | {f"texts.{TAGS[-1]}.summary": "…"}
    form = bilingual(own, texts, content, is_submitted=bool(sent), public_locales=[SOURCE])
    if sent:
        form.validate()
    mine = THEIRS | {f"texts.{SOURCE}.title": "…"}
    met = EditConflict(CLASHES, THEIRS, mine, 2) if state == "clash" else None
    campaign = (
        replace(make_empty_campaign(sample), is_public=False) if is_draft else make_campaign(sample)
    )
    if isinstance(own, ActionForm) and state == "as-is" and not is_draft:
        own.leave_out("kind", "closes_at")  # as once it was published
    changes = {"state": "draft" if is_draft else "open", "closes_at": None}
    return {
        "campaign": campaign,
        "action": make_action(sample, locales=TAGS, **changes),
        "bilingual_form": form,
        "opened": OpenedForm(1, 200, met, NAME),
        "is_needed": lambda name, _locale: name in text_form.needed,
        "translation": TranslationState(
            SOURCE,
            {f"texts.{TAGS[-1]}.title": [[("new", "…")]]},
            {f"texts.{TAGS[-1]}.{name}": ["…", "…"] for name in ("summary", "picture_alt")},
            {f"texts.{TAGS[-1]}.summary": 2},
            {TAGS[-1]: Share(3, 4)},
            stale_keys={f"texts.{TAGS[-1]}.title": ["…"]},
            waiting={f"texts.{TAGS[-1]}.summary": ["…"]},
        ),
        "blocked_fields": {f"texts.{SOURCE}.summary": [Finding("blocker", "…")]},
    }


def _with_time(sample: SampleCampaign, *, subject: str, number: int) -> Values:
    """With changes that are to be published at a time. `number`: of the revision that was to be, of 3."""
    schedule = Schedule(sample.now, number, NAME)
    of_campaign, of_action = (
        make_draft(sample, of_action=is_of_action, schedule=schedule)
        for is_of_action in (False, True)
    )
    action = make_action(sample, locales=TAGS, draft=of_action)
    campaign = replace(make_campaign(sample), draft=of_campaign, actions=(action,))
    page = _edit(sample, subject=subject, state="as-is")
    return {**page, "campaign": campaign, "action": action}


def _scheduled(sample: SampleCampaign, *, subject: str) -> Values:
    return {
        **_edit(sample, subject=subject, state="as-is"),
        "campaign": make_campaign(sample, state="scheduled", is_public=False),
        "action": make_action(
            sample, locales=TAGS, state="scheduled", is_public=False, closes_at=None
        ),
    }


def _archived(sample: SampleCampaign, *, subject: str) -> Values:
    return {
        **_edit(sample, subject=subject, state="as-is"),
        "campaign": make_campaign(sample, state="archived", archived_at=sample.now),
        "action": make_action(sample, locales=TAGS, state="archived", archived_at=sample.now),
    }


def _remove_language(sample: SampleCampaign, *, is_of_action: bool) -> Values:
    action = make_action(sample) if is_of_action else None
    return {
        "campaign": make_campaign(sample),
        "action": action,
        "locale": OTHER_LOCALE,
        "back": "/",
    }


def _partners() -> Iterator[Scene]:
    yield staff_scene("partners", PARTNERS, "campaigns/partners", partial(_list, is_empty=False))
    yield staff_scene(
        "partners-none", PARTNERS, "campaigns/partners", partial(_list, is_empty=True)
    )
    for is_wrong in (False, True):
        name = "partner-wrong" if is_wrong else "partner"
        yield staff_scene(name, PARTNERS, "campaigns/partner", partial(_partner, is_wrong=is_wrong))
    for is_public in (True, False):
        name = "partner-remove" if is_public else "partner-remove-draft"
        values = partial(_remove_partner, is_public=is_public)
        yield staff_scene(name, PARTNERS, "campaigns/remove_partner", values)


def _listed(sample: SampleCampaign) -> ListedPartner:
    return ListedPartner(NAME, sample.locale, [SOURCE], ADDRESS)


def _list(sample: SampleCampaign, *, is_empty: bool) -> Values:
    partners = {} if is_empty else {str(ID): _listed(sample)}
    return {"campaign": make_campaign(sample), "partners": partners, "number": 1}


def _partner(sample: SampleCampaign, *, is_wrong: bool) -> Values:
    sent = MultiDict(WRONG | {f"{SOURCE}.points": "…"}) if is_wrong else None
    texts = {tag: PartnerTextForm(sent, prefix=f"{tag}.") for tag in TAGS}
    form = BilingualPartnerForm(PartnerForm(sent), texts, {}, is_submitted=is_wrong)
    if is_wrong:
        form.validate()
    return {"campaign": make_campaign(sample), "bilingual_form": form, "opened": OpenedForm(1)}


def _remove_partner(sample: SampleCampaign, *, is_public: bool) -> Values:
    return {
        "campaign": make_campaign(sample),
        "partner": _listed(sample),
        "is_public": is_public,
    }
