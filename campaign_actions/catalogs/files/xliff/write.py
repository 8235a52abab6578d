"""A catalog in a language as XLIFF 2.0: for agencies."""

import re
from collections.abc import Iterator

from flask_babel import gettext as _
from lxml import etree

from campaign_actions.catalogs.store.fuzzy_match import Earlier
from campaign_actions.catalogs.workflow.export import Outgoing
from campaign_actions.core.i18n.message import Message
from campaign_actions.core.i18n.plurals import plural_rule

CORE = "urn:oasis:names:tc:xliff:document:2.0"
SIZES = "urn:oasis:names:tc:xliff:sizerestriction:2.0"
META = "urn:oasis:names:tc:xliff:metadata:2.0"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
OURS = "campaign-actions"  # the group of metadata that is ours
EXAMPLES = 4  # numbers of a plural form
NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_xliff(out: Outgoing) -> bytes:
    """Texts are not cut into sentences: what belongs together is translated together."""
    root = etree.Element(
        f"{{{CORE}}}xliff",
        {"version": "2.0", "srcLang": out.source, "trgLang": out.locale},
        nsmap={None: CORE, "slr": SIZES, "mda": META},
    )
    about = {"id": "catalog", "original": out.slug or OURS, "canResegment": "no"}
    file = etree.SubElement(root, f"{{{CORE}}}file", {**about, SPACE: "preserve"})
    _mark(file, out)
    etree.SubElement(file, f"{{{SIZES}}}profiles", generalProfile="xliff:codepoints")
    for message in out.messages:
        _add(file, message, out)
    etree.indent(root)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def _mark(file: etree._Element, out: Outgoing) -> None:
    """What it is and as of when: other programs keep it."""
    metadata = etree.SubElement(file, f"{{{META}}}metadata")
    group = etree.SubElement(metadata, f"{{{META}}}metaGroup", category=OURS)
    for name, value in (("campaign", out.slug), ("version", out.version)):
        if value:
            etree.SubElement(group, f"{{{META}}}meta", type=name).text = value


def _add(file: etree._Element, message: Message, out: Outgoing) -> None:
    """A unit; of a message that counts, one for each plural form."""
    forms, earlier = out.forms.get(message.key, ()), out.earlier.get(message.key)
    for number, (name, source, notes) in enumerate(_units(message, out.locale)):
        unit = etree.SubElement(file, f"{{{CORE}}}unit", id=name)
        if message.context:
            unit.set("name", _text(message.context))
        if message.max_length is not None:
            unit.set(f"{{{SIZES}}}sizeRestriction", str(message.max_length))
        _note(unit, (*message.notes, *notes, *_former(earlier)))
        words = forms or (earlier.forms if earlier else ())
        is_there = number < len(words) and bool(words[number])
        segment = etree.SubElement(unit, f"{{{CORE}}}segment")
        segment.set("state", "translated" if is_there and forms else "initial")
        etree.SubElement(segment, f"{{{CORE}}}source").text = _text(source)
        if is_there:
            etree.SubElement(segment, f"{{{CORE}}}target").text = _text(words[number])


def _units(message: Message, locale: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The id, the source and the notes of each."""
    if message.plural is None:
        yield message.key, message.source, ()
        return
    rule = plural_rule(locale)
    for form in range(rule.count):
        source = message.source if form == rule.form_of(1) else message.plural
        examples = ", ".join(map(str, rule.numbers(form)[:EXAMPLES]))
        yield (
            f"{message.key}.{form}",
            source,
            (_("For numbers like these: %(numbers)s", numbers=examples),),
        )


def _note(unit: etree._Element, notes: tuple[str, ...]) -> None:
    if notes:
        within = etree.SubElement(unit, f"{{{CORE}}}notes")
        for note in notes:
            etree.SubElement(within, f"{{{CORE}}}note", category="description").text = _text(note)


def _former(earlier: Earlier | None) -> tuple[str, ...]:
    if earlier is None:
        return ()
    return (_("What is there was made from an earlier text: %(text)s", text=earlier.source),)


def _text(text: str) -> str:
    """XML has no place for control characters, and neither has any text of ours."""
    return NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
