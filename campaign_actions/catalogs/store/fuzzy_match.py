"""Which former source a new one was made from: its translation is a beginning, to be looked at."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from sqlalchemy import select

from campaign_actions.catalogs.campaign_copy.alignment import (
    aligned_blocks,
    normalised_text,
    translatable_units,
)
from campaign_actions.catalogs.campaign_copy.parts import campaign_parts, find_source_locale
from campaign_actions.catalogs.models import Translation
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.message import Forms, Message

MIN_SIMILARITY = 0.7  # of 1; below it a translation of the one helps nobody to translate the other


def most_similar(source: str, formers: Iterable[str]) -> str | None:
    """The former source that is most like this one."""
    if not (candidates := list(formers)):  # as for most: the matcher would take the source apart
        return None
    found = get_close_matches(source, candidates, n=1, cutoff=MIN_SIMILARITY)
    return found[0] if found else None


@dataclass(frozen=True)
class FormerTranslation:
    """A translation, and the source it was made from; empty: what staff wrote of the text as a whole."""

    forms: Forms
    source: str


@dataclass
class _FormerTranslations:
    """Translations that no message has any more."""

    by_source: dict[str, dict[str, Forms]] = field(default_factory=lambda: defaultdict(dict))
    sources: dict[tuple[str, str], str] = field(default_factory=dict)  # by context and words

    def of(self, message: Message) -> FormerTranslation | None:
        """Of the same context: the nearest one, or the last one of a text that is no block."""
        there = self.by_source[message.context]
        near = most_similar(message.source, there)
        if near is None and message.markup == "text" and there:
            near = list(there)[-1]
        return FormerTranslation(there[near], near) if near is not None else None


@dataclass
class _RowTexts:
    """What stands in the rows of a campaign where a message's translation would be."""

    words: dict[str, str] = field(default_factory=dict)  # by key
    wholes: dict[str, str] = field(
        default_factory=dict
    )  # texts that are built another way, by context


def find_former_translation(
    catalog: Catalog, locale: str, message: Message
) -> FormerTranslation | None:
    return former_translations(catalog, locale, [message]).get(message.key)


def former_translations(
    catalog: Catalog, locale: str, messages: Iterable[Message]
) -> dict[str, FormerTranslation]:
    """Of messages that have no translation, by key: what each of them said, if anything is known of it."""
    formers = _former_translations(catalog, locale)
    beside = _RowTexts() if catalog.campaign_id is None else _row_texts(catalog.campaign_id, locale)
    return {
        message.key: earlier
        for message in messages
        if (earlier := _find_former(message, formers, beside))
    }


def _find_former(
    message: Message, formers: _FormerTranslations, beside: _RowTexts
) -> FormerTranslation | None:
    words = beside.words.get(message.key)
    if words is not None:
        source = formers.sources.get((message.context, normalised_text(words)), "")
        return FormerTranslation((words,), source)
    if found := formers.of(message):
        return found
    whole = beside.wholes.get(message.context)
    return FormerTranslation((whole,), "") if whole else None


def _former_translations(catalog: Catalog, locale: str) -> _FormerTranslations:
    """In the order in which they were written."""
    formers = _FormerTranslations()
    columns = ("key", "context", "source", "plural", "forms")
    rows = select(*(getattr(Translation, name) for name in columns))
    rows = rows.filter_by(catalog=catalog.name, locale=locale)
    for row in db.session.execute(rows.order_by(Translation.changed_at, Translation.id)):
        message = catalog.by_key.get(row.key)
        if row.forms and (message is None or message.plural != row.plural):
            formers.by_source[row.context][row.source] = tuple(row.forms)
            formers.sources[row.context, normalised_text(row.forms[0])] = row.source
    return formers


def _row_texts(campaign_id: int, locale: str) -> _RowTexts:
    connection, beside = db.session.connection(), _RowTexts()
    source = find_source_locale(connection, campaign_id) or ""
    for part in campaign_parts(connection, campaign_id):
        for each in part.fields:
            ours, theirs = part.text(each, source), part.text(each, locale)
            found = aligned_blocks(ours, theirs, is_markdown=each.is_markdown)
            for unit, words in found:
                key = Message(context=part.context(each), source=unit).key
                beside.words.setdefault(key, words)
            if theirs and len(found) < len(translatable_units(ours, is_markdown=each.is_markdown)):
                beside.wholes[part.context(each)] = theirs
    return beside
