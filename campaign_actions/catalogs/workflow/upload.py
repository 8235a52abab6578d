"""A file that a translator sends on the web: what is right is taken, the rest is told or asked about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import lazy_gettext as _l

from campaign_actions.campaigns.texts import campaign_ids
from campaign_actions.catalogs.store.change_log import How
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.catalogs.store.save import (
    Refused,
    TranslationConflict,
    TranslationEdit,
    save_translations,
)
from campaign_actions.catalogs.workflow.import_plan import Plan, apply_import, plan_import
from campaign_actions.catalogs.workflow.incoming import read_metadata
from campaign_actions.core.errors import DomainError, NotFound
from campaign_actions.staff.models import StaffMember

HOW: How = "upload"  # in the history
TRIES = 3  # somebody may save while a file is looked at


class OfAnotherCatalog(DomainError):
    title = _l("This file is of another catalog")
    message = _l("Nothing was taken. Choose the file that was downloaded here.")


@dataclass(frozen=True)
class Received:
    """What became of a file."""

    plan: Plan
    taken: int = 0


@dataclass
class Decided:
    """What became of translations that were asked about, by the keys of their messages."""

    taken: int = 0
    changed: list[str] = field(default_factory=list)  # once more, since they were shown
    refused: list[str] = field(default_factory=list)


def look_at_file(catalog: Catalog, locale: str, data: bytes) -> Plan:
    """What a file would do. Raises OfAnotherCatalog."""
    slug, _language = read_metadata(data)
    if slug and campaign_ids([slug]).get(slug, catalog.campaign_id) != catalog.campaign_id:
        raise OfAnotherCatalog
    return plan_import(catalog, locale, data)


def receive(
    catalog: Catalog, locale: str, data: bytes, *, by: StaffMember, now: datetime
) -> Received:
    """Take what is right and overwrites nobody's work. Raises OfAnotherCatalog."""
    for left in reversed(range(TRIES)):
        plan = look_at_file(catalog, locale, data)
        try:
            taken = apply_import(plan, catalog, locale, how=HOW, staff_id=by.id, now=now)
        except TranslationConflict:
            if not left:
                raise
        else:
            break
    return Received(plan, taken)


def decide(
    catalog: Catalog,
    locale: str,
    wishes: Mapping[str, TranslationEdit],
    *,
    by: StaffMember,
    now: datetime,
) -> Decided:
    """Take what somebody chose of a file, each by itself: what can not be taken keeps nothing else back."""
    decided = Decided()
    for key, wish in wishes.items():
        try:
            decided.taken += save_translations(
                catalog, locale, {key: wish}, how=HOW, staff_id=by.id, now=now
            )
        except TranslationConflict:
            decided.changed.append(key)
        except (Refused, NotFound):
            decided.refused.append(key)
    return decided
