"""A catalog file is brought up to date with its messages without losing a translation."""

import subprocess

import pytest

from campaign_actions.catalogs.files.compiler import validate_po
from campaign_actions.catalogs.files.extract import template_of
from campaign_actions.catalogs.files.headers import headers_for
from campaign_actions.catalogs.files.po import create_po, read_po
from campaign_actions.catalogs.files.sync import SyncResult, bring_up_to_date
from campaign_actions.core.i18n.message import Message
from tests.support.catalog_samples import PEOPLE, READ, SIGN, entry, po

READ_TEXT = "Прочитайте це перед підписом."
NEW_READ = Message(source="Please read this carefully before you sign.", area="form")


def update(data: bytes, *messages: Message) -> tuple[str, SyncResult]:
    file = read_po(data)
    result = bring_up_to_date(file, messages, "uk")
    return bytes(file).decode(), result


def body(text: str) -> str:
    return text.split("\n\n", 1)[1]


def test_a_new_catalog_has_every_message_and_no_issues():
    file = create_po(headers_for("uk"))

    result = bring_up_to_date(file, [READ, PEOPLE], "uk")

    assert result == SyncResult(new=2)
    assert body(bytes(file).decode()) == (
        'msgid "Please read this before you sign."\nmsgstr ""\n\n'
        "#, python-format\n"
        'msgid "%(num)d person"\nmsgid_plural "%(num)d people"\n'
        'msgstr[0] ""\nmsgstr[1] ""\nmsgstr[2] ""\n'
    )
    validated = validate_po(bytes(file), tag="uk", messages=[READ, PEOPLE])
    assert (validated.issues, validated.translations) == ([], {})


def test_a_catalog_that_is_up_to_date_is_not_changed():
    data = po(entry(READ, READ_TEXT, above="# a remark"), entry(PEOPLE, "", "", "").rstrip("\n"))
    before, _done = update(data, READ, PEOPLE)

    after, result = update(before.encode(), READ, PEOPLE)

    assert (after, result) == (before, SyncResult())
    assert "# a remark\n" in after


def test_a_reworded_source_keeps_its_translation_as_fuzzy():
    text, result = update(po(entry(READ, READ_TEXT)), NEW_READ)

    assert result == SyncResult(new=1, fuzzy=1, removed=1)
    assert body(text) == (
        "#, fuzzy\n"
        '#| msgid "Please read this before you sign."\n'
        'msgid "Please read this carefully before you sign."\n'
        f'msgstr "{READ_TEXT}"\n\n'
        f'#~ msgid "Please read this before you sign."\n#~ msgstr "{READ_TEXT}"\n'
    )


def test_a_fuzzy_translation_is_not_used_and_stays_fuzzy():
    text, _done = update(po(entry(READ, READ_TEXT)), NEW_READ)

    again, result = update(text.encode(), NEW_READ)

    assert (again, result) == (text, SyncResult(fuzzy=1))
    validated = validate_po(again.encode(), tag="uk", messages=[NEW_READ])
    assert validated.translations == {}


def test_a_message_that_gets_a_context_keeps_its_translation_as_fuzzy():
    in_context = Message(context="button", source=SIGN.source)

    text, _done = update(po(entry(SIGN, "Підписати %(title)s")), in_context)

    assert '#, fuzzy, python-format\n#| msgid "Sign %(title)s"\nmsgctxt "button"\n' in text


def test_a_quite_different_source_gets_no_translation():
    text, result = update(po(entry(READ, READ_TEXT)), SIGN)

    assert (result.new, result.fuzzy) == (1, 0)
    assert 'msgid "Sign %(title)s"\nmsgstr ""\n' in text


def test_a_message_that_returns_has_its_translation_again():
    gone, _done = update(po(entry(READ, READ_TEXT)), SIGN)

    text, _done = update(gone.encode(), READ)

    assert body(text) == f'msgid "{READ.source}"\nmsgstr "{READ_TEXT}"\n'


def test_a_removed_message_without_translation_leaves_nothing_behind():
    text, result = update(po(entry(READ, "")), SIGN)

    assert result.removed == 1
    assert READ.source not in text


def test_a_message_that_gets_a_plural_keeps_its_translation_as_fuzzy():
    counted = Message(source=SIGN.source, plural="Sign %(title)s and %(num)d more")

    text, _done = update(po(entry(SIGN, "Підписати %(title)s")), counted)

    assert '#, fuzzy, python-format\n#| msgid "Sign %(title)s"\n' in text
    assert text.count('] "Підписати %(title)s"') == 3


def test_places_are_updated():
    noted = Message(source=READ.source, notes=("On the form.",), places=("templates/a.html",))
    old = entry(READ, READ_TEXT, above="#. Before.\n#: old.html:12")

    text, _done = update(po(old), noted)

    assert body(text).startswith('#. On the form.\n#: templates/a.html\nmsgid "')


def test_missing_headers_are_added_and_others_stay():
    header = '"Language: uk\\n"\n"X-Generator: Poedit 3.4.2\\n"\n'

    text, _done = update(po(entry(READ, READ_TEXT), header=header), READ)

    found = read_po(text.encode()).headers
    assert found["X-Generator"] == "Poedit 3.4.2"
    assert validate_po(text.encode(), tag="uk", messages=[READ]).issues == []


def test_msgmerge_with_our_template_gives_the_same_catalog(tmp_path):
    ours, _done = update(po(entry(READ, READ_TEXT), entry(SIGN, "Підписати %(title)s")), READ, SIGN)
    old, template = tmp_path / "uk.po", tmp_path / "messages.pot"
    old.write_text(ours, encoding="utf-8")
    template.write_bytes(template_of([NEW_READ, SIGN]))
    command = ["msgmerge", "--quiet", "--previous", "-o", "-", old, template]
    try:
        theirs = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    except FileNotFoundError:
        pytest.skip("gettext is not installed")

    merged, _done = update(ours.encode(), NEW_READ, SIGN)

    assert body(theirs) == body(merged).split("\n\n#~")[0] + "\n"
