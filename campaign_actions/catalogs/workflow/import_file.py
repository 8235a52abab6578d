"""The import of a translator's file, from its bytes to the database, in five steps.

    parse        files/parse           the bytes of a .po, .mo or XLIFF file -> entries and headers
    normalise    files/normalise       -> each entry with its message, in the plural forms of the language
    validate     files/validate        -> the translations that can be used, and what is wrong with the rest
    plan_import  workflow/import_plan  -> what is new, and what conflicts with what is stored
    apply_plan   here                  -> what is new is stored, with conflicts that someone has resolved

`import_file()` takes all five, for the web. The command `translations import` takes them one by one and asks
its questions in between. `translations check` and shipped catalogs take the first three.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import lazy_gettext as _l

from campaign_actions.campaigns.texts import campaign_ids
from campaign_actions.catalogs.files.entry import Key
from campaign_actions.catalogs.files.normalise import NormalisedFile, normalise
from campaign_actions.catalogs.files.parse import ParsedFile, parse
from campaign_actions.catalogs.files.validate_entries import ValidatedFile, validate
from campaign_actions.catalogs.store.change_log import ChangeOrigin
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.catalogs.store.save import (
    TranslationConflict,
    TranslationEdit,
    TranslationsRefused,
    save_translations,
)
from campaign_actions.catalogs.store.shipped_catalogs import shipped_locales, shipped_translations
from campaign_actions.catalogs.workflow.import_plan import ImportPlan, plan_import
from campaign_actions.core.errors import DomainError, NotFound
from campaign_actions.core.i18n.locale import language_name
from campaign_actions.core.i18n.message import Forms
from campaign_actions.staff.models import StaffMember

UPLOAD: ChangeOrigin = "upload"  # in the history
MAX_ATTEMPTS = 3  # someone may save a translation between plan and apply


class WrongCatalog(DomainError):
    title = _l("This file belongs to another campaign")
    message = _l("Nothing was imported. Choose the file you downloaded from this page.")


@dataclass(frozen=True)
class ImportResult:
    plan: ImportPlan
    imported: int = 0


@dataclass
class Resolution:
    """How resolving conflicts went, by the keys of messages."""

    imported: int = 0
    changed: list[str] = field(default_factory=list)  # again, since someone decided
    refused: list[str] = field(default_factory=list)


def import_file(
    data: bytes, catalog: Catalog, locale: str, *, by: StaffMember, now: datetime
) -> ImportResult:
    """Import what is new. Raises WrongCatalog, and TranslationConflict if others keep saving."""
    parsed = parse(data)
    _check_campaign(parsed, catalog)
    validated = check_file(parsed, catalog, locale)
    attempts_left = MAX_ATTEMPTS
    while True:
        plan = plan_import(validated, catalog)
        try:
            return ImportResult(plan, apply_plan(plan, how=UPLOAD, staff_id=by.id, now=now))
        except TranslationConflict:
            attempts_left -= 1
            if not attempts_left:
                raise


def preview_import(data: bytes, catalog: Catalog, locale: str) -> ImportPlan:
    """The plan that import_file() would carry out. Raises WrongCatalog."""
    parsed = parse(data)
    _check_campaign(parsed, catalog)
    return plan_import(check_file(parsed, catalog, locale), catalog)


def check_file(
    parsed: ParsedFile, catalog: Catalog, locale: str, *, allows_bom: bool = True
) -> ValidatedFile:
    """The steps that need no database, after the first."""
    normalised = normalise(parsed, catalog.messages, locale)
    return validate_upload(normalised, catalog, allows_bom=allows_bom)


def validate_upload(
    normalised: NormalisedFile, catalog: Catalog, *, allows_bom: bool = True
) -> ValidatedFile:
    return validate(
        normalised,
        source=catalog.source,
        other_languages=_other_languages(normalised.locale),
        allows_bom=allows_bom,
    )


def apply_plan(
    plan: ImportPlan,
    *,
    accepted: Collection[str] = (),
    how: ChangeOrigin,
    staff_id: int | None,
    now: datetime,
) -> int:
    """Store what is new, and what is `accepted` (keys of messages) of the rest: all of it or nothing.

    Returns how many translations were imported. Raises what save_translations() raises, TranslationConflict
    if a translation was saved since the plan was made.
    """
    items = [*plan.new, *(item for item in plan.conflicts if item.message.key in accepted)]
    edits = {item.message.key: TranslationEdit(item.uploaded, item.stored) for item in items}
    for unknown in plan.unknown:
        if unknown.near and unknown.near.key in accepted:
            edits.setdefault(unknown.near.key, TranslationEdit(unknown.entry.forms, ()))
    return save_translations(plan.catalog, plan.locale, edits, how=how, staff_id=staff_id, now=now)


def resolve_conflicts(
    catalog: Catalog,
    locale: str,
    edits: Mapping[str, TranslationEdit],
    *,
    by: StaffMember,
    now: datetime,
) -> Resolution:
    """Store what someone chose from a file. Each is stored or not on its own."""
    resolution = Resolution()
    for key, edit in edits.items():
        try:
            resolution.imported += save_translations(
                catalog, locale, {key: edit}, how=UPLOAD, staff_id=by.id, now=now
            )
        except TranslationConflict:
            resolution.changed.append(key)
        except (TranslationsRefused, NotFound):
            resolution.refused.append(key)
    return resolution


def _check_campaign(file: ParsedFile, catalog: Catalog) -> None:
    """Raises WrongCatalog if the file names another campaign. An unknown slug may be a former one."""
    slug = file.campaign
    if slug and campaign_ids([slug]).get(slug, catalog.campaign_id) != catalog.campaign_id:
        raise WrongCatalog


def _other_languages(locale: str) -> Mapping[str, Mapping[Key, Forms]]:
    """The shipped catalogs of other languages, by name. Variants such as fr and fr-CA may say the same."""
    return {
        language_name(tag): shipped_translations(tag)
        for tag in shipped_locales()
        if tag.partition("-")[0] != locale.partition("-")[0]
    }
