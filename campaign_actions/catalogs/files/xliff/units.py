"""A unit of an XLIFF file as one entry, however translators' programs have split it."""

from lxml import etree

from campaign_actions.catalogs.files.entry import FileEntry
from campaign_actions.catalogs.files.xliff.schema import CORE, INITIAL

SEGMENT = f"{{{CORE}}}segment"
PARTS = (SEGMENT, f"{{{CORE}}}ignorable")
SOURCE, TARGET = f"{{{CORE}}}source", f"{{{CORE}}}target"
CODE_POINT = f"{{{CORE}}}cp"


def unit_entry(unit: etree._Element) -> FileEntry:
    """Joins the sentences that programs split it into, in the order of the translation.

    The entry is fuzzy if a part is not translated, or was translated by a program alone.
    """
    parts = [part for part in unit if part.tag in PARTS]
    numbered = [(_order(part, number), _target(part)) for number, part in enumerate(parts, 1)]
    targets = [text for _number, text in sorted(numbered, key=lambda pair: pair[0])]
    has_target = any(part.find(TARGET) is not None for part in parts)
    target = "".join(text or "" for text in targets) if has_target else ""
    is_unfinished = None in targets or any(part.get("state") == INITIAL for part in parts)
    return FileEntry(
        unit_id=unit.get("id", ""),
        context=unit.get("name", ""),
        source="".join(_text(part.find(SOURCE)) for part in parts),
        forms=(target,) if target else (),
        line=int(unit.sourceline or 0),
        is_fuzzy=is_unfinished and bool(target),
    )


def _target(part: etree._Element) -> str | None:
    """The translation of a part, its source if there is nothing to translate; None if it is missing."""
    target = part.find(TARGET)
    if target is not None:
        return _text(target)
    source = _text(part.find(SOURCE))
    return None if part.tag == SEGMENT and source.strip() else source


def _order(part: etree._Element, number: int) -> int:
    target = part.find(TARGET)
    order = "" if target is None else target.get("order", "")
    return int(order[:6]) if order.isascii() and order.isdigit() else number


def _text(element: etree._Element | None) -> str:
    """All text, including that in inline codes and annotations, but not in unknown elements."""
    if element is None:
        return ""
    inner = (_character(child) if child.tag == CODE_POINT else _inline(child) for child in element)
    parts = ((text, child.tail or "") for text, child in zip(inner, element, strict=True))
    return (element.text or "") + "".join(text + tail for text, tail in parts)


def _inline(child: etree._Element) -> str:
    is_known = isinstance(child.tag, str) and child.tag.startswith(f"{{{CORE}}}")
    return _text(child) if is_known else ""


def _character(element: etree._Element) -> str:
    """A character that XML cannot represent. Validation refuses it like any other."""
    try:
        return chr(int(element.get("hex", ""), 16))
    except (ValueError, OverflowError):
        return "\N{REPLACEMENT CHARACTER}"
