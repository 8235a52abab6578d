"""The former translation of a message whose source has changed: a draft for the translator to check."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from sqlalchemy import select

from campaign_actions.catalogs.campaign_texts.alignment import (
    aligned_blocks,
    normalised_text,
    translatable_units,
)
from campaign_actions.catalogs.models import Translation
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.message import Forms, Message

MIN_SIMILARITY = 0.7  # of 1; below it, the translation of one source does not help with another


@dataclass(frozen=True)
class FormerTranslation:
    """A translation and its source; without a source, the whole text as staff wrote it."""

    forms: Forms
    source: str

    @property
    def is_of_source(self) -> bool:
        """Whether it translates an earlier source. Otherwise the message is new to its text."""
        return bool(self.source)


def most_similar(source: str, candidates: Iterable[str]) -> str | None:
    """The candidate that is most similar to a source, if any is similar enough."""
    texts = list(candidates)
    if not texts:  # saves the matcher from analysing the source
        return None
    found = get_close_matches(source, texts, n=1, cutoff=MIN_SIMILARITY)
    return found[0] if found else None


def find_successor(message: Message, messages: Iterable[Message]) -> Message | None:
    """The message of the same text that replaces one: the most similar, or the only one."""
    found = {each.source: each for each in messages if each.context == message.context}
    source = most_similar(message.source, found)
    if source is None and len(found) == 1:
        return next(iter(found.values()))
    return None if source is None else found[source]


def former_translations(
    catalog: Catalog, locale: str, messages: Iterable[Message]
) -> dict[str, FormerTranslation]:
    """For messages without a translation: those of which one is known, by key."""
    wanted = list(messages)
    if not wanted:
        return {}
    orphans, rows = _orphans(catalog, locale), _row_texts(catalog, locale)
    return {
        message.key: former
        for message in wanted
        if (former := _find_former(message, orphans, rows))
    }


@dataclass
class _Orphans:
    """Translations whose source is no longer in the catalog."""

    by_source: dict[str, dict[str, Forms]] = field(default_factory=lambda: defaultdict(dict))
    sources: dict[tuple[str, str], str] = field(default_factory=dict)  # by context and text

    def find_similar(self, message: Message) -> FormerTranslation | None:
        """In the same context: the most similar, or for a text that is not a block, the latest."""
        found = self.by_source[message.context]
        source = most_similar(message.source, found)
        if source is None and message.markup == "text" and found:
            source = list(found)[-1]
        return None if source is None else FormerTranslation(found[source], source)


@dataclass
class _RowTexts:
    """The texts of a campaign's rows in the language."""

    blocks: dict[str, str] = field(default_factory=dict)  # by the keys of messages
    unaligned: dict[str, str] = field(default_factory=dict)  # whole texts, by context


def _find_former(message: Message, orphans: _Orphans, rows: _RowTexts) -> FormerTranslation | None:
    text = rows.blocks.get(message.key)
    if text is not None:
        source = orphans.sources.get((message.context, normalised_text(text)), "")
        return FormerTranslation((text,), source)
    if similar := orphans.find_similar(message):
        return similar
    whole = rows.unaligned.get(message.context)
    return FormerTranslation((whole,), "") if whole else None


def _orphans(catalog: Catalog, locale: str) -> _Orphans:
    """In the order in which they were written."""
    orphans = _Orphans()
    columns = ("key", "context", "source", "plural", "forms")
    rows = select(*(getattr(Translation, name) for name in columns))
    rows = rows.filter_by(catalog=catalog.name, locale=locale)
    for row in db.session.execute(rows.order_by(Translation.changed_at, Translation.id)):
        message = catalog.by_key.get(row.key)
        if row.forms and (message is None or message.plural != row.plural):
            orphans.by_source[row.context][row.source] = tuple(row.forms)
            orphans.sources[row.context, normalised_text(row.forms[0])] = row.source
    return orphans


def _row_texts(catalog: Catalog, locale: str) -> _RowTexts:
    """Of a campaign; the interface has none."""
    rows = _RowTexts()
    for part in catalog.parts:
        for each in part.fields:
            source, target = part.text(each, catalog.source), part.text(each, locale)
            pairs = aligned_blocks(source, target, is_markdown=each.is_markdown)
            for block, translation in pairs:
                key = Message(context=part.context(each), source=block).key
                rows.blocks.setdefault(key, translation)
            count = len(translatable_units(source, is_markdown=each.is_markdown))
            if target and len(pairs) < count:
                rows.unaligned[part.context(each)] = target
    return rows
