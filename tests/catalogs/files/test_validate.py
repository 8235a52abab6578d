"""The gate for files: hostile and broken catalogs are refused one by one, with line and remedy."""

import subprocess
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaign_actions.catalogs.files.compiler import validate_po
from campaign_actions.catalogs.files.headers import is_same_language
from campaign_actions.catalogs.files.issue_messages import ALL_ISSUE_TEXTS, file_issue_text
from campaign_actions.catalogs.files.mo import MAX_MESSAGES, write_mo
from campaign_actions.catalogs.files.normalise import normalise
from campaign_actions.catalogs.files.parse import MAX_BYTES, parse
from campaign_actions.catalogs.files.validate import ValidatedFile, validate
from campaign_actions.core.i18n.message import Message
from tests.support.catalog_samples import (
    BUTTON,
    HEADER,
    KEPT,
    MESSAGES,
    PEOPLE,
    READ,
    SIGN,
    entry,
    po,
)

HOSTILE = Path(__file__).parent.parent / "hostile"
REFUSALS = tomllib.loads((HOSTILE / "refusals.toml").read_text(encoding="utf-8"))
FILES = sorted(HOSTILE.glob("*.po"))
RIGHT = entry(READ, "Прочитайте це перед підписом.")
HEAD = dict(line.strip('"').split(": ", 1) for line in HEADER.replace("\\n", "").splitlines())


def check(data: bytes, *, is_compiled: bool = False) -> ValidatedFile:
    return validate(normalise(parse(data, "mo" if is_compiled else "po"), MESSAGES, "uk"))


def codes(data: bytes, **more: bool) -> list[str]:
    return [refusal.issue.code for refusal in check(data, **more).issues]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_hostile_catalog_is_refused_with_line_and_remedy(app, file):
    with app.test_request_context("/en/"):
        refused = [
            {
                "line": each.line,
                "source": each.source,
                "form": each.issue.form,
                "code": each.issue.code,
                "what": file_issue_text(each).what,
                "remedy": file_issue_text(each).remedy,
            }
            for each in check(file.read_bytes()).issues
        ]

    optional = {"line": None, "source": "", "form": None}
    assert refused == [optional | expected for expected in REFUSALS[file.stem]]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_that_was_refused_is_used(file):
    checked = check(file.read_bytes())

    refused = {each.source for each in checked.issues if each.issue.code != "duplicate"}
    used = [message for message in MESSAGES if message.key in checked.translations]
    assert refused.isdisjoint(message.source for message in used)


def test_every_fault_has_its_catalog():
    """But for those that are made elsewhere, and what is only doubted."""
    found = {refusal["code"] for refusals in REFUSALS.values() for refusal in refusals}

    made = {"too_big", "too_many", "not_compiled", "structure_order", "other_language"}
    doubted = {"fuzzy", "mixed_letters"}
    xliff = {"xml", "doctype", "xliff_version", "source_wrong", "target_missing", "target_wrong"}
    assert found | made | doubted | xliff == {*ALL_ISSUE_TEXTS}


def test_a_catalog_without_faults_is_used():
    checked = check(
        po(
            RIGHT,
            entry(SIGN, "Підписати «%(title)s»"),
            entry(PEOPLE, "%(num)d людина", "%(num)d людини", "%(num)d людей"),
            entry(KEPT, 'Читайте, <a href="/uk/data/">що ми <b>зберігаємо</b></a>.'),
        )
    )

    assert (checked.issues, checked.warnings, len(checked.translations)) == ([], [], 4)
    assert checked.translations[PEOPLE.key] == (
        "%(num)d людина",
        "%(num)d людини",
        "%(num)d людей",
    )


def test_one_fault_leaves_the_rest_of_a_file_in_use():
    checked = check(po(entry(SIGN, "Підписати"), RIGHT))

    assert [each.line for each in checked.issues] == [13]
    assert checked.translations == {READ.key: ("Прочитайте це перед підписом.",)}


def test_a_catalog_filled_with_its_sources_is_not_taken_for_a_translated_one():
    """As msgen and some programs fill what is empty."""
    checked = check(po(entry(READ, READ.source), entry(BUTTON, BUTTON.source)))

    assert [(each.source, each.issue.code) for each in checked.issues] == [
        (READ.source, "untranslated")
    ]
    assert (checked.warnings, checked.translations) == ([], {BUTTON.key: ("Sign",)})


def test_what_was_translated_for_another_source_waits_and_is_no_fault():
    checked = check(po(entry(READ, "Спершу прочитайте", above="#, fuzzy")))

    assert (checked.issues, checked.translations) == ([], {})
    assert [each.issue.code for each in checked.warnings] == ["fuzzy"]


def test_what_is_not_translated_yet_and_what_is_no_longer_used_are_no_faults():
    checked = check(po(entry(READ, ""), entry(PEOPLE, "", "", ""), '#~ msgid "a"\n#~ msgstr "%"\n'))

    assert (checked.issues, checked.warnings, checked.translations) == ([], [], {})


def test_a_huge_file_is_not_read():
    assert codes(po(RIGHT) + b"#" * MAX_BYTES) == ["too_big"]


def test_a_file_of_very_many_messages_is_not_looked_into():
    data = po(*(f'msgid "{number}"\nmsgstr "a"\n' for number in range(MAX_MESSAGES + 1)))

    assert codes(data) == ["too_many"]


def test_a_file_of_windows_and_one_with_little_spaces_are_read():
    data = po(RIGHT).replace(b"\n", b"\r\n")

    assert check(data).translations == {READ.key: ("Прочитайте це перед підписом.",)}


def test_forms_of_a_program_that_counts_otherwise_are_taken_over():
    counted = po(
        entry(PEOPLE, "%(num)d personne", "%(num)d personnes"),
        header='"Language: fr\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n',
    )

    checked = validate_po(counted, tag="fr", messages=MESSAGES)

    assert checked.issues == []
    assert checked.translations[PEOPLE.key][1:] == ("%(num)d personnes",) * 2


@pytest.mark.parametrize(
    ("header", "tag"),
    [("ru_RU", "ru"), ("pt_BR", "pt-BR"), ("pt", "pt-BR"), ("sr_Latn", "sr-Latn"), ("zh-CN", "zh")],
)
def test_the_language_of_the_header_may_be_written_in_several_ways(header, tag):
    assert is_same_language(header, tag)


# Compiled catalogs


def mo(*translated: tuple[Message, tuple[str, ...]], **headers: str) -> bytes:
    return write_mo({**HEAD, **headers}, translated)


def test_a_compiled_catalog_is_checked_like_its_source():
    data = mo((READ, ("Прочитайте <script>x</script>",)), (SIGN, ("Підписати «%(title)s»",)))

    checked = check(data, is_compiled=True)

    assert [each.issue.code for each in checked.issues] == ["tag_foreign"]
    assert checked.translations == {SIGN.key: ("Підписати «%(title)s»",)}


@pytest.mark.parametrize(
    "data",
    [
        b"no catalog at all",
        b"\xde\x12\x04\x95",
        mo((READ, ("Прочитайте",)))[:60],
        mo((READ, ("Прочитайте",)))[:-40],
        mo((READ, ("Прочитайте",))).replace(b"\x02\0\0\0", b"\xff\xff\xff\x7f", 1),
        mo((READ, ("Прочитайте",))).replace("Прочитайте".encode(), b"\xff" * 20),
        mo((READ, ("Прочитайте",)), **{"Content-Type": "text/plain; charset=evil"}),
        po(RIGHT),
    ],
    ids=["text", "head", "table", "texts", "endless", "encoding", "charset", "po"],
)
def test_what_is_no_compiled_catalog_is_refused(data):
    assert codes(data, is_compiled=True) == ["not_compiled"]


def test_a_small_file_that_unfolds_into_a_huge_one_is_refused():
    text = b"x" * 100_000
    table = b"".join(
        (100_000).to_bytes(4, "little") + (2000).to_bytes(4, "little") for _ in range(200)
    )
    head = b"".join(n.to_bytes(4, "little") for n in (0x950412DE, 0, 200, 28, 28, 0, 0))

    data = (head + table).ljust(2000, b"\0") + text

    assert codes(data, is_compiled=True) == ["not_compiled"]


def test_a_compiled_catalog_of_another_language_is_refused():
    assert codes(mo((READ, ("Читайте",)), Language="ru"), is_compiled=True) == ["language_wrong"]


# Anything


@given(st.binary(max_size=300), st.booleans())
@example(b"#", False)
@example(b'msgid ""\nmsgstr ""\n#|', False)
@example(b'#~ msgid "\n', False)
def test_no_file_is_too_odd_to_be_checked(data, is_compiled):
    assert isinstance(check(data, is_compiled=is_compiled), ValidatedFile)


@settings(max_examples=200)
@given(st.data())
def test_no_damage_to_a_catalog_stops_the_check(data):
    whole = bytearray(po(RIGHT, entry(PEOPLE, "%(num)d a", "%(num)d b", "%(num)d c")))
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))

    assert isinstance(check(bytes(whole)), ValidatedFile)


def test_what_programs_of_translators_check_is_refused_here_too(tmp_path):
    """Each of these catalogs that msgfmt refuses is refused here."""
    refused = []
    for file in FILES:
        command = ["msgfmt", "--check", "-o", tmp_path / "out.mo", file]
        try:
            result = subprocess.run(command, capture_output=True, check=False)
        except FileNotFoundError:
            pytest.skip("gettext is not installed")
        if result.returncode:
            refused.append(file)

    assert refused
    assert all(check(file.read_bytes()).issues for file in refused)
