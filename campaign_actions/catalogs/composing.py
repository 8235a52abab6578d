"""Texts of a campaign in another language, put together from the translations of their messages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from campaign_actions.campaigns.subjects import Subject
from campaign_actions.campaigns.writing import CAMPAIGN
from campaign_actions.catalogs.aligning import pairs, same_words
from campaign_actions.catalogs.copy_fields import CopyField
from campaign_actions.catalogs.copy_parts import Part, parts_of, source_locale_of
from campaign_actions.core.copy_blocks import compose_each, split
from campaign_actions.core.messages import Forms, Message

Translations = Mapping[str, Forms]  # by the keys of messages


@dataclass
class Composed:
    """One campaign or action in a language. `changes`: fields that are whole, and are not so yet.

    They are named as in its content, so that they are saved as any others.
    """

    subject: Subject
    subject_id: int
    is_needed: bool  # before the language is public: the campaign, and what is published of it
    changes: dict[str, str] = field(default_factory=dict)
    lacking: int = 0  # texts that are not whole, or too long for the form of staff


def compose_rows(
    connection: Connection, campaign_id: int, locale: str, translations: Translations
) -> list[Composed]:
    """The campaign, with its partners, and each action, in the order in which their rows are held."""
    source = source_locale_of(connection, campaign_id) or ""
    found: dict[tuple[str, int], Composed] = {}
    for part in parts_of(connection, campaign_id):
        key = (part.subject.name, part.subject_id)
        empty = Composed(part.subject, part.subject_id, part.is_public)
        _add(found.setdefault(key, empty), part, (source, locale), translations)
    return sorted(found.values(), key=lambda one: (one.subject is not CAMPAIGN, one.subject_id))


def is_whole(rows: Iterable[Composed]) -> bool:
    """Whether the public may read a campaign in the language: its own texts and all published actions'."""
    return all(row.lacking == 0 for row in rows if row.is_needed)


def _add(
    composed: Composed, part: Part, languages: tuple[str, str], translations: Translations
) -> None:
    source, locale = languages
    for each in part.fields:
        there = part.text(each, locale)
        text = _composed(part, each, part.text(each, source), there, translations)
        if text is None or (text != there and len(text) > each.most):
            composed.lacking += 1  # blocks that fit alone may be too long together
        elif text != there:
            composed.changes[part.name_of(each, locale)] = text


def _composed(
    part: Part, each: CopyField, source: str, there: str, translations: Translations
) -> str | None:
    """One text; None if a part of it is missing. What is there stays where nothing else is wanted."""
    if not source.strip():
        return there
    units = split(source) if each.is_markdown else [source]
    context = part.context(each)
    keys = [Message(context=context, source=unit).key for unit in units]
    wanted = [(translations.get(key) or ("",))[0] for key in keys]
    if not all(words.strip() for words in wanted):
        return None
    if not each.is_markdown:
        return wanted[0]
    own = pairs(source, there, is_markdown=True)
    if len(own) != len(units):
        return compose_each(source, wanted)
    chosen = _chosen(own, wanted)
    return there if chosen == [words for _, words in own] else compose_each(source, chosen)


def _chosen(own: list[tuple[str, str]], wanted: list[str]) -> list[str]:
    """What is written there, where it says what is wanted: each time its own, if a source comes twice."""
    said = {(ours, same_words(theirs)) for ours, theirs in own}
    return [
        theirs if (ours, same_words(words)) in said else words
        for (ours, theirs), words in zip(own, wanted, strict=True)
    ]
