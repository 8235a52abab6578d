"""XLIFF 2: what agencies' programs make of it is read, and nothing else that XML could do."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from campaign_actions.catalogs.files.issue_messages import ALL
from campaign_actions.catalogs.files.xliff.read import NotXliff, read_xliff
from campaign_actions.catalogs.files.xliff.write import write_xliff
from campaign_actions.catalogs.store.fuzzy_match import Earlier
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.catalogs.workflow.export import Outgoing
from campaign_actions.catalogs.workflow.incoming import parse_upload, read_metadata
from campaign_actions.core.i18n.message import Message

BUTTON = Message(
    context="action x: button",
    source="Sign & share",
    notes=("On the button.", "At most 60 characters."),
    max_length=60,
    markup="text",
)
WHY = Message(context="campaign: body", source="**Ask.** Who did it?", markup="item")
PEOPLE = Message(source="%(num)d person", plural="%(num)d people")
CATALOG = Catalog("campaign-1", (BUTTON, WHY, PEOPLE), 1, "racism")
CORE = "{urn:oasis:names:tc:xliff:document:2.0}"
HEAD = (
    '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" trgLang="ru">'
)


def write(forms=None, earlier=None, locale="ru"):
    return write_xliff(
        Outgoing(
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
    return parse_upload(data, CATALOG, tag)


def codes(data, tag="ru"):
    return [refusal.fault.code for refusal in read(data, tag).refusals]


def translated(text, message=BUTTON):
    return read(text.encode()).translations.get(message.key)


def with_target(inner, message=WHY, state="translated"):
    """A file in which a program has put elements into the segment of a message."""
    source = etree.Element("source")
    source.text = message.source
    segment = f'<segment state="{state}">{etree.tostring(source).decode()}{inner}</segment>'
    unit = f'<unit id="{message.key}" name="{message.context}">{segment}</unit>'
    return f'{HEAD}<file id="f">{unit}</file></xliff>'


FORMS = {
    BUTTON.key: ("Подписать & поделиться",),
    WHY.key: ("**Спросите.** Кто это сделал?",),
    PEOPLE.key: ("%(num)d человек", "%(num)d человека", "%(num)d человек"),
}


def test_what_goes_out_comes_back_as_it_was():
    checked = read(write(FORMS))

    assert checked.translations == {
        WHY.key: FORMS[WHY.key],
        BUTTON.key: FORMS[BUTTON.key],
        PEOPLE.key: FORMS[PEOPLE.key],
    }


def test_a_file_says_what_it_is_and_as_of_when():
    checked = read(write(FORMS))

    assert checked.headers == {"X-Campaign": "racism", "X-Campaign-Actions-Version": "118"}
    assert read_metadata(write()) == ("racism", "ru")


def test_a_unit_says_where_it_stands_how_long_it_may_be_and_what_is_done():
    root = etree.fromstring(write(FORMS))
    done, *_others = root.iter(f"{CORE}unit")
    empty, *_others = etree.fromstring(write()).iter(f"{CORE}segment")

    assert done.get("name") == "action x: button"
    assert done.get("{urn:oasis:names:tc:xliff:sizerestriction:2.0}sizeRestriction") == "60"
    assert [note.text for note in done.iter(f"{CORE}note")] == list(BUTTON.notes)
    assert done.find(f"{CORE}segment").get("state") == "translated"
    assert empty.get("state") == "initial"
    assert empty.find(f"{CORE}target") is None


def test_the_parts_stand_in_the_order_that_the_standard_asks_for():
    file = etree.fromstring(write(FORMS)).find(f"{CORE}file")

    order = [etree.QName(child).localname for child in file]
    assert order[:3] == ["metadata", "profiles", "unit"]
    for unit in file.iter(f"{CORE}unit"):
        parts = [etree.QName(child).localname for child in unit]
        assert parts in (["notes", "segment"], ["segment"])
        assert re.fullmatch(r"[\w.-]+", unit.get("id"))


def test_what_was_made_from_an_earlier_source_is_marked_and_not_taken():
    data = write(earlier={WHY.key: Earlier(("**Спросите.** Кто?",), "**Ask.** Who?")})

    checked = read(data)

    assert "**Ask.** Who?" in data.decode()
    assert checked.translations == {}
    assert [doubt.fault.code for doubt in checked.doubts] == ["fuzzy"]


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
def test_words_are_taken_whatever_programs_put_around_them(inner, found):
    assert translated(with_target(inner), WHY) == (found and (found,))


@pytest.mark.parametrize("state", ["translated", "reviewed", "final"])
def test_what_is_done_is_taken(state):
    assert translated(with_target("<target>**Да.** Кто?</target>", state=state), WHY)


def test_sentences_that_were_cut_and_put_in_another_order_are_one_text_again():
    parts = (
        "<segment><source>**Ask.**</source><target order='3'>Кто?</target></segment>"
        "<ignorable><source> </source></ignorable>"
        "<segment><source>Who did it?</source><target order='1'>**Спросите.**</target></segment>"
    )
    unit = f'<unit id="{WHY.key}" name="{WHY.context}">{parts}</unit>'

    text = f'{HEAD}<file id="f"><group id="g">{unit}</group></file></xliff>'

    assert translated(text, WHY) == ("**Спросите.** Кто?",)


def test_half_of_a_text_is_not_taken():
    parts = (
        "<segment><source>**Ask.** </source><target>**Спросите.** </target></segment>"
        "<segment><source>Who did it?</source></segment>"
    )
    text = f'{HEAD}<file id="f"><unit id="{WHY.key}">{parts}</unit></file></xliff>'

    checked = read(text.encode())

    assert (checked.translations, [d.fault.code for d in checked.doubts]) == ({}, ["fuzzy"])


def test_the_gate_is_the_same_as_for_other_files():
    checked = read(with_target("<target>Спросите. http://evil.org</target>").encode())

    assert [r.fault.code for r in checked.refusals] == ["link_foreign", "emphasis_missing"]
    assert {(r.context, r.line) for r in checked.refusals} == {(WHY.context, 1)}


def test_a_character_that_xml_has_no_place_for_is_refused_like_any_other():
    text = with_target("<target>**Да.** Кто<cp hex='001b'/>?</target>")

    assert codes(text.encode()) == ["control"]


def test_what_is_no_message_here_is_said():
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
@pytest.mark.timeout(60)  # what takes too long would take hours
def test_a_hostile_file_is_refused_at_once_and_in_words(data, found):
    assert codes(data.encode()) == [found]
    assert set(ALL) >= {found}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_document_type_does_not_hide_in_another_encoding(encoding):
    text = f"\ufeff{LAUGHS}{with_target('')}" if encoding != "utf-16" else LAUGHS + with_target("")

    assert codes(text.encode(encoding)) == ["doctype"]


def test_fifty_megabytes_are_refused_unread():
    """They are no XML at all, and nobody looks: their size is what is wrong."""
    data = b"<" * 50_000_000

    assert codes(data) == ["too_big"]
    assert read_metadata(data) == ("", "")


def test_utf_16_and_a_byte_order_mark_are_read():
    text = with_target("<target>**Да.** Кто?</target>")

    assert read(text.encode("utf-16")).translations
    assert read(text.encode("utf-8-sig")).translations


@given(st.binary() | st.text().map(lambda text: f"{HEAD}{text}</xliff>".encode()))
def test_no_file_is_too_odd_to_be_read(data):
    found = code = None
    try:
        found = read_xliff(data, CATALOG.by_key)
    except NotXliff as error:
        code = error.code

    assert (found is None) == (code in ALL)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_source_and_any_words_go_into_a_file(words):
    message = Message(context=words, source=words or "x", notes=(words,), markup="text")
    out = Outgoing(
        messages=[message],
        source="en",
        locale="ru",
        slug="racism",
        version="1",
        forms={message.key: (words,)},
        earlier={},
    )

    assert etree.fromstring(write_xliff(out)).tag == f"{CORE}xliff"
