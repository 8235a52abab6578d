"""Help with translating a message: terms, other translations, changes, and who else has it open."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaign_actions.campaigns.versioning.differences import diff_pieces
from campaign_actions.catalogs.models import StringVisit, TranslationChange
from campaign_actions.catalogs.store.change_log import message_changes
from campaign_actions.catalogs.store.repository import Catalog, stored_translations
from campaign_actions.catalogs.store.translation_memory import (
    OtherTranslation,
    translations_elsewhere,
)
from campaign_actions.catalogs.validation.rules.placeholders import NAMED
from campaign_actions.catalogs.workflow.entries import Entry
from campaign_actions.catalogs.workflow.glossary import Term, terms_in
from campaign_actions.catalogs.workflow.presence import MessageRef, other_visitors
from campaign_actions.core.i18n.locale_registry import languages
from campaign_actions.core.i18n.message import Forms, Message
from campaign_actions.core.i18n.pseudo import PSEUDO_LOCALES
from campaign_actions.staff.queries import member_names

MAX_CHANGES = 5  # the history of the message has all
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


@dataclass(frozen=True)
class MessageContext:
    to_keep: tuple[str, ...]  # placeholders and tags, as in the source
    terms: Sequence[Term]
    elsewhere: Sequence[OtherTranslation]
    difference: Sequence[tuple[str, str]]  # between the earlier source and the present one
    beside: str  # the tag of another language that is shown, or empty
    beside_forms: Forms
    choosable: Sequence[str]  # tags of languages that can be shown
    others: Sequence[StringVisit]
    changes: Sequence[TranslationChange]
    names: dict[int, str]  # of staff, by id


def message_context(
    catalog: Catalog,
    entry: Entry,
    tag: str,
    *,
    beside: str,
    may_see: Callable[[str], bool],
    staff_id: int,
    now: datetime,
) -> MessageContext:
    """`may_see`: whether the translator may see a catalog, by its name."""
    message = entry.message
    ref = MessageRef(catalog.name, tag, message.key)
    others = other_visitors(ref, staff_id=staff_id, now=now)
    changes = message_changes(ref, limit=MAX_CHANGES)
    choosable = _choosable(catalog, tag)
    beside = beside if beside in choosable else ""
    return MessageContext(
        to_keep=_to_keep(message),
        terms=terms_in(f"{message.source} {message.plural or ''}", tag),
        elsewhere=translations_elsewhere(message, tag, catalog=catalog.name, may_see=may_see),
        difference=list(diff_pieces(entry.earlier.source, message.source)) if entry.earlier else [],
        beside=beside,
        beside_forms=_forms(catalog, beside, message) if beside else (),
        choosable=choosable,
        others=others,
        changes=changes,
        names=member_names(
            [*(each.staff_id for each in others), *(each.staff_id for each in changes)]
        ),
    )


def _choosable(catalog: Catalog, tag: str) -> list[str]:
    left_out = {tag, catalog.source, *PSEUDO_LOCALES}
    return [other for other in languages().known if other not in left_out]


def _forms(catalog: Catalog, tag: str, message: Message) -> Forms:
    there = stored_translations(catalog, tag).get(message.key)
    return there.forms if there else ()


def _to_keep(message: Message) -> tuple[str, ...]:
    if message.markup != "html":
        return ()
    return tuple(dict.fromkeys([*NAMED.findall(message.model), *TAG.findall(message.model)]))
