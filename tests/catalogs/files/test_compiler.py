"""What is compiled is right; a compiled file from elsewhere can do no harm."""

import gettext
from io import BytesIO

import pytest
from structlog.testing import capture_logs

from campaign_actions.catalogs.files.compiler import compile_po, read_compiled
from campaign_actions.catalogs.files.headers import headers_for
from campaign_actions.catalogs.files.mo import write_mo
from tests.support.catalog_samples import BUTTON, MESSAGES, PEOPLE, READ, SIGN, entry, po

PEOPLE_TEXT = ("%(num)d людина", "%(num)d людини", "%(num)d людей")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "messages.mo"


def read(file):
    return read_compiled(file, tag="uk", messages=MESSAGES)


def test_what_is_compiled_is_what_programs_read():
    data = po(entry(BUTTON, "Підписати"), entry(PEOPLE, *PEOPLE_TEXT))

    compiled, checked = compile_po(data, tag="uk", messages=MESSAGES)

    assert checked.issues == []
    words = gettext.GNUTranslations(BytesIO(compiled))
    assert words.pgettext("button", "Sign") == "Підписати"
    assert [words.ngettext(PEOPLE.source, PEOPLE.plural, n) for n in (21, 3, 11)] == [*PEOPLE_TEXT]


def test_a_translation_with_a_fault_is_left_out_and_its_source_is_shown(file):
    data = po(entry(SIGN, "Підписати"), entry(READ, "Прочитайте це."))

    compiled, checked = compile_po(data, tag="uk", messages=MESSAGES)

    file.write_bytes(compiled)
    assert [each.source for each in checked.issues] == [SIGN.source]
    assert read(file) == {("", READ.source): ("Прочитайте це.",)}


def test_a_catalog_that_can_not_be_read_is_compiled_to_nothing(file):
    compiled, _checked = compile_po(b"\xff\xff", tag="uk", messages=MESSAGES)

    file.write_bytes(compiled)
    assert read(file) == {}


def test_what_was_compiled_here_is_read_back(file):
    data = po(entry(BUTTON, "Підписати"), entry(PEOPLE, *PEOPLE_TEXT))
    file.write_bytes(compile_po(data, tag="uk", messages=MESSAGES)[0])

    assert read(file) == {("button", "Sign"): ("Підписати",), ("", PEOPLE.source): PEOPLE_TEXT}


def test_what_was_compiled_elsewhere_loses_its_faults(file):
    translated = [
        (SIGN, ("Підписати <script>x</script> %(title)s",)),
        (READ, ("Прочитайте це.",)),
    ]
    file.write_bytes(write_mo(headers_for("uk"), translated))

    with capture_logs() as logs:
        found = read(file)

    assert found == {("", READ.source): ("Прочитайте це.",)}
    assert [(log["event"], log["issues"]) for log in logs] == [
        ("catalog_has_issues", ["tag_foreign"])
    ]


@pytest.mark.parametrize("data", [b"", b"no catalog", b"\xde\x12\x04\x95" + b"\xff" * 30])
def test_what_is_no_catalog_stops_nothing(file, data):
    file.write_bytes(data)

    with capture_logs() as logs:
        found = read(file)

    assert found == {}
    assert [log["event"] for log in logs] == ["catalog_not_readable"]


def test_a_catalog_that_is_not_there_stops_nothing(file):
    assert read(file) == {}
