"""Scenes of strings: their lists, the editor and the history of their translations."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.newest.schedules import Publication, State
from campaign_actions.campaigns.versioning.draft_ends import LastSave
from campaign_actions.catalogs.models import StringVisit, TranslationChange
from campaign_actions.catalogs.preview.sample_campaign import ID, NAME, PLACEHOLDER, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.catalogs.store.change_log import ORIGIN_NAMES
from campaign_actions.catalogs.store.fuzzy_match import FormerTranslation
from campaign_actions.catalogs.store.repository import INTERFACE, Catalog, StoredTranslation
from campaign_actions.catalogs.store.translation_memory import OtherTranslation
from campaign_actions.catalogs.validation.issue_texts import (
    ISSUE_TEXTS,
    KIND_NAMES,
    Texts,
    form_examples,
    issue_text,
)
from campaign_actions.catalogs.workflow.context import MessageContext
from campaign_actions.catalogs.workflow.entries import FILTERS, Entry, Filter
from campaign_actions.catalogs.workflow.glossary import Term
from campaign_actions.catalogs.workflow.progress import CampaignReadiness, Share
from campaign_actions.core.i18n.message import SOURCE, Issue, Message
from campaign_actions.core.i18n.plurals import plural_rule
from campaign_actions.web.staff.publishing.open_steps import Link
from campaign_actions.web.staff.translations.area_names import AREA_NAMES
from campaign_actions.web.staff.translations.draft import FormerSource, TranslationDraft
from campaign_actions.web.staff.translations.scenes.samples import (
    OTHER_ID,
    OTHER_LOCALE,
    PAGE,
    staff_scene,
)

TRANSLATIONS, HISTORY = _l("Translations"), _l("History")
OPENED = datetime(2030, 1, 1, tzinfo=UTC)
ONE = Message(
    context=PLACEHOLDER,
    source=f"%(num)d <b>{PLACEHOLDER}</b>",
    plural=f"%(num)d <b>{PLACEHOLDER}</b>",
    notes=(PLACEHOLDER,),
    places=(PLACEHOLDER,),
    area="privacy",
)
FORMS = (PLACEHOLDER, PLACEHOLDER)
CATALOG = Catalog(INTERFACE, (ONE,))
OF_CAMPAIGN = Catalog(f"campaign-{ID}", (ONE,), campaign_id=ID)
CATALOG_VALUES = {"locale": OTHER_LOCALE, "catalog": CATALOG, "title": PLACEHOLDER}
PLACEHOLDER_NAME = re.compile(r"%\((\w+)\)s")


def string_scenes() -> Iterator[Scene]:
    for show in FILTERS:
        empty = partial(_list, show=show, is_empty=True)
        yield staff_scene(f"strings-{show}", TRANSLATIONS, "translations/strings", empty)
    yield staff_scene("strings", TRANSLATIONS, "translations/strings", partial(_list, show="all"))
    yield staff_scene("strings-search", TRANSLATIONS, "translations/strings", _found_nothing)
    for number, readiness in enumerate(_readiness()):
        values = partial(_list, show="all", campaign=readiness)
        yield staff_scene(
            f"strings-campaign-{number}", TRANSLATIONS, "translations/strings", values
        )
    yield staff_scene("strings-scheduled", TRANSLATIONS, "translations/strings", _scheduled_list)
    yield staff_scene("string", TRANSLATIONS, "translations/editor", partial(_edit, state="new"))
    for state in ("wrong", "theirs", "taken-back", "read", "copy", "old", "changed"):
        values = partial(_edit, state=state)
        yield staff_scene(f"string-{state}", TRANSLATIONS, "translations/editor", values)
    for by in (NAME, ""):
        values = partial(_gone, by=by)
        yield staff_scene(
            f"string-gone{'' if by else '-unknown'}", TRANSLATIONS, "translations/gone", values
        )
    yield staff_scene("translation-history", HISTORY, "translations/history", _history)
    yield staff_scene("translation-no-history", HISTORY, "translations/history", _no_history)
    yield staff_scene("string-history", HISTORY, "translations/string_history", _string_history)
    yield staff_scene(
        "string-no-history", HISTORY, "translations/string_history", _no_string_history
    )


def _readiness() -> Iterator[CampaignReadiness]:
    for share in (Share(1, 3), Share(3, 3)):
        for opens_at in (OPENED, None):
            for is_public, is_new in ((True, False), (False, False), (False, True)):
                yield CampaignReadiness(share, opens_at, is_public, is_new)


def _stored(sample: SampleCampaign) -> StoredTranslation:
    return StoredTranslation(FORMS, sample.now, ID, (PLACEHOLDER,))


def _list(
    sample: SampleCampaign,
    *,
    show: str,
    is_empty: bool = False,
    campaign: CampaignReadiness | None = None,
) -> Values:
    earlier = FormerTranslation(FORMS, PLACEHOLDER)
    entries = [Entry(ONE), Entry(ONE, _stored(sample)), Entry(ONE, earlier=earlier)]
    entries.append(Entry(ONE, is_new_part=True))
    return {
        **CATALOG_VALUES,
        "catalog": OF_CAMPAIGN if campaign else CATALOG,
        "campaign": campaign,
        "opens_at": None,
        "other_work": None if campaign else Link(PLACEHOLDER, "#main"),
        "way_on": None if campaign is None or campaign.is_public else Link(PLACEHOLDER, "#main"),
        "changes": "" if campaign is None else "#main",
        "scheduled": _scheduled(sample) if campaign else (),
        "chosen_by": Filter(show, "", ""),
        "counts": dict.fromkeys(FILTERS, 5),
        "entries": [] if is_empty else entries,
        "updates": {ONE.key: PLACEHOLDER} if campaign else {},
        "page": PAGE,
        "areas": AREA_NAMES,
    }


def _scheduled(sample: SampleCampaign) -> tuple[Publication, ...]:
    states: tuple[State, ...] = ("planned", "changed")
    return tuple(Publication(sample.now, state, (NAME,), 1) for state in states)


def _scheduled_list(sample: SampleCampaign) -> Values:
    readiness = CampaignReadiness(Share(3, 3), OPENED, is_public=True, is_new=False)
    return {**_list(sample, show="all", campaign=readiness), "opens_at": OPENED}


def _found_nothing(sample: SampleCampaign) -> Values:
    values = _list(sample, show="all", is_empty=True)
    return {**values, "chosen_by": Filter("all", PLACEHOLDER, "")}


def _edit(sample: SampleCampaign, *, state: str) -> Values:
    """`state`: wrong, theirs (someone else saved), taken-back, read (no rights), copy, old or changed."""
    draft = TranslationDraft(FORMS, FORMS, is_old=state == "old")
    if state == "wrong":
        draft.issues = draft.warnings = [sample_issue(code, ISSUE_TEXTS) for code in ISSUE_TEXTS]
    if state in {"theirs", "taken-back"}:
        draft.theirs = FORMS if state == "theirs" else ()
    if state == "changed":
        draft.former = FormerSource(PLACEHOLDER, LastSave(sample.now, NAME, is_discard=False))
    rights = {"may_at": lambda *_names, **_values: False} if state == "read" else {}
    return {
        **CATALOG_VALUES,
        "catalog": OF_CAMPAIGN if state == "copy" else CATALOG,
        "entry": Entry(ONE, earlier=FormerTranslation(FORMS, PLACEHOLDER)),
        "message": ONE,
        "address": "#main",
        "typed": draft,
        "around": _around(sample),
        "chosen_by": Filter("all", "", ""),
        "scenes": [],
        "scheduled": _scheduled(sample) if state == "copy" else (),
        "area_names": AREA_NAMES,
        "how": ORIGIN_NAMES,
        "issue_text": issue_text,
        "form_words": form_examples,
        "catalog_title": lambda _name: PLACEHOLDER,
        "way": {"count": 3, "number": 2, "before": ONE.key, "after": ONE.key},
        "forms": FORMS,
        "rule": plural_rule(OTHER_LOCALE),
        **rights,
    }


def _gone(sample: SampleCampaign, *, by: str) -> Values:
    """`by`: who discarded the draft, if that is known."""
    former = FormerSource(PLACEHOLDER, LastSave(sample.now, by, is_discard=True))
    typed = TranslationDraft(FORMS if by else (), (), former=former)
    return {**CATALOG_VALUES, "catalog": OF_CAMPAIGN, "typed": typed}


def _around(sample: SampleCampaign) -> MessageContext:
    return MessageContext(
        to_keep=("%(num)d", "<b>"),
        terms=[Term(PLACEHOLDER, PLACEHOLDER, PLACEHOLDER)],
        elsewhere=[OtherTranslation(INTERFACE, PLACEHOLDER, FORMS)],
        difference=[("same", PLACEHOLDER), ("gone", PLACEHOLDER), ("new", PLACEHOLDER)],
        beside=SOURCE,
        beside_forms=(),
        choosable=[SOURCE],
        others=[StringVisit(staff_id=OTHER_ID, seen_at=sample.now)],
        changes=_changes(sample),
        names={},
    )


def sample_issue(code: str, texts: Texts) -> Issue:
    names = PLACEHOLDER_NAME.findall("".join(map(str, texts[code])))
    values: dict[str, object] = dict.fromkeys(names, PLACEHOLDER)
    if "kinds" in values:
        values["kinds"] = (*KIND_NAMES, "h2")
    return Issue(code, values)


def _changes(sample: SampleCampaign) -> list[TranslationChange]:
    facts = {"catalog": INTERFACE, "source": PLACEHOLDER, "changed_at": sample.now}
    return [
        TranslationChange(id=number, key=key, how=how, before=[], after=[PLACEHOLDER], **facts)
        for number, (how, key) in enumerate(
            ((how, key) for how in ORIGIN_NAMES for key in (ONE.key, "")), 1
        )
    ]


def _history(sample: SampleCampaign) -> Values:
    changes = _changes(sample)
    pieces = [("gone", PLACEHOLDER), ("new", PLACEHOLDER)]
    differences = {change.id: pieces for change in changes} | {changes[0].id: []}
    return {
        "locale": OTHER_LOCALE,
        "changes": changes,
        "titles": {INTERFACE: PLACEHOLDER},
        "names": {ID: NAME},
        "differences": differences,
        "how": ORIGIN_NAMES,
        "page": PAGE,
    }


def _no_history(sample: SampleCampaign) -> Values:
    return {**_history(sample), "changes": []}


def _string_history(sample: SampleCampaign) -> Values:
    return {**_history(sample), **CATALOG_VALUES, "key": ONE.key, "message": None}


def _no_string_history(sample: SampleCampaign) -> Values:
    return {**_string_history(sample), "message": ONE, "changes": []}
