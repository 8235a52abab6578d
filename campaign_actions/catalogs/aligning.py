"""Two languages of one text beside each other: which block of one says what which block of the other says."""

from collections.abc import Iterator

from campaign_actions.core.copy_blocks import Block, blocks, settled, split

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
    return " ".join(settled(text, "heading").split())


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
