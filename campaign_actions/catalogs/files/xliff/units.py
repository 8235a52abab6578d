"""A unit of an XLIFF file: what is translated together, however programs of agencies have cut it."""

from dataclasses import dataclass

from lxml import etree

from campaign_actions.catalogs.files.xliff.write import CORE

NOTHING_DONE = "initial"
SEGMENT = f"{{{CORE}}}segment"
PARTS = (SEGMENT, f"{{{CORE}}}ignorable")
SOURCE, TARGET = f"{{{CORE}}}source", f"{{{CORE}}}target"
CODE_POINT = f"{{{CORE}}}cp"


@dataclass(frozen=True)
class Unit:
    name: str
    context: str
    source: str
    target: str  # empty: none
    is_unsure: bool  # a part of it is missing, or a program wrote it and nobody has looked
    line: int


def unit_of(element: etree._Element) -> Unit:
    """Programs cut it into sentences, and put them in another order; here it is one again."""
    parts = [part for part in element if part.tag in PARTS]
    said = [(_order(part, place), _said(part)) for place, part in enumerate(parts, 1)]
    targets = [words for _place, words in sorted(said, key=lambda pair: pair[0])]
    has_any = any(part.find(TARGET) is not None for part in parts)
    is_unsure = None in targets or any(part.get("state") == NOTHING_DONE for part in parts)
    return Unit(
        name=element.get("id", ""),
        context=element.get("name", ""),
        source="".join(_words(part.find(SOURCE)) for part in parts),
        target="".join(words or "" for words in targets) if has_any else "",
        is_unsure=is_unsure,
        line=int(element.sourceline or 0),
    )


def _said(part: etree._Element) -> str | None:
    """The words of a part; None if it is to be translated and is not."""
    target = part.find(TARGET)
    if target is not None:
        return _words(target)
    source = _words(part.find(SOURCE))
    return None if part.tag == SEGMENT and source.strip() else source


def _order(part: etree._Element, place: int) -> int:
    target = part.find(TARGET)
    order = "" if target is None else target.get("order", "")
    return int(order[:6]) if order.isascii() and order.isdigit() else place


def _words(element: etree._Element | None) -> str:
    """Text, also what stands in codes and remarks; what we do not know has none."""
    if element is None:
        return ""
    inner = (_character(child) if child.tag == CODE_POINT else _inner(child) for child in element)
    parts = ((words, child.tail or "") for words, child in zip(inner, element, strict=True))
    return (element.text or "") + "".join(words + tail for words, tail in parts)


def _inner(child: etree._Element) -> str:
    is_ours = isinstance(child.tag, str) and child.tag.startswith(f"{{{CORE}}}")
    return _words(child) if is_ours else ""


def _character(element: etree._Element) -> str:
    """One that XML has no place for: whoever checks the text refuses it."""
    try:
        return chr(int(element.get("hex", ""), 16))
    except (ValueError, OverflowError):
        return "\N{REPLACEMENT CHARACTER}"
