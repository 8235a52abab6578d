"""Two languages of one text, aligned block by block."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import Connection, select

from campaign_actions.catalogs.campaign_texts.parts import TextPart
from campaign_actions.catalogs.models import Translation
from campaign_actions.core.content.blocks import Block, blocks, normalize_block, split
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.message import Forms, Message

CATALOG_NAME = re.compile(r"campaign-([1-9]\d{0,8})", re.ASCII)
Pair = tuple[str, str]  # a block in the source language and in another
Shape = tuple[str, str, str]  # of a block


def aligned_blocks(source: str, target: str, *, is_markdown: bool) -> list[Pair]:
    """Pairs of blocks where both texts have the same structure, judged section by section."""
    if not source.strip() or not target.strip():
        return []
    if not is_markdown:
        return [(source, target)]
    ours, theirs = list(_sections(source)), list(_sections(target))
    if [_shape(section[:1]) for section in ours] != [_shape(section[:1]) for section in theirs]:
        return []
    return [
        (block.text, other.text)
        for section, other_section in zip(ours, theirs, strict=True)
        for block, other in _aligned(section, other_section)
    ]


@dataclass(frozen=True)
class Unmatched:
    """The units of two texts that have no match. `source_units`: those of the source.

    `in_target`: how many there are in the other text that may be their translations.
    """

    source_units: frozenset[str]
    in_target: int

    def count_missing(self, candidates: Collection[str]) -> int:
        """At least one: which of the candidates is missing may not be known, but how many are."""
        return max(1, len(candidates) - self.in_target)


def find_unmatched(
    source: str, target: str, *, is_markdown: bool, known: Collection[str] = ()
) -> Unmatched:
    """`known`: normalised units that are translations of other units, such as those of an earlier source."""
    pairs = aligned_blocks(source, target, is_markdown=is_markdown)
    units = frozenset(translatable_units(source, is_markdown=is_markdown))
    matched = {theirs for _ours, theirs in pairs}
    others = [
        unit
        for unit in translatable_units(target, is_markdown=is_markdown)
        if unit not in matched and normalised_text(unit) not in known
    ]
    return Unmatched(units - {ours for ours, _theirs in pairs}, len(others))


def translatable_units(text: str, *, is_markdown: bool) -> list[str]:
    """The blocks of a Markdown text, or a plain text as a whole."""
    if is_markdown:
        return split(text)
    return [text] if text.strip() else []


def normalised_text(text: str) -> str:
    """The same for texts that differ only in white space and in how a block is marked."""
    return " ".join(normalize_block(text, "heading").split())


def _sections(text: str) -> Iterator[list[Block]]:
    """Each begins with a heading, except perhaps the first."""
    section: list[Block] = []
    for block in blocks(text):
        if block.kind == "heading" and section:
            yield section
            section = []
        section.append(block)
    if section:
        yield section


def _aligned(ours: list[Block], theirs: list[Block]) -> Iterator[tuple[Block, Block]]:
    """Run by run of like blocks, as far as the other text is a part of this one that fits in one way only.

    A run that lacks a block is left out: nobody knows which one it lacks.
    """
    runs, other_runs = _runs(ours), _runs(theirs)
    shapes, other_shapes = ([run[0].shape for run in each] for each in (runs, other_runs))
    first = _first_places(shapes, other_shapes)
    last = [len(shapes) - 1 - place for place in _first_places(shapes[::-1], other_shapes[::-1])]
    for other, place, other_place in zip(other_runs, first, reversed(last), strict=False):
        if place == other_place and len(runs[place]) == len(other):
            yield from zip(runs[place], other, strict=True)
    if not first and ours[0].kind == "heading":
        yield ours[0], theirs[0]


def _first_places(shapes: Sequence[Shape], others: Sequence[Shape]) -> list[int]:
    """Where in `shapes` the others are found, in order; empty if they are not."""
    places: list[int] = []
    for shape in others:
        begin = places[-1] + 1 if places else 0
        if shape not in shapes[begin:]:
            return []
        places.append(shapes.index(shape, begin))
    return places


def _runs(section: list[Block]) -> list[list[Block]]:
    return [list(run) for _shape, run in groupby(section, key=lambda block: block.shape)]


def _shape(section: list[Block]) -> list[Shape]:
    return [block.shape for block in section]


@dataclass(frozen=True)
class ExistingTranslation:
    """The translation of a message as it is in a campaign's rows."""

    message: Message
    text: str

    @property
    def key(self) -> str:
        return self.message.key


@dataclass
class SavedForms:
    """The translations of a campaign that were saved in a language."""

    forms: dict[str, Forms] = field(default_factory=dict)  # by key; empty: deleted
    texts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # by context

    def is_missing(self, existing: ExistingTranslation) -> bool:
        """Nothing was saved for the message, nor the same text for an earlier source."""
        is_known = normalised_text(existing.text) in self.texts[existing.message.context]
        return existing.key not in self.forms and not is_known


def catalog_name(campaign_id: int) -> str:
    return f"campaign-{campaign_id}"


def campaign_id_in(catalog: str) -> int | None:
    """The id in the name of a campaign's catalog."""
    found = CATALOG_NAME.fullmatch(catalog)
    return int(found[1]) if found else None


def existing_translations(
    campaign_id: int, parts: Iterable[TextPart], source: str, locale: str
) -> dict[str, Forms]:
    """Translations in the rows of a language, by key, as far as none was saved.

    A text that translates an earlier source is left out: its message has to be translated again.
    """
    if source == locale:
        return {}
    saved = saved_forms(db.session.connection(), campaign_id, locale)
    found = translations_in(parts, source, locale)
    return {existing.key: (existing.text,) for existing in found if saved.is_missing(existing)}


def translations_in(
    parts: Iterable[TextPart], source: str, locale: str
) -> Iterator[ExistingTranslation]:
    """Each message once: where a source occurs twice in a text, its first translation."""
    seen = set()
    for part in parts:
        for each in part.fields:
            texts = part.text(each, source), part.text(each, locale)
            for ours, theirs in aligned_blocks(*texts, is_markdown=each.is_markdown):
                message = Message(context=part.context(each), source=ours)
                if message.key not in seen:
                    seen.add(message.key)
                    yield ExistingTranslation(message, theirs)


def saved_forms(connection: Connection, campaign_id: int, locale: str) -> SavedForms:
    saved = SavedForms()
    rows = select(Translation.key, Translation.context, Translation.forms)
    catalog = catalog_name(campaign_id)
    for row in connection.execute(rows.filter_by(catalog=catalog, locale=locale)):
        saved.forms[row.key] = tuple(row.forms)
        saved.texts[row.context] |= {normalised_text(form) for form in row.forms}
    return saved
