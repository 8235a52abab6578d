"""Only valid translations are compiled, and a .mo compiled elsewhere can do no harm."""

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


def test_gettext_reads_the_compiled_catalog():
    data = po(entry(BUTTON, "Підписати"), entry(PEOPLE, *PEOPLE_TEXT))

    compiled, validated = compile_po(data, tag="uk", messages=MESSAGES)

    assert validated.issues == []
    catalog = gettext.GNUTranslations(BytesIO(compiled))
    assert catalog.pgettext("button", "Sign") == "Підписати"
    assert [catalog.ngettext(PEOPLE.source, PEOPLE.plural, n) for n in (21, 3, 11)] == [
        *PEOPLE_TEXT
    ]


def test_a_translation_with_an_issue_is_not_compiled(file):
    data = po(entry(SIGN, "Підписати"), entry(READ, "Прочитайте це."))

    compiled, validated = compile_po(data, tag="uk", messages=MESSAGES)

    file.write_bytes(compiled)
    assert [each.source for each in validated.issues] == [SIGN.source]
    assert read(file) == {("", READ.source): ("Прочитайте це.",)}


def test_an_unreadable_catalog_is_compiled_to_an_empty_one(file):
    compiled, _checked = compile_po(b"\xff\xff", tag="uk", messages=MESSAGES)

    file.write_bytes(compiled)
    assert read(file) == {}


def test_a_catalog_compiled_here_is_read_back_unchanged(file):
    data = po(entry(BUTTON, "Підписати"), entry(PEOPLE, *PEOPLE_TEXT))
    file.write_bytes(compile_po(data, tag="uk", messages=MESSAGES)[0])

    assert read(file) == {("button", "Sign"): ("Підписати",), ("", PEOPLE.source): PEOPLE_TEXT}


def test_a_catalog_compiled_elsewhere_is_read_without_translations_that_have_issues(file):
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
def test_a_damaged_file_is_logged_and_read_as_empty(file, data):
    file.write_bytes(data)

    with capture_logs() as logs:
        found = read(file)

    assert found == {}
    assert [log["event"] for log in logs] == ["catalog_not_readable"]


def test_a_missing_file_is_read_as_empty(file):
    assert read(file) == {}
