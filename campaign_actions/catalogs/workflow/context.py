"""What stands around a message that is being translated."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaign_actions.campaigns.versioning.history import diff_pieces
from campaign_actions.catalogs.models import GlossaryTerm, StringVisit, TranslationChange
from campaign_actions.catalogs.store.change_log import changes_of
from campaign_actions.catalogs.store.repository import Catalog, stored
from campaign_actions.catalogs.store.reuse import Elsewhere, found_elsewhere
from campaign_actions.catalogs.validation.rules.placeholders import NAMED
from campaign_actions.catalogs.workflow.entries import Entry
from campaign_actions.catalogs.workflow.glossary import terms_in
from campaign_actions.catalogs.workflow.presence import Spot, others_in
from campaign_actions.core.i18n.message import Forms, Message
from campaign_actions.core.i18n.pseudo import PSEUDO_LOCALES
from campaign_actions.core.i18n.registry import languages
from campaign_actions.staff.queries import names_of

CHANGES = 5  # the latest, beside the message; its history has them all
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


@dataclass(frozen=True)
class Surroundings:
    to_keep: tuple[str, ...]  # placeholders and tags
    terms: Sequence[GlossaryTerm]
    elsewhere: Sequence[Elsewhere]
    difference: Sequence[tuple[str, str]]  # between what the source was and is
    beside: str  # another language that one reads
    beside_forms: Forms
    choosable: Sequence[str]  # languages to read beside the source
    others: Sequence[StringVisit]  # who else has it open
    changes: Sequence[TranslationChange]
    names: dict[int, str]  # of staff


def surroundings_of(
    catalog: Catalog,
    entry: Entry,
    tag: str,
    *,
    beside: str,
    may_see: Callable[[str], bool],
    staff_id: int,
    now: datetime,
) -> Surroundings:
    """`may_see`: whether who translates may see another catalog, by its name."""
    message = entry.message
    spot = Spot(catalog.name, tag, message.key)
    others = others_in(spot, staff_id=staff_id, now=now)
    changes = changes_of(spot, most=CHANGES)
    choosable = _choosable(catalog, tag)
    beside = beside if beside in choosable else ""
    return Surroundings(
        to_keep=_to_keep(message),
        terms=terms_in(f"{message.source} {message.plural or ''}", tag),
        elsewhere=found_elsewhere(message, tag, catalog=catalog.name, may_see=may_see),
        difference=list(diff_pieces(entry.earlier.source, message.source)) if entry.earlier else [],
        beside=beside,
        beside_forms=_forms(catalog, beside, message) if beside else (),
        choosable=choosable,
        others=others,
        changes=changes,
        names=names_of([*(each.staff_id for each in others), *(each.staff_id for each in changes)]),
    )


def _choosable(catalog: Catalog, tag: str) -> list[str]:
    left_out = {tag, catalog.source, *PSEUDO_LOCALES}
    return [other for other in languages().known if other not in left_out]


def _forms(catalog: Catalog, tag: str, message: Message) -> Forms:
    there = stored(catalog, tag).get(message.key)
    return there.forms if there else ()


def _to_keep(message: Message) -> tuple[str, ...]:
    """What has to stand in the translation as it stands in the source."""
    if message.markup != "html":
        return ()
    return tuple(dict.fromkeys([*NAMED.findall(message.model), *TAG.findall(message.model)]))
