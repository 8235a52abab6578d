"""Exported files come back from translators' programs without losing anything."""

import re
import shutil
import subprocess

import pytest
from sqlalchemy import select

from campaign_actions.campaigns.edit import save_campaign
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.catalogs.files.po import read_po
from campaign_actions.catalogs.files.xliff.write import write_xliff
from campaign_actions.catalogs.store.repository import campaign_catalog, stored_translations
from campaign_actions.catalogs.workflow.export import export_catalog, write_po
from campaign_actions.catalogs.workflow.import_file import apply_plan, preview_import
from campaign_actions.core.db.session import db
from campaign_actions.demo.load import load_demo
from tests.support.factories import NOON, make_staff

MAGIC = b"\xde\x12\x04\x95"  # how a .mo starts
has_gettext = pytest.mark.skipif(not shutil.which("msgmerge"), reason="gettext is not installed")
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
FIRST = "Racism rarely starts with a fist."
BUTTON = "Дать обещание"
STRINGS = 124  # of the campaign


@pytest.fixture
def catalog(app):
    load_demo(now=NOON)
    racism = db.session.scalars(select(Campaign.id).filter_by(slug="racism")).one()
    return campaign_catalog(racism)


def po(catalog, locale="ru"):
    return write_po(export_catalog(catalog, locale)).decode()


def change_source(catalog):
    """Reword the first sentence of a paragraph. Returns the catalog as it is then."""
    text = select(CampaignText.body).filter_by(campaign_id=catalog.campaign_id, locale="en")
    body = db.session.scalars(text).one().replace(FIRST, "Racism hardly ever starts with a fist.")
    by = make_staff("administrator")
    changes = {"texts.en.body": body}
    save_campaign(catalog.campaign_id, changes, opened_at=0, by=by, now=NOON)
    return campaign_catalog(catalog.campaign_id)


def run_gettext(command, *texts, folder):
    """The output of a gettext program for these files."""
    files = [folder / f"{number}.po" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    done = subprocess.run([*command, *files], capture_output=True, check=True, timeout=60)
    return done.stdout


def summary(catalog, data, locale="ru"):
    """Numbers of new, same, conflicting, fuzzy and unknown translations, and the codes of issues."""
    plan = preview_import(data if isinstance(data, bytes) else data.encode(), catalog, locale)
    counts = len(plan.new), plan.same, len(plan.conflicts), plan.fuzzy, len(plan.unknown)
    return counts, [each.issue.code for each in plan.issues]


@pytest.mark.parametrize("locale", ["ru", "ar", "fr", "es"])
@pytest.mark.parametrize("write", [write_po, write_xliff])
def test_an_export_imported_unchanged_changes_nothing(catalog, locale, write):
    data = write(export_catalog(catalog, locale))

    assert summary(catalog, data, locale) == ((0, STRINGS, 0, 0, 0), [])


def test_an_export_names_its_campaign_language_and_version(catalog):
    headers = read_po(po(catalog).encode()).headers

    assert (headers["Language"], headers["X-Campaign"]) == ("ru", "racism")
    assert headers["X-Campaign-Actions-Version"] == "0"
    assert headers["Plural-Forms"].startswith("nplurals=3;")


def test_an_exported_entry_has_places_notes_and_maximum_length(catalog):
    entry = next(part for part in po(catalog).split("\n\n") if BUTTON in part)

    assert "#: action/speak-up campaign\n" in entry
    assert "#, max-length:60\n" in entry
    assert "#. At most 60 characters.\n" in entry
    assert 'msgctxt "action speak-up: button"\n' in entry


def test_a_stale_translation_is_exported_as_fuzzy_with_its_earlier_source(catalog):
    text = po(change_source(catalog))

    entry = next(part for part in text.split("\n\n") if "Racism hardly ever" in part)
    assert "#, fuzzy" in entry
    assert f'#| "{FIRST}' in entry
    assert "Расизм редко начинается с кулака." in entry
    assert text.count("#, fuzzy") == 1


@has_gettext
def test_a_file_merged_by_msgmerge_loses_nothing(catalog, tmp_path):
    before = po(catalog)
    catalog = change_source(catalog)
    newest = po(catalog)

    merged = run_gettext(["msgmerge", "--quiet", "--previous"], before, newest, folder=tmp_path)

    assert summary(catalog, merged) == ((0, STRINGS - 1, 0, 1, 0), [])


@has_gettext
@pytest.mark.parametrize("option", ["--width=40", "--no-wrap", "--sort-output", "--no-location"])
def test_other_ways_to_wrap_and_sort_change_nothing(catalog, tmp_path, option):
    data = run_gettext(["msgcat", option], po(catalog), folder=tmp_path)

    assert summary(catalog, data) == ((0, STRINGS, 0, 0, 0), [])


@has_gettext
def test_gettext_accepts_an_export(catalog, tmp_path):
    made = run_gettext(["msgfmt", "--check", "--output-file=-"], po(catalog, "ar"), folder=tmp_path)

    assert made.startswith(MAGIC)


def edit_as_poedit(text):
    """Edit as Poedit does: with its own headers, another translator, and no comments about places."""
    added = (
        '"X-Poedit-Basepath: ../..\\n"\n"X-Poedit-SourceCharset: UTF-8\\n"\n"X-Generator: Poedit'
    )
    text = text.replace('"X-Generator: Campaign Actions', f"{added} 3.5")
    text = text.replace('"Last-Translator: \\n"', '"Last-Translator: Ада <ada@example.org>\\n"')
    text = re.sub(r"^#[:.].*\n", "", text, flags=re.MULTILINE)
    return text.replace(BUTTON, "Дайте обещание")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_one_edit_in_poedit_is_one_new_translation(catalog, newline, mark):
    text = mark + edit_as_poedit(po(catalog)).replace("\n", newline)

    plan = preview_import(text.encode(), catalog, "ru")
    apply_plan(plan, how="upload", staff_id=None, now=NOON)

    assert (len(plan.new), plan.same, plan.issues) == (1, STRINGS - 1, [])
    found = [one.forms for one in stored_translations(catalog, "ru").values()]
    assert ("Дайте обещание",) in found
    assert (BUTTON,) not in found


def edit_as_weblate(text):
    """Edit as Weblate does: its own Plural-Forms for Russian, other flags, and previous sources."""
    plural = (
        "nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 &&"
        " (n%100<10 || n%100>=20) ? 1 : 2;"
    )
    text = re.sub(
        r'"Plural-Forms: .*?;\\n"', f'"Plural-Forms: {plural}\\\\n"', text, flags=re.DOTALL
    )
    text = text.replace("X-Generator: Campaign Actions", "X-Generator: Weblate 2026.4")
    entry = 'msgctxt "campaign: title"\n'
    former = '#| msgctxt "campaign: title"\n#| msgid "Racism"\n'
    return text.replace(f"#, max-length:120\n{entry}", f"#, max-length:120, fuzzy\n{former}{entry}")


def test_an_entry_that_weblate_marks_as_fuzzy_is_not_imported(catalog):
    assert summary(catalog, edit_as_weblate(po(catalog))) == ((0, STRINGS - 1, 0, 1, 0), [])


def test_an_empty_entry_does_not_remove_a_translation(catalog):
    text = po(catalog).replace(f'msgstr "{BUTTON}"', 'msgstr ""')

    assert summary(catalog, text) == ((0, STRINGS - 1, 0, 0, 0), [])
    apply_plan(
        preview_import(text.encode(), catalog, "ru"),
        how="upload",
        staff_id=None,
        now=NOON,
    )
    assert (BUTTON,) in [one.forms for one in stored_translations(catalog, "ru").values()]


def test_a_new_language_is_exported_empty_and_imported_translated(catalog):
    text = po(catalog, "uk").replace(
        'msgid "Make the pledge"\nmsgstr ""', 'msgid "Make the pledge"\nmsgstr "Дати обіцянку"'
    )

    plan = preview_import(text.encode(), catalog, "uk")

    assert [item.uploaded for item in plan.new] == [("Дати обіцянку",)]
