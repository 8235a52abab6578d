"""Two languages of one text beside each other: which block of one says what which block of the other says."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from campaign_actions.catalogs.campaign_copy.parts import Part, parts_of, source_locale_of
from campaign_actions.catalogs.models import Translation
from campaign_actions.core.content.blocks import Block, blocks, normalize_block, split
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.message import Forms, Message

Pair = tuple[str, str]  # what it says in the source language, and in another


def pairs(source: str, target: str, *, is_markdown: bool) -> list[Pair]:
    """The blocks of texts that are built alike. Where they are not, section by section."""
    if not source.strip() or not target.strip():
        return []
    if not is_markdown:
        return [(source, target)]
    ours, theirs = list(_sections(source)), list(_sections(target))
    if [_shape(each[:1]) for each in ours] != [_shape(each[:1]) for each in theirs]:
        return []
    return [
        (one.text, other.text)
        for section, other_section in zip(ours, theirs, strict=True)
        for one, other in _alike(section, other_section)
    ]


def units(text: str, *, is_markdown: bool) -> list[str]:
    """What is translated by itself in a text: its blocks, or all of it."""
    if is_markdown:
        return split(text)
    return [text] if text.strip() else []


def same_words(text: str) -> str:
    """A translation so that it is found again however it was typed: as a block, and with any space."""
    return " ".join(normalize_block(text, "heading").split())


def _sections(text: str) -> Iterator[list[Block]]:
    """A heading and what follows it."""
    section: list[Block] = []
    for block in blocks(text):
        if block.kind == "heading" and section:
            yield section
            section = []
        section.append(block)
    if section:
        yield section


def _alike(ours: list[Block], theirs: list[Block]) -> Iterator[tuple[Block, Block]]:
    if _shape(ours) == _shape(theirs):
        yield from zip(ours, theirs, strict=True)
    elif ours[0].kind == "heading":
        yield ours[0], theirs[0]


def _shape(section: list[Block]) -> list[tuple[str, str, str]]:
    return [block.shape for block in section]


CATALOG = re.compile(r"campaign-([1-9]\d{0,8})", re.ASCII)


@dataclass(frozen=True)
class Said:
    """What a message says in the rows of another language."""

    message: Message
    words: str

    @property
    def key(self) -> str:
        return self.message.key


@dataclass
class Known:
    """What is stored of a campaign's translations in a language."""

    forms: dict[str, Forms] = field(default_factory=dict)  # by key; empty: taken back
    words: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # by context

    def is_new(self, said: Said) -> bool:
        """Nothing is stored of the message, and the words are not known as those of an earlier source."""
        is_known = same_words(said.words) in self.words[said.message.context]
        return said.key not in self.forms and not is_known


def catalog_of(campaign_id: int) -> str:
    """What the catalog of a campaign is called."""
    return f"campaign-{campaign_id}"


def id_in(catalog: str) -> int | None:
    """The campaign that a catalog is of, by its name."""
    found = CATALOG.fullmatch(catalog)
    return int(found[1]) if found else None


def existing_translations(campaign_id: int, locale: str) -> dict[str, Forms]:
    """What the rows of a language say, by the keys of messages of which nothing is stored.

    Words that belong to an earlier source are left out: their message waits to be translated anew.
    """
    connection = db.session.connection()
    source = source_locale_of(connection, campaign_id)
    if source is None or source == locale:
        return {}
    found = said_in(parts_of(connection, campaign_id), source, locale)
    known = known_of(connection, campaign_id, locale)
    return {said.key: (said.words,) for said in found if known.is_new(said)}


def said_in(parts: Iterable[Part], source: str, locale: str) -> Iterator[Said]:
    """What each message says in a language; of one that stands in a text twice, what it says first."""
    seen = set()
    for part in parts:
        for each in part.fields:
            texts = part.text(each, source), part.text(each, locale)
            for ours, theirs in pairs(*texts, is_markdown=each.is_markdown):
                said = Said(Message(context=part.context(each), source=ours), theirs)
                if said.key not in seen:
                    seen.add(said.key)
                    yield said


def known_of(connection: Connection, campaign_id: int, locale: str) -> Known:
    known = Known()
    rows = select(Translation.key, Translation.context, Translation.forms)
    catalog = catalog_of(campaign_id)
    for row in connection.execute(rows.filter_by(catalog=catalog, locale=locale)):
        known.forms[row.key] = tuple(row.forms)
        known.words[row.context] |= {same_words(form) for form in row.forms}
    return known
