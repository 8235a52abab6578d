"""A catalog follows its messages, and no translation is lost on the way."""

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


def updated(data: bytes, *messages: Message) -> tuple[str, SyncResult]:
    file = read_po(data)
    done = bring_up_to_date(file, messages, "uk")
    return bytes(file).decode(), done


def body(text: str) -> str:
    return text.split("\n\n", 1)[1]


def test_a_new_catalog_has_every_message_and_is_without_faults():
    file = create_po(headers_for("uk"))

    done = bring_up_to_date(file, [READ, PEOPLE], "uk")

    assert done == SyncResult(new=2)
    assert body(bytes(file).decode()) == (
        'msgid "Please read this before you sign."\nmsgstr ""\n\n'
        "#, python-format\n"
        'msgid "%(num)d person"\nmsgid_plural "%(num)d people"\n'
        'msgstr[0] ""\nmsgstr[1] ""\nmsgstr[2] ""\n'
    )
    checked = validate_po(bytes(file), tag="uk", messages=[READ, PEOPLE])
    assert (checked.issues, checked.translations) == ([], {})


def test_a_catalog_that_is_up_to_date_stays_as_it_is():
    data = po(entry(READ, READ_TEXT, above="# a remark"), entry(PEOPLE, "", "", "").rstrip("\n"))
    before, _done = updated(data, READ, PEOPLE)

    after, done = updated(before.encode(), READ, PEOPLE)

    assert (after, done) == (before, SyncResult())
    assert "# a remark\n" in after


def test_a_reworded_source_keeps_its_translation_to_be_looked_at():
    text, done = updated(po(entry(READ, READ_TEXT)), NEW_READ)

    assert done == SyncResult(new=1, fuzzy=1, removed=1)
    assert body(text) == (
        "#, fuzzy\n"
        '#| msgid "Please read this before you sign."\n'
        'msgid "Please read this carefully before you sign."\n'
        f'msgstr "{READ_TEXT}"\n\n'
        f'#~ msgid "Please read this before you sign."\n#~ msgstr "{READ_TEXT}"\n'
    )


def test_what_waits_to_be_looked_at_is_not_used_and_still_waits_after_the_next_update():
    text, _done = updated(po(entry(READ, READ_TEXT)), NEW_READ)

    again, done = updated(text.encode(), NEW_READ)

    assert (again, done) == (text, SyncResult(fuzzy=1))
    checked = validate_po(again.encode(), tag="uk", messages=[NEW_READ])
    assert checked.translations == {}


def test_words_that_got_a_context_keep_their_translation_to_be_looked_at():
    in_context = Message(context="button", source=SIGN.source)

    text, _done = updated(po(entry(SIGN, "Підписати %(title)s")), in_context)

    assert '#, fuzzy, python-format\n#| msgid "Sign %(title)s"\nmsgctxt "button"\n' in text


def test_words_that_are_quite_different_get_no_translation_of_others():
    text, done = updated(po(entry(READ, READ_TEXT)), SIGN)

    assert (done.new, done.fuzzy) == (1, 0)
    assert 'msgid "Sign %(title)s"\nmsgstr ""\n' in text


def test_a_message_that_comes_back_has_its_translation_again():
    gone, _done = updated(po(entry(READ, READ_TEXT)), SIGN)

    text, _done = updated(gone.encode(), READ)

    assert body(text) == f'msgid "{READ.source}"\nmsgstr "{READ_TEXT}"\n'


def test_what_was_never_translated_is_dropped_when_it_goes():
    text, done = updated(po(entry(READ, "")), SIGN)

    assert done.removed == 1
    assert READ.source not in text


def test_a_message_that_now_counts_keeps_its_words_to_be_looked_at():
    counted = Message(source=SIGN.source, plural="Sign %(title)s and %(num)d more")

    text, _done = updated(po(entry(SIGN, "Підписати %(title)s")), counted)

    assert '#, fuzzy, python-format\n#| msgid "Sign %(title)s"\n' in text
    assert text.count('] "Підписати %(title)s"') == 3


def test_where_a_message_stands_is_brought_up_to_date():
    noted = Message(source=READ.source, notes=("On the form.",), places=("templates/a.html",))
    old = entry(READ, READ_TEXT, above="#. Before.\n#: old.html:12")

    text, _done = updated(po(old), noted)

    assert body(text).startswith('#. On the form.\n#: templates/a.html\nmsgid "')


def test_headers_that_are_missing_are_added_and_others_stay():
    header = '"Language: uk\\n"\n"X-Generator: Poedit 3.4.2\\n"\n'

    text, _done = updated(po(entry(READ, READ_TEXT), header=header), READ)

    found = read_po(text.encode()).headers
    assert found["X-Generator"] == "Poedit 3.4.2"
    assert validate_po(text.encode(), tag="uk", messages=[READ]).issues == []


def test_msgmerge_with_our_template_and_we_agree(tmp_path):
    """Who merges with gettext's own program gets what `translations update` makes."""
    ours, _done = updated(
        po(entry(READ, READ_TEXT), entry(SIGN, "Підписати %(title)s")), READ, SIGN
    )
    old, template = tmp_path / "uk.po", tmp_path / "messages.pot"
    old.write_text(ours, encoding="utf-8")
    template.write_bytes(template_of([NEW_READ, SIGN]))
    command = ["msgmerge", "--quiet", "--previous", "-o", "-", old, template]
    try:
        theirs = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    except FileNotFoundError:
        pytest.skip("gettext is not installed")

    merged, _done = updated(ours.encode(), NEW_READ, SIGN)

    assert body(theirs) == body(merged).split("\n\n#~")[0] + "\n"
