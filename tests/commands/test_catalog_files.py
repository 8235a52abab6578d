"""`translations add`, `update`, `check`, `compile` and `stats` work on catalog files."""

import json

import pytest

from campaign_actions.catalogs.files.catalog_folder import catalog_in
from campaign_actions.catalogs.files.interface_messages import interface_messages
from campaign_actions.catalogs.files.mo import read_mo
from campaign_actions.catalogs.files.po import read_po
from campaign_actions.core import paths
from campaign_actions.core.i18n.plurals import plural_rule

# No test here reads the database.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
SKIP = "Skip to main content"


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=["translations", *map(str, words)])


@pytest.fixture
def ukrainian(run, tmp_path):
    """A catalog without translations."""
    assert run("add", "uk", "--folder", tmp_path).exit_code == 0
    return tmp_path / "uk/LC_MESSAGES/messages.po"


def translate(file, source, text):
    """Translate a message, as with a text editor."""
    before = file.read_text(encoding="utf-8")
    after = before.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{text}"')
    assert after != before
    file.write_text(after, encoding="utf-8")


def relabel(catalog, file, language, *, instead_of="uk"):
    """Write a copy of a catalog whose header names another language."""
    text = catalog.read_text(encoding="utf-8")
    text = text.replace(f"Language: {instead_of}", f"Language: {language}")
    file.write_text(text, encoding="utf-8")
    return file


def test_add_creates_a_catalog_with_all_messages_and_the_plural_forms_of_the_language(
    run, ukrainian
):
    catalog = read_po(ukrainian.read_bytes())

    assert catalog.headers["Language"] == "uk"
    assert catalog.headers["Plural-Forms"] == plural_rule("uk").header
    assert len(list(catalog.entries())) == len(interface_messages())
    assert run("check", ukrainian).exit_code == 0


def test_add_names_the_commands_for_a_catalog_in_a_folder_of_your_own(run, tmp_path):
    output = run("add", "uk", "--folder", tmp_path).output

    assert f"`campaign-actions translations check {tmp_path}/uk/LC_MESSAGES/messages.po`" in output
    assert f"`campaign-actions translations stats --folder {tmp_path}`" in output


@pytest.mark.parametrize("command", ["update", "compile", "stats"])
def test_a_folder_without_catalogs_is_reported(run, tmp_path, monkeypatch, command):
    monkeypatch.setattr(paths, "IS_CHECKOUT", False)

    result = run(command, "--folder", tmp_path)

    assert result.exit_code == 1
    assert result.output == f"Error: There are no catalogs in {tmp_path}.\n"


def test_check_says_that_it_found_no_faults(run, ukrainian):
    translate(ukrainian, SKIP, "До змісту")

    result = run("check", ukrainian)

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "Checked 1 catalog. Valid translations: 1. Refused: 0.\n"


@pytest.mark.parametrize(("written", "folder"), [("pt_BR", "pt_BR"), ("pt-br", "pt_BR")])
def test_a_language_tag_may_be_written_in_several_ways(run, tmp_path, written, folder):
    result = run("add", written, "--folder", tmp_path)

    assert "Português (Brasil)" in result.output
    assert (tmp_path / folder / "LC_MESSAGES/messages.po").exists()


def test_an_existing_catalog_is_not_created_again(run, ukrainian):
    translate(ukrainian, SKIP, "До змісту")
    before = ukrainian.read_bytes()

    result = run("add", "uk", "--folder", ukrainian.parents[2])

    assert result.exit_code == 1
    assert f"Error: Українська already has a catalog: {ukrainian}." in result.output
    assert ukrainian.read_bytes() == before


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("ua", "'ua' is not a known language. Did you mean uk (Українська)"),
        ("Ukranian", "Did you mean uk (Українська)?"),
        ("xx", "'xx' is not a known language.\n"),
        ("en", "en is the language of the source texts."),
        ("en-XA", "'en-XA' is not a known language."),
    ],
)
def test_an_unknown_language_is_refused_with_a_suggestion(run, tmp_path, written, words):
    result = run("add", written, "--folder", tmp_path)

    assert result.exit_code == 2
    assert words in result.output
    assert list(tmp_path.iterdir()) == []


def test_updating_a_catalog_that_is_up_to_date_changes_nothing(run, ukrainian, monkeypatch):
    monkeypatch.setattr(paths, "IS_CHECKOUT", False)
    translate(ukrainian, SKIP, "До змісту")
    before = ukrainian.read_bytes()

    result = run("update", "--folder", ukrainian.parents[2])

    assert result.output == "uk: 0 new, 0 fuzzy, 0 removed.\n"
    assert ukrainian.read_bytes() == before


def test_update_keeps_the_translation_of_a_reworded_source_as_fuzzy(run, ukrainian, monkeypatch):
    monkeypatch.setattr(paths, "IS_CHECKOUT", False)
    former = ukrainian.read_text(encoding="utf-8").replace(SKIP, "Skip to contents")
    ukrainian.write_text(former, encoding="utf-8")
    translate(ukrainian, "Skip to contents", "До змісту")

    result = run("update", "uk", "--folder", ukrainian.parents[2])

    assert result.output == "uk: 1 new, 1 fuzzy, 1 removed.\n"
    text = ukrainian.read_text(encoding="utf-8")
    assert f'#| msgid "Skip to contents"\nmsgid "{SKIP}"\nmsgstr "До змісту"' in text


def test_update_moves_translations_to_sources_that_were_only_reworded(
    run, ukrainian, monkeypatch, tmp_path
):
    monkeypatch.setattr(paths, "IS_CHECKOUT", False)
    former = ukrainian.read_text(encoding="utf-8").replace(SKIP, "Skip to contents")
    ukrainian.write_text(former, encoding="utf-8")
    translate(ukrainian, "Skip to contents", "До змісту")
    list_of_rewordings = tmp_path / "reworded.json"
    list_of_rewordings.write_text(json.dumps({"Skip to contents": SKIP, "Never there": SKIP}))

    result = run("update", "uk", "--folder", ukrainian.parents[2], "--reworded", list_of_rewordings)

    assert result.output == "uk: 0 new, 0 fuzzy, 0 removed.\n"
    text = ukrainian.read_text(encoding="utf-8")
    assert f'msgid "{SKIP}"\nmsgstr "До змісту"' in text
    assert "Skip to contents" not in text


def test_a_rewording_does_not_replace_a_translation(run, ukrainian, monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "IS_CHECKOUT", False)
    translate(ukrainian, SKIP, "До змісту")
    list_of_rewordings = tmp_path / "reworded.json"
    list_of_rewordings.write_text(json.dumps({"Error: %(title)s": SKIP}))
    translate(ukrainian, "Error: %(title)s", "Помилка: %(title)s")

    run("update", "--folder", ukrainian.parents[2], "--reworded", list_of_rewordings)

    text = ukrainian.read_text(encoding="utf-8")
    assert f'msgid "{SKIP}"\nmsgstr "До змісту"' in text
    assert 'msgid "Error: %(title)s"\nmsgstr "Помилка: %(title)s"' in text


@pytest.mark.parametrize("written", ["no JSON", '["a list"]', '{"old": 1}'])
def test_a_list_of_rewordings_that_cannot_be_read_is_refused(run, ukrainian, tmp_path, written):
    file = tmp_path / "reworded.json"
    file.write_text(written)

    result = run("update", "--folder", ukrainian.parents[2], "--reworded", file)

    assert result.exit_code == 2
    assert str(file) in result.output


def test_update_does_not_create_catalogs(run, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "IS_CHECKOUT", False)

    result = run("update", "uk", "--folder", tmp_path)

    assert result.exit_code == 1
    assert "There is no catalog for uk. To create it, run" in result.output


def test_an_unreadable_catalog_is_not_changed(run, ukrainian, monkeypatch):
    monkeypatch.setattr(paths, "IS_CHECKOUT", False)
    ukrainian.write_text('msgid "\n', encoding="utf-8")

    result = run("update", "--folder", ukrainian.parents[2])

    assert result.exit_code == 1
    assert 'line 1: msgid "' in result.output
    assert ukrainian.read_text(encoding="utf-8") == 'msgid "\n'


def test_shipped_catalogs_of_an_installed_program_are_read_only(run, monkeypatch):
    monkeypatch.setattr(paths, "IS_CHECKOUT", False)

    for command in (["add", "uk"], ["update"], ["compile"]):
        result = run(*command)
        assert result.exit_code == 1
        assert "Use --folder" in result.output


def test_check_names_the_line_the_issue_and_the_remedy(run, ukrainian):
    translate(ukrainian, SKIP, "До змісту <b>")

    result = run("check", ukrainian)

    lines = ukrainian.read_text(encoding="utf-8").splitlines()
    line = lines.index(f'msgid "{SKIP}"') + 1
    assert result.exit_code == 1
    assert result.output == (
        f"{ukrainian}:{line}: “{SKIP}”: Not in the source text: <b>."
        " Use only the tags from the source text, exactly as they are.\n"
        "Checked 1 catalog. Valid translations: 0. Refused: 1.\n"
    )


def test_check_names_the_plural_form(run, ukrainian):
    text = ukrainian.read_text(encoding="utf-8")
    source = 'msgid_plural "%(num)d participations"\nmsgstr[0] ""\nmsgstr[1] ""\nmsgstr[2] ""'
    forms = source.replace('""', '"підписи"', 1).replace('""', '"%(num)d підписи"')
    ukrainian.write_text(text.replace(source, forms), encoding="utf-8")

    result = run("check", ukrainian)

    assert "“%(num)d participation” (1, 21, 31, 41 …): Missing: %(num)d." in result.output


@pytest.mark.parametrize("name", ["download.po", "ru.po", "speak-up-is.po"])
def test_check_uses_the_language_that_the_header_names(run, ukrainian, tmp_path, name):
    translate(ukrainian, SKIP, "До змісту")
    translate(ukrainian, "Your data", "Vashi dani, yaki vy nam daly")
    file = tmp_path / name
    file.write_bytes(ukrainian.read_bytes())

    result = run("check", file)

    assert result.exit_code == 1
    assert "“Your data”: This is written in Latin letters," in result.output
    assert "Refused: 1." in result.output


def test_check_finds_a_file_in_another_language_than_its_header_names(run, tmp_path):
    file = tmp_path / "download.po"
    file.write_bytes(catalog_in(paths.TRANSLATIONS, "ru").read_bytes())
    relabel(file, file, "uk", instead_of="ru")

    result = run("check", file)

    assert result.exit_code == 1
    assert "Русский" in result.output
    assert "Refused: 1." in result.output


@pytest.mark.parametrize(("name", "shown"), [("ru.po", True), ("uk.po", False), ("x.po", False)])
def test_check_reports_a_file_name_that_differs_from_the_header(
    run, ukrainian, tmp_path, name, shown
):
    file = tmp_path / name
    file.write_bytes(ukrainian.read_bytes())

    result = run("check", file)

    told = f"{file}: Checked as Українська because its header says so. Its name suggests Русский.\n"
    summary = "Checked 1 catalog. Valid translations: 0. Refused: 0.\n"
    assert (result.exit_code, result.output) == (0, f"{told if shown else ''}{summary}")


@pytest.mark.parametrize("header", ["", "Klingon"])
def test_check_requires_locale_when_neither_header_nor_name_gives_the_language(
    run, ukrainian, tmp_path, header
):
    file = relabel(ukrainian, tmp_path / "download.po", header)

    result = run("check", file)

    assert result.exit_code == 1
    assert result.output == (
        f"Error: Neither the header nor the name of {file} says which language it is in."
        " Use --locale.\n"
    )


def test_check_uses_the_language_of_the_file_name_when_the_header_has_none(
    run, ukrainian, tmp_path
):
    file = relabel(ukrainian, tmp_path / "messages-uk.po", "")

    assert "Add the line “Language: uk” to the header." in run("check", file).output


def test_check_uses_the_language_of_a_catalog_folder_whatever_the_header_names(run, ukrainian):
    relabel(ukrainian, ukrainian, "ru")

    assert "The header says the file is in ru, not uk." in run("check", ukrainian).output


def test_check_uses_the_language_given_with_locale(run, ukrainian, tmp_path):
    file = tmp_path / "download.po"
    file.write_bytes(ukrainian.read_bytes())

    assert run("check", "--locale", "uk", file).exit_code == 0
    assert "is in uk, not ru" in run("check", "--locale", "ru", file).output


def test_check_refuses_the_source_language(run, ukrainian, tmp_path):
    file = relabel(ukrainian, tmp_path / "download.po", "en")

    result = run("check", file)

    assert result.exit_code == 1
    assert "English is the language of the source texts." in result.output


def test_check_reads_the_language_of_a_compiled_catalog(run, ukrainian, tmp_path):
    translate(ukrainian, SKIP, "До змісту")
    run("compile", "--folder", ukrainian.parents[2])
    file = tmp_path / "download.mo"
    file.write_bytes(ukrainian.with_suffix(".mo").read_bytes())

    assert run("check", file).exit_code == 0


def test_compile_leaves_out_translations_with_issues(run, ukrainian):
    translate(ukrainian, SKIP, "До змісту")
    translate(ukrainian, "Your data", "Ваші дані {{ config }}")

    result = run("compile", "--folder", ukrainian.parents[2])

    compiled = ukrainian.with_suffix(".mo")
    assert result.output.endswith("uk: 1 string compiled.\n")
    assert [entry.source for entry in read_mo(compiled.read_bytes()).entries] == [SKIP]
    assert run("check", compiled).exit_code == 0


def test_stats_are_counted_by_area(run, ukrainian):
    translate(ukrainian, SKIP, "До змісту")

    head, row = run("stats", "--folder", ukrainian.parents[2]).output.splitlines()

    assert head.split() == [
        *("errors", "form", "mails", "pages", "privacy", "staff", "all", "fuzzy", "refused")
    ]
    pages = sum(message.area == "pages" for message in interface_messages())
    cells = ["0 %"] * 3 + [f"{100 // pages} %"] + ["0 %"] * 3 + ["0", "0"]
    assert row.split() == " ".join(["uk", *cells]).split()
