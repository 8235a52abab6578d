"""Files go to translators and come back as their programs leave them; nothing is lost on the way."""

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
from campaign_actions.catalogs.workflow.export import outgoing, write_po
from campaign_actions.catalogs.workflow.import_plan import apply_import, plan_import
from campaign_actions.core.db.session import db
from campaign_actions.demo.load import load_demo
from tests.support.factories import NOON, make_staff

MAGIC = b"\xde\x12\x04\x95"  # of a compiled catalog: nothing is compiled of one with a fault
has_gettext = pytest.mark.skipif(not shutil.which("msgmerge"), reason="gettext is not installed")
FIRST = "Racism rarely starts with a fist."
BUTTON = "Подписать петицию"


@pytest.fixture
def catalog(app):
    load_demo(now=NOON)
    racism = db.session.scalars(select(Campaign.id).filter_by(slug="racism")).one()
    return campaign_catalog(racism)


def po(catalog, locale="ru"):
    return write_po(outgoing(catalog, locale)).decode()


def change_source(catalog):
    """Somebody rewords the first sentence of a paragraph; the catalog with the new one."""
    text = select(CampaignText.body).filter_by(campaign_id=catalog.campaign_id, locale="en")
    body = db.session.scalars(text).one().replace(FIRST, "Racism hardly ever starts with a fist.")
    by = make_staff("administrator")
    changes = {"texts.en.body": body}
    save_campaign(catalog.campaign_id, changes, opened_at=0, by=by, now=NOON)
    return campaign_catalog(catalog.campaign_id)


def through(command, *texts, folder):
    """What a program of gettext makes of files."""
    files = [folder / f"{number}.po" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    done = subprocess.run([*command, *files], capture_output=True, check=True, timeout=60)
    return done.stdout


def outcome(catalog, data, locale="ru"):
    """Numbers of messages: new, the same, in conflict, marked, unknown; and what is refused."""
    plan = plan_import(catalog, locale, data if isinstance(data, bytes) else data.encode())
    counts = len(plan.new), plan.same, len(plan.conflicts), plan.fuzzy, len(plan.unknown)
    return counts, [refusal.fault.code for refusal in plan.refused]


@pytest.mark.parametrize("locale", ["ru", "ar", "fr", "es"])
@pytest.mark.parametrize("write", [write_po, write_xliff])
def test_what_goes_out_comes_back_as_it_was(catalog, locale, write):
    data = write(outgoing(catalog, locale))

    assert outcome(catalog, data, locale) == ((0, 83, 0, 0, 0), [])


def test_a_file_says_what_it_is_and_as_of_when(catalog):
    headers = read_po(po(catalog).encode()).headers

    assert (headers["Language"], headers["X-Campaign"]) == ("ru", "racism")
    assert headers["X-Campaign-Actions-Version"] == "0"
    assert headers["Plural-Forms"].startswith("nplurals=3;")


def test_an_entry_says_where_it_stands_and_how_long_it_may_be(catalog):
    entry = next(part for part in po(catalog).split("\n\n") if BUTTON in part)

    assert "#: action/hate-crimes campaign\n" in entry
    assert "#, max-length:60\n" in entry
    assert "#. At most 60 characters.\n" in entry
    assert 'msgctxt "action hate-crimes: button"\n' in entry


def test_a_stale_message_goes_out_with_the_source_it_was_made_from(catalog):
    text = po(change_source(catalog))

    entry = next(part for part in text.split("\n\n") if "Racism hardly ever" in part)
    assert "#, fuzzy" in entry
    assert f'#| "{FIRST}' in entry
    assert "Расизм редко начинается с кулака." in entry
    assert text.count("#, fuzzy") == 1


@has_gettext
def test_msgmerge_brings_a_file_up_to_date_and_keeps_all_that_is_in_it(catalog, tmp_path):
    before = po(catalog)
    catalog = change_source(catalog)
    newest = po(catalog)

    merged = through(["msgmerge", "--quiet", "--previous"], before, newest, folder=tmp_path)

    assert outcome(catalog, merged) == ((0, 82, 0, 1, 0), [])


@has_gettext
@pytest.mark.parametrize("option", ["--width=40", "--no-wrap", "--sort-output", "--no-location"])
def test_programs_write_lines_in_their_own_way(catalog, tmp_path, option):
    data = through(["msgcat", option], po(catalog), folder=tmp_path)

    assert outcome(catalog, data) == ((0, 83, 0, 0, 0), [])


@has_gettext
def test_gettext_finds_nothing_wrong_with_what_goes_out(catalog, tmp_path):
    made = through(["msgfmt", "--check", "--output-file=-"], po(catalog, "ar"), folder=tmp_path)

    assert made.startswith(MAGIC)


def by_poedit(text):
    """Headers of its own, another translator, and no remark on where a message stands."""
    added = (
        '"X-Poedit-Basepath: ../..\\n"\n"X-Poedit-SourceCharset: UTF-8\\n"\n"X-Generator: Poedit'
    )
    text = text.replace('"X-Generator: Campaign Actions', f"{added} 3.5")
    text = text.replace('"Last-Translator: \\n"', '"Last-Translator: Ада <ada@example.org>\\n"')
    text = re.sub(r"^#[:.].*\n", "", text, flags=re.MULTILINE)
    return text.replace(BUTTON, "Подпишите петицию")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_what_poedit_leaves_is_one_new_translation(catalog, newline, mark):
    text = mark + by_poedit(po(catalog)).replace("\n", newline)

    plan = plan_import(catalog, "ru", text.encode())
    apply_import(plan, catalog, "ru", how="upload", staff_id=None, now=NOON)

    assert (len(plan.new), plan.same, plan.refused) == (1, 82, [])
    found = [one.forms for one in stored_translations(catalog, "ru").values()]
    assert ("Подпишите петицию",) in found
    assert (BUTTON,) not in found


def by_weblate(text):
    """Its own spelling of how Russian counts, flags in another order, former sources beside marks."""
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


def test_what_weblate_marks_is_not_taken_and_all_else_stays(catalog):
    assert outcome(catalog, by_weblate(po(catalog))) == ((0, 82, 0, 1, 0), [])


def test_what_is_empty_in_a_file_takes_nothing_back(catalog):
    text = po(catalog).replace(f'msgstr "{BUTTON}"', 'msgstr ""')

    assert outcome(catalog, text) == ((0, 82, 0, 0, 0), [])
    apply_import(
        plan_import(catalog, "ru", text.encode()),
        catalog,
        "ru",
        how="upload",
        staff_id=None,
        now=NOON,
    )
    assert (BUTTON,) in [one.forms for one in stored_translations(catalog, "ru").values()]


def test_a_new_language_goes_out_empty_and_comes_back_done(catalog):
    text = po(catalog, "uk").replace(
        'msgid "Sign the petition"\nmsgstr ""', 'msgid "Sign the petition"\nmsgstr "Підписати"'
    )

    plan = plan_import(catalog, "uk", text.encode())

    assert [item.uploaded for item in plan.new] == [("Підписати",)]
