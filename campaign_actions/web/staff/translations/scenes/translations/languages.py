"""Scenes of each language as a whole: what is missing, its glossary, approvals and consent texts."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.forms import ConsentForm
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import ConsentText
from campaign_actions.catalogs.models import (
    ConsentDraft,
    Translation,
    TranslationChange,
)
from campaign_actions.catalogs.preview.sample_campaign import ID, NAME, PLACEHOLDER, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.catalogs.store.repository import INTERFACE
from campaign_actions.catalogs.workflow.forms import SendBackForm, TermForm
from campaign_actions.catalogs.workflow.glossary import Term
from campaign_actions.catalogs.workflow.language_search import Language
from campaign_actions.catalogs.workflow.progress import CatalogProgress, Readiness, Share
from campaign_actions.catalogs.workflow.shipped_glossary import ShippedTerm
from campaign_actions.core.i18n.message import SOURCE, Message
from campaign_actions.web.staff.access.translation_access import catalog_title
from campaign_actions.web.staff.publishing.open_steps import Link
from campaign_actions.web.staff.translations.area_names import AREA_NAMES
from campaign_actions.web.staff.translations.overview import ConsentState
from campaign_actions.web.staff.translations.scenes.samples import (
    OTHER_ID,
    OTHER_LOCALE,
    PAGE,
    make_member,
    staff_scene,
    with_errors,
)

TRANSLATIONS, CONSENT = _l("Translations"), _l("Consent texts")
WORK = [
    CatalogProgress(INTERFACE, OTHER_LOCALE, Share(1, 3), stale=1),
    CatalogProgress(INTERFACE, OTHER_LOCALE, Share(0, 3), stale=0),
    CatalogProgress(f"campaign-{ID}", OTHER_LOCALE, Share(3, 3), stale=0),
]
MISSING = Readiness(
    {area: Share(1, 3) for area in AREA_NAMES},
    False,
    frozenset({*AREA_NAMES, "consent"} - {"staff"}),
    unapproved=1,
)
SHIPPED_TERM = ShippedTerm(PLACEHOLDER, PLACEHOLDER)
ADDED_TERM = Term(PLACEHOLDER, PLACEHOLDER, PLACEHOLDER, ID)
EDITED_TERM = Term(PLACEHOLDER, PLACEHOLDER, PLACEHOLDER, ID, SHIPPED_TERM)
CONSENT_STATES = (
    *("new", "draft", "changed", "note", "returned", "own", "own-alone", "own-nobody"),
    *("own-invited", "by-one", "alone", "wrong"),
)
READY = Readiness({area: Share(3, 3) for area in AREA_NAMES}, True, frozenset({"form"}))


def language_scenes() -> Iterator[Scene]:
    for more in (0, 3):
        values = partial(_index, more=more)
        yield staff_scene(f"translations-{more}", TRANSLATIONS, "translations/index", values)
    yield staff_scene("translations-none", TRANSLATIONS, "translations/index", _empty_index)
    for state in ("missing", "drafted", "held-back", "public", "source"):
        values = partial(_language, state=state)
        yield staff_scene(f"language-{state}", TRANSLATIONS, "translations/show", values)
    for state in ("found", "nothing"):
        values = partial(_add, state=state)
        yield staff_scene(f"language-add-{state}", TRANSLATIONS, "translations/add", values)
    yield staff_scene("glossary", TRANSLATIONS, "translations/glossary", _glossary)
    yield staff_scene("glossary-none", TRANSLATIONS, "translations/glossary", _empty_glossary)
    for name, term in (("new", None), ("added", ADDED_TERM), ("edited", EDITED_TERM)):
        values = partial(_term, term=term)
        yield staff_scene(f"term-{name}", TRANSLATIONS, "translations/term", values)
    for state in ("waiting", "reader", "none", "left", "not-needed"):
        values = partial(_approvals, state=state)
        yield staff_scene(f"privacy-{state}", TRANSLATIONS, "translations/approvals", values)
    yield staff_scene("consent", CONSENT, "translations/consent", _consents)
    yield staff_scene("consent-language", CONSENT, "translations/consent_texts", _consent_texts)
    yield staff_scene("consent-reader", CONSENT, "translations/consent_texts", _without_rights)
    for state in CONSENT_STATES:
        yield staff_scene(
            f"consent-{state}", CONSENT, "translations/consent_text", partial(_consent, state=state)
        )


def _titles(sample: SampleCampaign) -> Mapping[str, str]:
    return {INTERFACE: catalog_title(INTERFACE), f"campaign-{ID}": sample.campaign.title}


def _index(sample: SampleCampaign, *, more: int) -> Values:
    return {"work": {SOURCE: WORK, "uk": WORK}, "titles": _titles(sample), "more": more}


def _empty_index(_sample: SampleCampaign) -> Values:
    def may(permission: str, *_campaign: object) -> bool:
        return permission != "languages.add"

    return {"work": {}, "titles": {}, "more": 0, "may": may}


def _language(sample: SampleCampaign, *, state: str) -> Values:
    changes = {
        how: TranslationChange(how=how, staff_id=staff_id, changed_at=sample.now)
        for how, staff_id in (("approved", ID), ("consent", OTHER_ID))
    }
    facts = {
        "locale": OTHER_LOCALE,
        "work": [] if state == "source" else WORK,
        "titles": _titles(sample),
        "page": PAGE,
        "approvals": changes,
        "names": {ID: NAME},
    }
    if state == "source":
        return {**facts, "locale": SOURCE}
    is_missing = state in {"missing", "drafted"}
    standing = {
        "readiness": MISSING if is_missing else replace(READY, is_held_back=state == "held-back"),
        "is_public": state == "public",
        "consents": [
            ConsentState(
                kind,
                newest=None if is_missing else _consent_text(sample),
                draft=None if state == "missing" else _draft(sample),
                is_missing=is_missing,
            )
            for kind in KINDS.values()
        ],
        "area_names": AREA_NAMES,
    }
    return {**facts, **standing}


def _add(_sample: SampleCampaign, *, state: str) -> Values:
    found = [Language(tag, PLACEHOLDER, PLACEHOLDER) for tag in (OTHER_LOCALE, "uk")]
    return {
        "query": PLACEHOLDER,
        "found": found if state == "found" else [],
        "known": [OTHER_LOCALE],
        "trouble": PLACEHOLDER,
    }


def _glossary(_sample: SampleCampaign) -> Values:
    shipped = Term(PLACEHOLDER, PLACEHOLDER, PLACEHOLDER, shipped=SHIPPED_TERM)
    return {"locale": OTHER_LOCALE, "terms": [ADDED_TERM, EDITED_TERM, shipped]}


def _empty_glossary(_sample: SampleCampaign) -> Values:
    return {"locale": OTHER_LOCALE, "terms": []}


def _term(_sample: SampleCampaign, *, term: Term | None) -> Values:
    form = TermForm(None) if term else with_errors(TermForm(MultiDict()))
    return {"locale": OTHER_LOCALE, "form": form, "term": term}


def _approvals(sample: SampleCampaign, *, state: str) -> Values:
    message = Message(source=PLACEHOLDER)
    facts = {"forms": [PLACEHOLDER], "approved": [PLACEHOLDER]}
    rows = [
        Translation(staff_id=staff_id, key=str(staff_id), changed_at=sample.now, **facts)
        for staff_id in (ID, OTHER_ID)
    ]
    is_waiting = state in {"waiting", "reader"}
    return {
        "locale": OTHER_LOCALE,
        "waiting": [(row, message) for row in rows] if is_waiting else [],
        "names": {OTHER_ID: NAME},
        "own": [str(ID)],
        "may_review": state != "reader",
        "share": Share(1, 3) if state == "left" else None,
        "is_needed": state != "not-needed",
    }


def _consent_text(sample: SampleCampaign) -> ConsentText:
    return ConsentText(version=1, body=PLACEHOLDER, published_at=sample.now)


def _draft(sample: SampleCampaign) -> ConsentDraft:
    return ConsentDraft(body=PLACEHOLDER, written_at=sample.now, staff_id=ID)


def _returned(sample: SampleCampaign) -> ConsentDraft:
    draft = _draft(sample)
    draft.returned_at, draft.returned_by, draft.note = sample.now, ID, PLACEHOLDER
    return draft


def _consents(sample: SampleCampaign) -> Values:
    texts = {SOURCE: _consent_text(sample), OTHER_LOCALE: None, "uk": None}
    drafts = {SOURCE: {}, OTHER_LOCALE: dict.fromkeys(KINDS, _draft(sample)), "uk": {}}
    by_kind = {tag: dict.fromkeys(KINDS, text) for tag, text in texts.items()}
    return {"texts": by_kind, "drafts": drafts, "kinds": KINDS}


def _consent_texts(sample: SampleCampaign) -> Values:
    texts = dict.fromkeys(KINDS) | {"petition": _consent_text(sample)}
    return {"locale": OTHER_LOCALE, "texts": texts, "drafts": {}, "kinds": KINDS}


def _without_rights(sample: SampleCampaign) -> Values:
    return {**_consent_texts(sample), "may_at": lambda *_names, **_values: False}


def _consent(sample: SampleCampaign, *, state: str) -> Values:
    form = with_errors(ConsentForm(MultiDict())) if state == "wrong" else ConsentForm(None)
    return {
        "locale": OTHER_LOCALE,
        "kind": KINDS["pledge"],
        "source": _consent_text(sample),
        "source_tag": SOURCE,
        "newest": _consent_text(sample) if state == "changed" else None,
        "draft": _draft(sample)
        if state in {"draft", "changed", "note"} or state.startswith("own")
        else None,
        "changes": [("gone", PLACEHOLDER), ("new", PLACEHOLDER)] if state == "changed" else [],
        "returned": _returned(sample) if state == "returned" else None,
        "send_back_form": with_errors(SendBackForm(MultiDict()))
        if state == "note"
        else SendBackForm(None),
        "names": {ID: NAME},
        "is_own": state.startswith("own"),
        "may_write": True,
        "may_approve": True,
        "by_two": state not in {"by-one", "alone", "own-alone"},
        "is_alone": state in {"alone", "own-alone"},
        "approvers": [] if state in {"own-nobody", "own-invited"} else [NAME],
        "not_joined": [make_member(sample, password=None)] if state == "own-invited" else [],
        "has_model": True,
        "is_model": state == "by-one",
        "campaigns": [],
        "back": None,
        "campaign_id": None,
        "way_on": Link(PLACEHOLDER, "#main") if state == "alone" else None,
        "uses": {"crm": PLACEHOLDER},
        "covered": {},
        "versions": [] if state == "new" else [_consent_text(sample)],
        "page": PAGE,
        "form": form,
    }
