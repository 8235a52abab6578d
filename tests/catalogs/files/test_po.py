"""A .po file is written as it was read, including everything that we do not know."""

import subprocess

import pytest

from campaign_actions.catalogs.files.headers import headers_for
from campaign_actions.catalogs.files.po import (
    PoSyntaxError,
    create_po,
    create_unit,
    forms_of,
    read_po,
)
from campaign_actions.core.i18n.message import Message
from tests.support.catalog_samples import BUTTON, MESSAGES, PEOPLE, SIGN

KEPT = """\
# Ukrainian translations for Campaign Actions.
# Олена <olena@example.org>, 2026.
#
msgid ""
msgstr ""
"Project-Id-Version: Campaign Actions\\n"
"PO-Revision-Date: 2026-11-24 16:11+0000\\n"
"Last-Translator: Олена <olena@example.org>\\n"
"Language-Team: Ukrainian <https://hosted.weblate.org/projects/x/y/uk/>\\n"
"Language: uk\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && "
"n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"
"X-Generator: Poedit 3.4.2\\n"
"X-Poedit-Basepath: ../../..\\n"
"X-Poedit-SearchPath-0: .\\n"
"X-Campaign-Actions-Version: 17\\n"

# a translator's remark
#. on the button of the form
#: templates/actions/show.html campaign_actions/actions/forms.py
#, fuzzy, python-format
#| msgctxt "form"
#| msgid "Sign %(title)s"
msgctxt "button"
msgid "Sign %(title)s now"
msgstr "Підписати %(title)s"

#, python-format, no-wrap, max-length:40
msgid "%(num)d code"
msgid_plural "%(num)d codes"
msgstr[0] "%(num)d код"
msgstr[1] "%(num)d коди"
msgstr[2] "%(num)d кодів"

#: templates/site/privacy.html
msgid ""
"Line one\\n"
"line two with \\"quotes\\" and a tab\\there and backslash \\\\ end, quite a long "
"line which has to be wrapped"
msgstr ""
"Рядок один\\n"
"рядок два з \\"лапками\\" і\\tтаб і досить довгий рядок, який потрібно "
"перенести на наступний рядок файлу"

msgid "A long sentence of which the translation needs lines of its own, too."
msgstr ""
"日本語の非常に長い文章で、幅が二倍の文字が含まれているため、折り返しが必要に"
"なります。これはテストです。"

#, fuzzy
#~| msgid "Old old"
#~ msgctxt "c"
#~ msgid "Old"
#~ msgstr "Старе"

# no longer used
#~ msgid "Olds"
#~ msgid_plural "Oldss"
#~ msgstr[0] "Старе"
#~ msgstr[1] "Старі"
#~ msgstr[2] "Старих"
"""


def gettext(*command: object, data: bytes) -> bytes:
    try:
        return subprocess.run(
            [*map(str, command)], input=data, capture_output=True, check=True
        ).stdout
    except FileNotFoundError:
        pytest.skip("gettext is not installed")


def test_a_file_is_written_exactly_as_it_was_read():
    assert bytes(read_po(KEPT.encode())).decode() == KEPT


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_endings_are_kept(newline):
    data = KEPT.replace("\n", newline).encode()

    assert bytes(read_po(data)) == data


def test_a_file_written_by_gettext_is_written_the_same():
    data = gettext("msgcat", "-", data=KEPT.encode())

    assert bytes(read_po(data)) == data


def test_our_files_are_formatted_as_gettext_formats_them():
    file = create_po(headers_for("uk"), comment="Ukrainian translations.")
    for message in MESSAGES:
        if message.max_length is None:  # old versions of gettext drop Weblate's flag for it
            file.store.addunit(create_unit(message, count=3))

    assert bytes(file) == gettext("msgcat", "-", data=bytes(file))


def test_entries_have_their_line_numbers():
    found = {entry.source: entry for entry in read_po(KEPT.encode()).entries()}

    assert list(found) == [
        "Sign %(title)s now",
        "%(num)d code",
        'Line one\nline two with "quotes" and a tab\there and backslash \\ end, quite a long '
        "line which has to be wrapped",
        "A long sentence of which the translation needs lines of its own, too.",
    ]
    lines = KEPT.splitlines()
    assert [lines[entry.line - 1][:7] for entry in found.values()] == ['msgid "'] * 4
    sign, codes, *_others = found.values()
    assert (sign.context, sign.is_fuzzy, sign.forms) == ("button", True, ("Підписати %(title)s",))
    assert codes.forms == ("%(num)d код", "%(num)d коди", "%(num)d кодів")


def test_setting_headers_keeps_the_others():
    file = read_po(KEPT.encode())

    file.set_headers({"Language": "be", "X-Campaign-Actions-Version": "18", "X-New": "1"})

    changed = KEPT.replace("Language: uk", "Language: be").replace("Version: 17", "Version: 18")
    expected = changed.replace('Version: 18\\n"\n', 'Version: 18\\n"\n"X-New: 1\\n"\n')
    assert bytes(file).decode() == expected


def test_an_entry_names_its_places_and_its_maximum_length():
    message = Message(
        context="button",
        source="Sign %(title)s",
        notes=("On the button of the form.", "At most 30 characters."),
        places=tuple(f"templates/actions/a-place-{number}.html" for number in range(3)),
        max_length=30,
    )

    assert create_unit(message, count=3)._getoutput() == (
        "#. On the button of the form.\n"
        "#. At most 30 characters.\n"
        "#: templates/actions/a-place-0.html templates/actions/a-place-1.html\n"
        "#: templates/actions/a-place-2.html\n"
        "#, max-length:30, python-format\n"
        'msgctxt "button"\n'
        'msgid "Sign %(title)s"\n'
        'msgstr ""\n'
    )


def test_plural_forms_are_written_and_read_back():
    unit = create_unit(PEOPLE, ("a", "b", "c"), count=3)

    assert forms_of(unit) == ("a", "b", "c")
    assert forms_of(create_unit(PEOPLE, count=3)) == forms_of(create_unit(SIGN, count=3)) == ()
    assert forms_of(create_unit(BUTTON, ("x",), count=3)) == ("x",)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b'msgid ""\nmsgstr ""\n\nmsgid "a\nmsgstr "b"\n', 4),
        (b'msgid ""\nmsgstr ""\n\nmsgid "a"\n', 4),
        (b'msgid ""\nmsgstr ""\n\nwhat is that\n', 4),
    ],
)
def test_a_syntax_error_names_its_line(data, line):
    with pytest.raises(PoSyntaxError) as told:
        read_po(data)

    assert told.value.line == line
