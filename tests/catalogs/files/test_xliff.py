"""XLIFF 2 is read as agencies' programs write it, and XML that could do harm is refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from campaign_actions.catalogs.files.file_issue_texts import ALL_ISSUE_TEXTS
from campaign_actions.catalogs.files.parse import parse
from campaign_actions.catalogs.files.xliff.read import InvalidXliff, read_xliff
from campaign_actions.catalogs.files.xliff.write import write_xliff
from campaign_actions.catalogs.store.fuzzy_match import FormerTranslation
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.catalogs.workflow.export import CatalogExport
from campaign_actions.catalogs.workflow.import_file import check_file
from campaign_actions.core.i18n.message import Message

BUTTON = Message(
    context="action x: button",
    source="Sign & share",
    notes=("On the button.", "At most 60 characters."),
    max_length=60,
    markup="text",
)
ITEM = Message(context="campaign: body", source="**Ask.** Who did it?", markup="item")
PEOPLE = Message(source="%(num)d person", plural="%(num)d people")
CATALOG = Catalog("campaign-1", (BUTTON, ITEM, PEOPLE), 1, "racism")
CORE = "{urn:oasis:names:tc:xliff:document:2.0}"
HEAD = (
    '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" trgLang="ru">'
)


def write(forms=None, earlier=None, locale="ru"):
    return write_xliff(
        CatalogExport(
            messages=CATALOG.messages,
            source="en",
            locale=locale,
            slug="racism",
            version="118",
            forms=forms or {},
            earlier=earlier or {},
        )
    )


def read(data, tag="ru"):
    return check_file(parse(data), CATALOG, tag)


def codes(data, tag="ru"):
    return [each.issue.code for each in read(data, tag).issues]


def translated(text, message=BUTTON):
    return read(text.encode()).translations.get(message.key)


def with_target(inner, message=ITEM, state="translated"):
    """A file in which a program has added elements to the segment of a message."""
    source = etree.Element("source")
    source.text = message.source
    segment = f'<segment state="{state}">{etree.tostring(source).decode()}{inner}</segment>'
    unit = f'<unit id="{message.key}" name="{message.context}">{segment}</unit>'
    return f'{HEAD}<file id="f">{unit}</file></xliff>'


FORMS = {
    BUTTON.key: ("Подписать & поделиться",),
    ITEM.key: ("**Спросите.** Кто это сделал?",),
    PEOPLE.key: ("%(num)d человек", "%(num)d человека", "%(num)d человек"),
}


def test_an_export_is_read_back_unchanged():
    validated = read(write(FORMS))

    assert validated.translations == {
        ITEM.key: FORMS[ITEM.key],
        BUTTON.key: FORMS[BUTTON.key],
        PEOPLE.key: FORMS[PEOPLE.key],
    }


def test_an_export_names_its_campaign_language_and_version():
    validated = read(write(FORMS))

    assert validated.headers["X-Campaign-Actions-Version"] == "118"
    assert (parse(write()).campaign, parse(write()).language) == ("racism", "ru")


def test_a_unit_has_context_notes_maximum_length_and_state():
    root = etree.fromstring(write(FORMS))
    done, *_others = root.iter(f"{CORE}unit")
    empty, *_others = etree.fromstring(write()).iter(f"{CORE}segment")

    assert done.get("name") == "action x: button"
    assert done.get("{urn:oasis:names:tc:xliff:sizerestriction:2.0}sizeRestriction") == "60"
    assert [note.text for note in done.iter(f"{CORE}note")] == list(BUTTON.notes)
    assert done.find(f"{CORE}segment").get("state") == "translated"
    assert empty.get("state") == "initial"
    assert empty.find(f"{CORE}target") is None


def test_elements_are_in_the_order_of_the_standard():
    file = etree.fromstring(write(FORMS)).find(f"{CORE}file")

    order = [etree.QName(child).localname for child in file]
    assert order[:3] == ["metadata", "profiles", "unit"]
    for unit in file.iter(f"{CORE}unit"):
        parts = [etree.QName(child).localname for child in unit]
        assert parts in (["notes", "segment"], ["segment"])
        assert re.fullmatch(r"[\w.-]+", unit.get("id"))


def test_a_translation_of_an_earlier_source_is_marked_and_not_imported():
    data = write(earlier={ITEM.key: FormerTranslation(("**Спросите.** Кто?",), "**Ask.** Who?")})

    validated = read(data)

    assert "**Ask.** Who?" in data.decode()
    assert validated.translations == {}
    assert [each.issue.code for each in validated.warnings] == ["fuzzy"]


@pytest.mark.parametrize(
    ("inner", "found"),
    [
        ("<target>**Спросите.** Кто?</target>", "**Спросите.** Кто?"),
        ("<target><![CDATA[**Спросите.** Кто?]]></target>", "**Спросите.** Кто?"),
        (
            "<target>**Спросите.** <mrk id='m1' type='term'>Кто</mrk>?</target>",
            "**Спросите.** Кто?",
        ),
        ("<target><pc id='1'>**Спросите.**</pc> Кто?</target>", "**Спросите.** Кто?"),
        (
            "<target>**Спросите.**<x:new xmlns:x='urn:x'>!</x:new> Кто?</target>",
            "**Спросите.** Кто?",
        ),
        ("<target>**Спросите.**<!-- why? --> Кто?</target>", "**Спросите.** Кто?"),
        ("<target></target>", None),
        ("", None),
    ],
)
def test_text_is_read_whatever_markup_programs_add(inner, found):
    assert translated(with_target(inner), ITEM) == (found and (found,))


@pytest.mark.parametrize("state", ["translated", "reviewed", "final"])
def test_every_finished_state_is_imported(state):
    assert translated(with_target("<target>**Да.** Кто?</target>", state=state), ITEM)


def test_segments_are_joined_in_the_order_of_the_translation():
    parts = (
        "<segment><source>**Ask.**</source><target order='3'>Кто?</target></segment>"
        "<ignorable><source> </source></ignorable>"
        "<segment><source>Who did it?</source><target order='1'>**Спросите.**</target></segment>"
    )
    unit = f'<unit id="{ITEM.key}" name="{ITEM.context}">{parts}</unit>'

    text = f'{HEAD}<file id="f"><group id="g">{unit}</group></file></xliff>'

    assert translated(text, ITEM) == ("**Спросите.** Кто?",)


def test_a_half_translated_text_is_not_imported():
    parts = (
        "<segment><source>**Ask.** </source><target>**Спросите.** </target></segment>"
        "<segment><source>Who did it?</source></segment>"
    )
    text = f'{HEAD}<file id="f"><unit id="{ITEM.key}">{parts}</unit></file></xliff>'

    validated = read(text.encode())

    assert (validated.translations, [each.issue.code for each in validated.warnings]) == (
        {},
        ["fuzzy"],
    )


def test_translations_are_validated_as_in_other_formats():
    validated = read(with_target("<target>Спросите. http://evil.org</target>").encode())

    assert [each.issue.code for each in validated.issues] == ["link_foreign", "emphasis_missing"]
    assert {(each.context, each.line) for each in validated.issues} == {(ITEM.context, 1)}


def test_a_character_that_xml_cannot_hold_is_refused():
    text = with_target("<target>**Да.** Кто<cp hex='001b'/>?</target>")

    assert codes(text.encode()) == ["control"]


@pytest.mark.parametrize("form", ["²", "x", "", "99999999999999999999"])
def test_an_odd_plural_form_in_an_id_is_not_an_error(form):
    text = with_target("<target>%(num)d</target>", PEOPLE).replace(
        PEOPLE.key, f"{PEOPLE.key}.{form}"
    )

    assert codes(text.encode()) in (["message_unknown"], ["forms"])


def test_an_unknown_message_is_reported():
    text = with_target("<target>Спорт</target>", Message(context="a", source="Sport"))

    assert codes(text.encode()) == ["message_unknown"]


LAUGHS = (
    '<!DOCTYPE xliff [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 12))
    + "]>"
)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (LAUGHS + with_target("<target>&a11;</target>"), "doctype"),
        ('<!DOCTYPE xliff [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + HEAD + "&x;", "doctype"),
        ('<!DOCTYPE xliff SYSTEM "http://evil.org/x.dtd">' + HEAD + "</xliff>", "doctype"),
        ('<!DOCTYPE xliff [<!ENTITY % x SYSTEM "http://evil.org/">%x;]><xliff/>', "doctype"),
        (with_target("<target>&unknown;</target>"), "xml"),
        (HEAD, "xml"),
        ("<a>" * 100_000, "xml"),
        ("<xliff/>", "xliff_version"),
        ("<html><body>Log in</body></html>", "xliff_version"),
        (HEAD.replace("2.0", "1.2") + "</xliff>", "xliff_version"),
        (HEAD.replace(' trgLang="ru"', "") + "</xliff>", "target_missing"),
        (HEAD.replace('"ru"', '"uk"') + "</xliff>", "target_wrong"),
        (HEAD.replace('"ru"', '"x"') + "</xliff>", "target_wrong"),
        (HEAD.replace('"en"', '"de"') + "</xliff>", "source_wrong"),
    ],
)
@pytest.mark.timeout(60)  # an attack would take hours
def test_a_hostile_file_is_refused_quickly_and_with_a_text(data, found):
    assert codes(data.encode()) == [found]
    assert set(ALL_ISSUE_TEXTS) >= {found}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_document_type_is_found_in_every_encoding(encoding):
    text = f"\ufeff{LAUGHS}{with_target('')}" if encoding != "utf-16" else LAUGHS + with_target("")

    assert codes(text.encode(encoding)) == ["doctype"]


def test_a_file_of_fifty_megabytes_is_refused_unread():
    """The data is not XML at all, but its size is the only issue."""
    data = b"<" * 50_000_000

    assert codes(data) == ["too_big"]
    assert (parse(data).campaign, parse(data).language) == ("", "")


def test_utf_16_and_a_byte_order_mark_are_read():
    text = with_target("<target>**Да.** Кто?</target>")

    assert read(text.encode("utf-16")).translations
    assert read(text.encode("utf-8-sig")).translations


@given(st.binary() | st.text().map(lambda text: f"{HEAD}{text}</xliff>".encode()))
def test_reading_raises_no_other_error_whatever_the_file(data):
    found = code = None
    try:
        found = read_xliff(data)
    except InvalidXliff as error:
        code = error.code

    assert (found is None) == (code in ALL_ISSUE_TEXTS)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_can_be_written(words):
    message = Message(context=words, source=words or "x", notes=(words,), markup="text")
    out = CatalogExport(
        messages=[message],
        source="en",
        locale="ru",
        slug="racism",
        version="1",
        forms={message.key: (words,)},
        earlier={},
    )

    assert etree.fromstring(write_xliff(out)).tag == f"{CORE}xliff"
