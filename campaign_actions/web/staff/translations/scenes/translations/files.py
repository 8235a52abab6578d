"""Scenes of files of translations: uploading one, and what was found in it."""

from collections.abc import Iterator
from dataclasses import replace

from campaign_actions.catalogs.files.entry import FileEntry, FileIssue
from campaign_actions.catalogs.files.file_issue_texts import ALL_ISSUE_TEXTS, file_issue_text
from campaign_actions.catalogs.preview.sample_campaign import PLACEHOLDER, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.catalogs.workflow.import_file import ImportResult
from campaign_actions.catalogs.workflow.import_plan import ImportItem, ImportPlan, UnknownEntry
from campaign_actions.web.staff.translations.scenes.samples import OTHER_LOCALE, staff_scene
from campaign_actions.web.staff.translations.scenes.translations.strings import (
    CATALOG,
    CATALOG_VALUES,
    FORMS,
    ONE,
    TRANSLATIONS,
    sample_issue,
)

MAX_SHOWN = 100


def translation_file_scenes() -> Iterator[Scene]:
    yield staff_scene("files", TRANSLATIONS, "translations/files", _files)
    yield staff_scene("received", TRANSLATIONS, "translations/upload", _received)
    yield staff_scene("received-look", TRANSLATIONS, "translations/upload", _previewed)
    yield staff_scene("left", TRANSLATIONS, "translations/resolve", _left)


def _files(_sample: SampleCampaign) -> Values:
    return {**CATALOG_VALUES, "error": PLACEHOLDER}


def _plan() -> ImportPlan:
    """Of a file with every issue that there is."""
    item = ImportItem(message=ONE, uploaded=FORMS, stored=FORMS, line=1)
    entry = FileEntry(context=PLACEHOLDER, source=PLACEHOLDER, forms=FORMS, line=1)
    issues = [
        FileIssue(
            issue=sample_issue(code, ALL_ISSUE_TEXTS),
            line=1,
            context=ONE.context,
            source=ONE.source,
        )
        for code in ALL_ISSUE_TEXTS
    ]
    return ImportPlan(
        catalog=CATALOG,
        locale=OTHER_LOCALE,
        new=[item],
        conflicts=[item] * (MAX_SHOWN + 1),
        unknown=[UnknownEntry(entry=entry, near=near) for near in (ONE, None)],
        issues=issues,
        warnings=issues,
        same=0,
        fuzzy=1,
    )


def _received(_sample: SampleCampaign) -> Values:
    plan = _plan()
    return {
        **CATALOG_VALUES,
        "result": ImportResult(plan, 1),
        "plan": plan,
        "is_preview": False,
        "max_shown": MAX_SHOWN,
        "file_issue_text": file_issue_text,
        "keys": {(ONE.context, ONE.source): ONE.key},
    }


def _previewed(sample: SampleCampaign) -> Values:
    plan = replace(_plan(), new=[], conflicts=[], unknown=[], warnings=[], fuzzy=0)
    return {**_received(sample), "is_preview": True, "plan": plan, "max_shown": 5}


def _left(_sample: SampleCampaign) -> Values:
    return {**CATALOG_VALUES, "changed": [ONE], "refused": [ONE]}
