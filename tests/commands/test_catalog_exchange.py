"""`translations export` and `import` exchange files with the database."""

import pytest
from sqlalchemy import select

from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.catalogs.models import AddedLocale, TranslationChange
from campaign_actions.catalogs.store.repository import campaign_catalog, stored_translations
from campaign_actions.catalogs.store.save import TranslationEdit, save_translations
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.demo.load import load_demo
from tests.support.changes import publish_all
from tests.support.factories import NOON, make_action

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
BUTTON = "Sign the petition"


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=["translations", *map(str, words)])


@pytest.fixture
def catalog(app):
    return campaign_catalog(make_action().campaign_id)


@pytest.fixture
def file(run, catalog, tmp_path):
    """An export without translations."""
    file = tmp_path / "racism.po"
    result = run("export", "--campaign", "racism", "--locale", "uk", "--output", file)
    assert (result.exit_code, result.output) == (0, f"Exported 16 strings to {file}.\n")
    return file


def edit(file, source, words):
    before = file.read_text(encoding="utf-8")
    after = before.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{words}"')
    assert after != before
    file.write_text(after, encoding="utf-8")


def translate_button(catalog, words):
    """Translate the button, as on the web."""
    key = next(message.key for message in catalog.messages if message.source == BUTTON)
    seen = stored_translations(catalog, "uk").get(key)
    translation_edit = TranslationEdit((words,), seen.forms if seen else ())
    save_translations(catalog, "uk", {key: translation_edit}, how="web", staff_id=None, now=NOON)


def stored_texts(catalog):
    return {one.forms[0] for one in stored_translations(catalog, "uk").values()}


def test_a_file_names_its_catalog_and_language(run, catalog, file):
    edit(file, BUTTON, "Підписати")

    result = run("import", file)

    assert (result.exit_code, result.output) == (0, "Imported: 1. Unchanged: 0.\n")
    assert stored_texts(catalog) == {"Підписати"}
    assert db.session.scalars(select(TranslationChange.how)).all() == ["command"]


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ([], 1, "Підпишіть"),
        (["--keep", "stored"], 0, "Підпишіть"),
        (["--take", "uploaded"], 0, "Підписати"),
    ],
)
def test_conflicts_are_imported_only_with_take_uploaded(run, catalog, file, options, code, words):
    edit(file, BUTTON, "Підписати")
    edit(file, "Thank you.", "Дякуємо.")
    translate_button(catalog, "Підпишіть")

    result = run("import", file, *options)

    assert result.exit_code == code
    assert stored_texts(catalog) == {words, "Дякуємо."}
    told = f"“{BUTTON}” was changed in both places: “Підпишіть” here, “Підписати” in the file."
    assert (told in result.output) == (options != ["--take", "uploaded"])


def test_a_conflict_with_a_removed_translation_is_listed(run, catalog, file):
    edit(file, BUTTON, "Підписати")
    translate_button(catalog, "Підпишіть")
    translate_button(catalog, "")

    result = run("import", file)

    assert result.exit_code == 1
    assert (
        f"“{BUTTON}” was changed in both places: “” here, “Підписати” in the file." in result.output
    )


def test_keep_and_take_exclude_each_other(run, file):
    result = run("import", file, "--keep", "stored", "--take", "uploaded")

    assert result.exit_code == 2
    assert "not both" in result.output


def test_a_refused_translation_is_listed_with_line_and_remedy(run, catalog, file):
    edit(file, "Thank you.", "Дякуємо: http://evil.org")
    edit(file, BUTTON, "Підписати")

    result = run("import", file)

    assert result.exit_code == 1
    assert f"{file}:" in result.output
    assert "“Thank you.”: " in result.output
    assert "Refused: 1." in result.output
    assert stored_texts(catalog) == {"Підписати"}


@pytest.mark.parametrize("format_name", ["po", "xliff"])
def test_a_campaign_can_be_translated_completely_by_commands(run, tmp_path, format_name):
    load_demo(now=NOON)
    file = tmp_path / "racism.file"
    run(
        "export",
        "--campaign",
        "racism",
        "--locale",
        "ru",
        "--output",
        file,
        "--format",
        format_name,
    )
    data = file.read_text(encoding="utf-8")
    data = data.replace("Language: ru", "Language: be").replace('trgLang="ru"', 'trgLang="be"')
    file.write_text(data, encoding="utf-8")

    result = run("import", file)

    assert result.exit_code == 0
    assert result.output.endswith("Imported: 124. Unchanged: 0.\n")
    publish_all(now=utc_now())
    texts = select(CampaignText.title).join(Campaign).where(Campaign.slug == "racism")
    theirs = texts.where(CampaignText.locale == "be", CampaignText.is_public)
    assert db.session.scalars(theirs).all() == ["Расизм и дискриминация"]


def test_importing_a_file_of_a_new_language_adds_the_language(run, tmp_path):
    file = tmp_path / "uk.po"
    run("export", "--locale", "uk", "--output", file)
    edit(file, "Skip to main content", "До змісту")

    result = run("import", file)

    assert result.output.endswith("Imported: 1. Unchanged: 0.\n")
    assert db.session.scalars(select(AddedLocale.locale)).all() == ["uk"]


def test_local_translations_replace_shipped_ones_in_an_export(run, tmp_path):
    file, again = tmp_path / "ru.po", tmp_path / "again.po"
    run("export", "--locale", "ru", "--output", file)
    text = file.read_text(encoding="utf-8")
    start = text.index('msgid "Skip to main content"')
    old = text[start:].split("\n")[1]
    file.write_text(text.replace(old, 'msgstr "Сразу к делу"'), encoding="utf-8")
    run("import", file)

    run("export", "--locale", "ru", "--output", again)

    assert 'msgstr "Сразу к делу"' in again.read_text(encoding="utf-8")
    assert again.read_text(encoding="utf-8").count("\nmsgid ") == text.count("\nmsgid ")


def test_standard_output_has_only_the_file(run, catalog):
    result = run("export", "--campaign", "racism", "--locale", "uk", "--output", "-")

    assert result.stdout.startswith('msgid ""\nmsgstr ""\n')
    assert result.stderr.startswith("Exported ")
    assert result.stderr.endswith(" to standard output.\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["export", "--campaign", "none", "--locale", "uk", "--output", "-"], "no campaign 'none'"),
        (["export", "--locale", "xx", "--output", "-"], "'xx' is not a known language."),
        (["export", "--locale", "en", "--output", "-"], "is the language of the source texts"),
        (["export", "--locale", "uk", "--output", "/none/x.po"], "cannot be written"),
    ],
)
def test_wrong_arguments_are_explained(run, catalog, words, told):
    result = run(*words)

    assert result.exit_code in {1, 2}
    assert told in result.output


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("", "does not name its language"),
        ('msgid ""\nmsgstr ""\n"Language: uk\\n"\n"X-Campaign: gone\\n"\n', "campaign gone"),
        ('msgid ""\nmsgstr ""\n"Language: en\\n"\n', "is the language of the source texts"),
        ("<xliff/>", "does not name its language"),
    ],
)
def test_a_file_that_cannot_be_imported_is_explained(run, tmp_path, data, told):
    file = tmp_path / "x.po"
    file.write_text(data, encoding="utf-8")

    result = run("import", file)

    assert result.exit_code == 1
    assert told in result.output


def test_a_file_that_is_too_big_is_not_read(run, catalog, tmp_path):
    file = tmp_path / "big.xlf"
    file.write_bytes(b"<" * 3_000_000)

    result = run("import", file, "--locale", "uk", "--campaign", "racism")

    assert result.exit_code == 1
    assert "The limit is" in result.output


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [("Підписати", 0, ""), ("Підписати [тут](https://evil.org)", 1, "evil.org")],
)
@pytest.mark.parametrize("format_name", ["po", "xliff"])
def test_check_validates_a_file_of_a_campaign_as_an_import_does(
    run, catalog, tmp_path, format_name, words, code, told
):
    file = tmp_path / f"racism.{format_name}"
    where = ("--campaign", "racism", "--locale", "uk", "--output", file, "--format", format_name)
    run("export", *where)
    if format_name == "po":
        edit(file, BUTTON, words)
    else:
        text = file.read_text(encoding="utf-8").replace(
            f"<source>{BUTTON}</source>",
            f"<source>{BUTTON}</source><target>{words}</target>",
        )
        text = text.replace('state="initial"', 'state="translated"')
        file.write_text(text, encoding="utf-8")

    result = run("check", file)

    assert result.exit_code == code, result.output
    assert told in result.output
    assert stored_texts(catalog) == set()
