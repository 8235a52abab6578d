"""Files of agencies (XLIFF 2): read as if a stranger had sent them.

A file has no document type and so no entities, nothing outside of it is ever looked at, and it is not
read at all when it is too big. Elements that we do not know are passed by.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from campaign_actions.catalogs.files.po import MOST_FORMS, Entry
from campaign_actions.catalogs.files.xliff.units import Unit, unit_of
from campaign_actions.catalogs.files.xliff.write import CORE, META, OURS
from campaign_actions.core.i18n.message import Message

UNIT = f"{{{CORE}}}unit"


class NotXliff(ValueError):
    """`code`: of a fault; `line`: where; `values`: what its words need."""

    def __init__(self, code: str, line: int | None = None, **values: str) -> None:
        super().__init__(code)
        self.code, self.line, self.values = code, line, values


@dataclass(kw_only=True)
class Xliff:
    """What a file says. `marks`: what it is and as of when, if it was made here."""

    source: str
    locale: str
    marks: Mapping[str, str] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)


def read_xliff(data: bytes, messages: Mapping[str, Message]) -> Xliff:
    """Read a file. `messages`: by key, so that plural forms find together. Raises NotXliff."""
    root = _root(data)
    languages = {"source": root.get("srcLang", ""), "locale": root.get("trgLang", "")}
    units = [unit_of(element) for element in root.iter(UNIT)]
    return Xliff(**languages, marks=dict(_marks(root)), entries=list(_entries(units, messages)))


def _root(data: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    if b"<!DOCTYPE" in data.replace(b"\0", b""):  # also in UTF-16
        raise NotXliff("doctype", 1)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise NotXliff("xml", error.lineno, found=error.msg) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotXliff("doctype", 1)
    if root.tag != f"{{{CORE}}}xliff" or not root.get("version", "").startswith("2."):
        raise NotXliff("xliff_version", root.sourceline)
    return root


def _marks(root: etree._Element) -> Iterator[tuple[str, str]]:
    for group in root.iter(f"{{{META}}}metaGroup"):
        if group.get("category") == OURS:
            for meta in group.iter(f"{{{META}}}meta"):
                yield meta.get("type", ""), (meta.text or "").strip()


def _entries(units: list[Unit], messages: Mapping[str, Message]) -> Iterator[Entry]:
    counted: dict[str, dict[int, Unit]] = {}
    for unit in units:
        key, _, form = unit.name.partition(".")
        message = messages.get(key)
        if message is not None and message.plural is not None and form.isdigit():
            counted.setdefault(key, {})[int(form[:3])] = unit
        else:
            yield _entry(unit, message)
    for key, forms in counted.items():
        yield _counted(messages[key], forms)


def _entry(unit: Unit, message: Message | None) -> Entry:
    """The id says what it is; the source says whether it still is."""
    is_same = message is not None and message.source.strip() == unit.source.strip()
    return Entry(
        context=message.context if message and is_same else unit.context,
        source=message.source if message and is_same else unit.source,
        plural=None,
        forms=(unit.target,) if unit.target else (),
        line=unit.line,
        is_fuzzy=unit.is_unsure and bool(unit.target),
    )


def _counted(message: Message, units: Mapping[int, Unit]) -> Entry:
    forms = tuple(units[n].target if n in units else "" for n in range(max(units) + 1))
    return Entry(
        context=message.context,
        source=message.source,
        plural=message.plural,
        forms=forms[:MOST_FORMS] if any(forms) else (),
        line=min(unit.line for unit in units.values()),
        is_fuzzy=any(unit.is_unsure and unit.target for unit in units.values()),
    )
