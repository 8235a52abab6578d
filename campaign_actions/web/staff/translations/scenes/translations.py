"""Scenes of languages: how far each is, its messages and their editor, its files and its history."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l

from campaign_actions.catalogs.files.issue_messages import ALL, refusal_words
from campaign_actions.catalogs.files.po import Entry as FileEntry
from campaign_actions.catalogs.files.validate import Refusal
from campaign_actions.catalogs.models import GlossaryTerm, StringVisit, TranslationChange
from campaign_actions.catalogs.preview.fixtures import ID, NAME, PLACEHOLDER, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.catalogs.store.change_log import ORIGIN_NAMES
from campaign_actions.catalogs.store.fuzzy_match import FormerTranslation
from campaign_actions.catalogs.store.repository import INTERFACE, Catalog, StoredTranslation
from campaign_actions.catalogs.store.reuse import OtherTranslation
from campaign_actions.catalogs.validation.issue_texts import (
    FAULTS,
    KINDS,
    Texts,
    fault_words,
    form_words,
)
from campaign_actions.catalogs.workflow.context import Surroundings
from campaign_actions.catalogs.workflow.entries import SHOWN, Entry, Filter
from campaign_actions.catalogs.workflow.import_plan import Item, Plan, Unknown
from campaign_actions.catalogs.workflow.progress import CampaignReadiness, Share
from campaign_actions.catalogs.workflow.upload import Received
from campaign_actions.core.i18n.message import SOURCE, Issue, Message
from campaign_actions.core.i18n.plurals import plural_rule
from campaign_actions.web.staff.translations.area_names import AREA_NAMES
from campaign_actions.web.staff.translations.draft import TranslationDraft
from campaign_actions.web.staff.translations.scenes.fixtures import (
    OTHER_ID,
    OTHER_LOCALE,
    PAGE,
    staff_scene,
)

TRANSLATIONS, HISTORY = _l("Translations"), _l("History")
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
CATALOG_VALUES = {"tag": OTHER_LOCALE, "catalog": CATALOG, "title": PLACEHOLDER}
PLACEHOLDER_NAME = re.compile(r"%\((\w+)\)s")
SHOWN_REFUSALS = 100


def translation_scenes() -> Iterator[Scene]:
    for show in SHOWN:
        empty = partial(_list, show=show, is_empty=True)
        yield staff_scene(f"strings-{show}", TRANSLATIONS, "translations/list", empty)
    yield staff_scene("strings", TRANSLATIONS, "translations/list", partial(_list, show="all"))
    yield staff_scene("strings-search", TRANSLATIONS, "translations/list", _found_nothing)
    for number, readiness in enumerate(_readiness()):
        values = partial(_list, show="all", campaign=readiness)
        yield staff_scene(f"strings-campaign-{number}", TRANSLATIONS, "translations/list", values)
    yield staff_scene("string", TRANSLATIONS, "translations/edit", partial(_edit, state="new"))
    for state in ("wrong", "theirs", "taken-back", "read", "copy"):
        values = partial(_edit, state=state)
        yield staff_scene(f"string-{state}", TRANSLATIONS, "translations/edit", values)
    yield staff_scene("files", TRANSLATIONS, "translations/files", _files)
    yield staff_scene("received", TRANSLATIONS, "translations/received", _received)
    yield staff_scene("received-look", TRANSLATIONS, "translations/received", _looked_at)
    yield staff_scene("left", TRANSLATIONS, "translations/left", _left)
    yield staff_scene("translation-history", HISTORY, "translations/history", _history)
    yield staff_scene("translation-no-history", HISTORY, "translations/history", _no_history)
    yield staff_scene("string-history", HISTORY, "translations/changes", _string_history)
    yield staff_scene("string-no-history", HISTORY, "translations/changes", _no_string_history)


def _readiness() -> Iterator[CampaignReadiness]:
    for share in (Share(1, 3), Share(3, 3)):
        for is_published in (True, False):
            for is_public in (True, False):
                yield CampaignReadiness(share, is_published, is_public)


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
    return {
        **CATALOG_VALUES,
        "campaign": campaign,
        "chosen_by": Filter(show, "", ""),
        "counts": dict.fromkeys(SHOWN, 5),
        "entries": [] if is_empty else entries,
        "page": PAGE,
        "areas": AREA_NAMES,
    }


def _found_nothing(sample: SampleCampaign) -> Values:
    values = _list(sample, show="all", is_empty=True)
    return {**values, "chosen_by": Filter("all", PLACEHOLDER, "")}


def _edit(sample: SampleCampaign, *, state: str) -> Values:
    """`state`: wrong, theirs (somebody else saved), taken-back, read (without rights) or copy."""
    draft = TranslationDraft(FORMS, FORMS)
    if state == "wrong":
        draft.faults = draft.doubts = [_issue(code, FAULTS) for code in FAULTS]
    if state in {"theirs", "taken-back"}:
        draft.theirs = FORMS if state == "theirs" else ()
    rights = {"may_at": lambda *_names, **_values: False} if state == "read" else {}
    return {
        **CATALOG_VALUES,
        "catalog": OF_CAMPAIGN if state == "copy" else CATALOG,
        "entry": Entry(ONE, earlier=FormerTranslation(FORMS, PLACEHOLDER)),
        "message": ONE,
        "typed": draft,
        "around": _around(sample),
        "chosen_by": Filter("all", "", ""),
        "scenes": [],
        "area_names": AREA_NAMES,
        "how": ORIGIN_NAMES,
        "fault_words": fault_words,
        "form_words": form_words,
        "catalog_title": lambda _name: PLACEHOLDER,
        "way": {"count": 3, "number": 2, "before": ONE.key, "after": ONE.key},
        "forms": FORMS,
        "rule": plural_rule(OTHER_LOCALE),
        **rights,
    }


def _around(sample: SampleCampaign) -> Surroundings:
    return Surroundings(
        to_keep=("%(num)d", "<b>"),
        terms=[GlossaryTerm(term=PLACEHOLDER, translation=PLACEHOLDER, note=PLACEHOLDER)],
        elsewhere=[OtherTranslation(INTERFACE, PLACEHOLDER, FORMS)],
        difference=[("same", PLACEHOLDER), ("gone", PLACEHOLDER), ("new", PLACEHOLDER)],
        beside=SOURCE,
        beside_forms=(),
        choosable=[SOURCE],
        others=[StringVisit(staff_id=OTHER_ID, seen_at=sample.now)],
        changes=_changes(sample),
        names={},
    )


def _issue(code: str, texts: Texts) -> Issue:
    names = PLACEHOLDER_NAME.findall("".join(map(str, texts[code])))
    values: dict[str, Any] = dict.fromkeys(names, PLACEHOLDER)
    if "kinds" in values:
        values["kinds"] = (*KINDS, "h2")
    return Issue(code, values)


def _files(_sample: SampleCampaign) -> Values:
    return {**CATALOG_VALUES, "trouble": PLACEHOLDER}


def _received(_sample: SampleCampaign) -> Values:
    """A file with every fault that there is."""
    item = Item(message=ONE, uploaded=FORMS, stored=FORMS, line=1)
    entry = FileEntry(
        context=PLACEHOLDER, source=PLACEHOLDER, plural=None, forms=FORMS, line=1, is_fuzzy=False
    )
    unknown = [Unknown(entry=entry, near=near) for near in (ONE, None)]
    refused = [
        Refusal(fault=_issue(code, ALL), line=1, context=ONE.context, source=ONE.source)
        for code in ALL
    ]
    conflicts = [item] * (SHOWN_REFUSALS + 1)
    plan = Plan(
        new=[item], conflicts=conflicts, unknown=unknown, refused=refused, doubts=refused, fuzzy=1
    )
    return {
        **CATALOG_VALUES,
        "received": Received(plan, 1),
        "plan": plan,
        "is_look": False,
        "shown": SHOWN_REFUSALS,
        "refusal_words": refusal_words,
        "keys": {(ONE.context, ONE.source): ONE.key},
    }


def _looked_at(sample: SampleCampaign) -> Values:
    values = _received(sample)
    return {**values, "is_look": True, "plan": Plan(refused=values["plan"].refused), "shown": 5}


def _left(_sample: SampleCampaign) -> Values:
    return {**CATALOG_VALUES, "changed": [ONE], "refused": [ONE]}


def _changes(sample: SampleCampaign) -> list[TranslationChange]:
    facts: dict[str, Any] = {"catalog": INTERFACE, "source": PLACEHOLDER, "changed_at": sample.now}
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
        "tag": OTHER_LOCALE,
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
