"""Writing a catalog as XLIFF 2.0, for translation agencies."""

import re
from collections.abc import Iterator

from flask_babel import gettext as _
from lxml import etree

from campaign_actions.catalogs.files.xliff.schema import (
    CAMPAIGN,
    CATEGORY,
    CORE,
    INITIAL,
    METADATA,
    SIZES,
    SPACE,
    TRANSLATED,
    VERSION,
)
from campaign_actions.catalogs.store.fuzzy_match import FormerTranslation
from campaign_actions.catalogs.workflow.export import CatalogExport
from campaign_actions.core.i18n.message import Message
from campaign_actions.core.i18n.plurals import plural_rule

MAX_EXAMPLES = 4  # numbers of a plural form
NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_xliff(export: CatalogExport) -> bytes:
    """One unit for each message or plural form. Texts are not split into sentences."""
    root = etree.Element(
        f"{{{CORE}}}xliff",
        {"version": "2.0", "srcLang": export.source, "trgLang": export.locale},
        nsmap={None: CORE, "slr": SIZES, "mda": METADATA},
    )
    about = {"id": "catalog", "original": export.slug or CATEGORY, "canResegment": "no"}
    file = etree.SubElement(root, f"{{{CORE}}}file", {**about, SPACE: "preserve"})
    _add_metadata(file, export)
    etree.SubElement(file, f"{{{SIZES}}}profiles", generalProfile="xliff:codepoints")
    for message in export.messages:
        _add_units(file, message, export)
    etree.indent(root)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def _add_metadata(file: etree._Element, export: CatalogExport) -> None:
    """Which catalog it is, and its version. Other programs keep both."""
    metadata = etree.SubElement(file, f"{{{METADATA}}}metadata")
    group = etree.SubElement(metadata, f"{{{METADATA}}}metaGroup", category=CATEGORY)
    for name, value in ((CAMPAIGN, export.slug), (VERSION, export.version)):
        if value:
            etree.SubElement(group, f"{{{METADATA}}}meta", type=name).text = value


def _add_units(file: etree._Element, message: Message, export: CatalogExport) -> None:
    forms, earlier = export.forms.get(message.key, ()), export.earlier.get(message.key)
    for number, (name, source, notes) in enumerate(_units(message, export.locale)):
        unit = etree.SubElement(file, f"{{{CORE}}}unit", id=name)
        if message.context:
            unit.set("name", _text(message.context))
        if message.max_length is not None:
            unit.set(f"{{{SIZES}}}sizeRestriction", str(message.max_length))
        _add_notes(unit, (*message.notes, *notes, *_earlier_note(earlier)))
        texts = forms or (earlier.forms if earlier else ())
        has_text = number < len(texts) and bool(texts[number])
        segment = etree.SubElement(unit, f"{{{CORE}}}segment")
        segment.set("state", TRANSLATED if has_text and forms else INITIAL)
        etree.SubElement(segment, f"{{{CORE}}}source").text = _text(source)
        if has_text:
            etree.SubElement(segment, f"{{{CORE}}}target").text = _text(texts[number])


def _units(message: Message, locale: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The id, source and notes of each unit of a message."""
    if message.plural is None:
        yield message.key, message.source, ()
        return
    rule = plural_rule(locale)
    for form in range(rule.count):
        source = message.source if form == rule.form_of(1) else message.plural
        examples = ", ".join(map(str, rule.numbers(form)[:MAX_EXAMPLES]))
        yield (
            f"{message.key}.{form}",
            source,
            (_("For numbers like these: %(numbers)s", numbers=examples),),
        )


def _add_notes(unit: etree._Element, notes: tuple[str, ...]) -> None:
    if notes:
        element = etree.SubElement(unit, f"{{{CORE}}}notes")
        for note in notes:
            etree.SubElement(element, f"{{{CORE}}}note", category="description").text = _text(note)


def _earlier_note(earlier: FormerTranslation | None) -> tuple[str, ...]:
    if earlier is None:
        return ()
    return (
        _("This translation was made from an earlier source text: %(text)s", text=earlier.source),
    )


def _text(text: str) -> str:
    """XML cannot represent control characters; none of our texts has any."""
    return NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
