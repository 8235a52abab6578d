"""Hostile and broken catalog files are refused, each translation with its line and a remedy."""

import subprocess
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaign_actions.catalogs.files.compiler import validate_po
from campaign_actions.catalogs.files.file_issue_texts import ALL_ISSUE_TEXTS, file_issue_text
from campaign_actions.catalogs.files.headers import is_same_language
from campaign_actions.catalogs.files.mo import MAX_MESSAGES, write_mo
from campaign_actions.catalogs.files.normalise import normalise
from campaign_actions.catalogs.files.parse import MAX_BYTES, parse
from campaign_actions.catalogs.files.validate_entries import ValidatedFile, validate
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
EXPECTED_ISSUES = tomllib.loads((HOSTILE / "refusals.toml").read_text(encoding="utf-8"))
FILES = sorted(HOSTILE.glob("*.po"))
VALID_ENTRY = entry(READ, "Прочитайте це перед підписом.")
HEAD = dict(line.strip('"').split(": ", 1) for line in HEADER.replace("\\n", "").splitlines())


def check(data: bytes, *, is_compiled: bool = False) -> ValidatedFile:
    return validate(normalise(parse(data, "mo" if is_compiled else "po"), MESSAGES, "uk"))


def codes(data: bytes, **more: bool) -> list[str]:
    return [each.issue.code for each in check(data, **more).issues]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
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
    assert refused == [optional | expected for expected in EXPECTED_ISSUES[file.stem]]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_refused_translation_is_not_used(file):
    validated = check(file.read_bytes())

    refused = {each.source for each in validated.issues if each.issue.code != "duplicate"}
    used = [message for message in MESSAGES if message.key in validated.translations]
    assert refused.isdisjoint(message.source for message in used)


def test_every_issue_has_a_hostile_catalog():
    """Except warnings, and issues that other tests cover."""
    found = {issue["code"] for issues in EXPECTED_ISSUES.values() for issue in issues}

    elsewhere = {"too_big", "too_many", "not_compiled", "structure_order", "other_language"}
    warnings = {"fuzzy", "mixed_letters"}
    xliff = {"xml", "doctype", "xliff_version", "source_wrong", "target_missing", "target_wrong"}
    assert found | elsewhere | warnings | xliff == {*ALL_ISSUE_TEXTS}


def test_a_catalog_without_issues_is_used_completely():
    validated = check(
        po(
            VALID_ENTRY,
            entry(SIGN, "Підписати «%(title)s»"),
            entry(PEOPLE, "%(num)d людина", "%(num)d людини", "%(num)d людей"),
            entry(KEPT, 'Читайте, <a href="/en/data/">що ми <b>зберігаємо</b></a>.'),
        )
    )

    assert (validated.issues, validated.warnings, len(validated.translations)) == ([], [], 4)
    assert validated.translations[PEOPLE.key] == (
        "%(num)d людина",
        "%(num)d людини",
        "%(num)d людей",
    )


def test_one_issue_does_not_affect_the_other_translations():
    validated = check(po(entry(SIGN, "Підписати"), VALID_ENTRY))

    assert [each.line for each in validated.issues] == [13]
    assert validated.translations == {READ.key: ("Прочитайте це перед підписом.",)}


def test_a_sentence_filled_with_its_source_does_not_count_as_translated():
    """Msgen and some other programs fill empty entries in this way."""
    validated = check(po(entry(READ, READ.source), entry(BUTTON, BUTTON.source)))

    assert [(each.source, each.issue.code) for each in validated.issues] == [
        (READ.source, "untranslated")
    ]
    assert (validated.warnings, validated.translations) == ([], {BUTTON.key: ("Sign",)})


def test_a_fuzzy_entry_is_a_warning_and_is_not_used():
    validated = check(po(entry(READ, "Спершу прочитайте", above="#, fuzzy")))

    assert (validated.issues, validated.translations) == ([], {})
    assert [each.issue.code for each in validated.warnings] == ["fuzzy"]


def test_untranslated_and_obsolete_entries_are_not_issues():
    validated = check(
        po(entry(READ, ""), entry(PEOPLE, "", "", ""), '#~ msgid "a"\n#~ msgstr "%"\n')
    )

    assert (validated.issues, validated.warnings, validated.translations) == ([], [], {})


def test_a_huge_file_is_refused_unread():
    assert codes(po(VALID_ENTRY) + b"#" * MAX_BYTES) == ["too_big"]


def test_a_file_with_too_many_entries_is_refused():
    data = po(*(f'msgid "{number}"\nmsgstr "a"\n' for number in range(MAX_MESSAGES + 1)))

    assert codes(data) == ["too_many"]


def test_windows_line_endings_are_read():
    data = po(VALID_ENTRY).replace(b"\n", b"\r\n")

    assert check(data).translations == {READ.key: ("Прочитайте це перед підписом.",)}


def test_plural_forms_of_another_plural_rule_are_converted():
    counted = po(
        entry(PEOPLE, "%(num)d personne", "%(num)d personnes"),
        header='"Language: fr\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n',
    )

    validated = validate_po(counted, tag="fr", messages=MESSAGES)

    assert validated.issues == []
    assert validated.translations[PEOPLE.key][1:] == ("%(num)d personnes",) * 2


@pytest.mark.parametrize(
    ("header", "tag"),
    [("ru_RU", "ru"), ("pt_BR", "pt-BR"), ("pt", "pt-BR"), ("sr_Latn", "sr-Latn"), ("zh-CN", "zh")],
)
def test_the_language_header_may_be_written_in_several_ways(header, tag):
    assert is_same_language(header, tag)


# Compiled catalogs


def mo(*translated: tuple[Message, tuple[str, ...]], **headers: str) -> bytes:
    return write_mo({**HEAD, **headers}, translated)


def test_a_compiled_catalog_is_checked_like_its_source():
    data = mo((READ, ("Прочитайте <script>x</script>",)), (SIGN, ("Підписати «%(title)s»",)))

    validated = check(data, is_compiled=True)

    assert [each.issue.code for each in validated.issues] == ["tag_foreign"]
    assert validated.translations == {SIGN.key: ("Підписати «%(title)s»",)}


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
        po(VALID_ENTRY),
    ],
    ids=["text", "head", "table", "texts", "endless", "encoding", "charset", "po"],
)
def test_a_damaged_compiled_catalog_is_refused(data):
    assert codes(data, is_compiled=True) == ["not_compiled"]


def test_a_small_file_that_expands_into_a_huge_one_is_refused():
    text = b"x" * 100_000
    table = b"".join(
        (100_000).to_bytes(4, "little") + (2000).to_bytes(4, "little") for _ in range(200)
    )
    head = b"".join(n.to_bytes(4, "little") for n in (0x950412DE, 0, 200, 28, 28, 0, 0))

    data = (head + table).ljust(2000, b"\0") + text

    assert codes(data, is_compiled=True) == ["not_compiled"]


def test_a_compiled_catalog_of_another_language_is_refused():
    assert codes(mo((READ, ("Читайте",)), Language="ru"), is_compiled=True) == ["language_wrong"]


# Arbitrary files


@given(st.binary(max_size=300), st.booleans())
@example(b"#", False)
@example(b'msgid ""\nmsgstr ""\n#|', False)
@example(b'#~ msgid "\n', False)
def test_validation_never_fails_whatever_the_file(data, is_compiled):
    assert isinstance(check(data, is_compiled=is_compiled), ValidatedFile)


@settings(max_examples=200)
@given(st.data())
def test_validation_never_fails_however_a_catalog_is_damaged(data):
    whole = bytearray(po(VALID_ENTRY, entry(PEOPLE, "%(num)d a", "%(num)d b", "%(num)d c")))
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))

    assert isinstance(check(bytes(whole)), ValidatedFile)


def test_a_catalog_that_msgfmt_refuses_is_refused_here(tmp_path):
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
