"""The glossaries that ship, and the page of the documents that shows them."""

import pytest

from campaign_actions.catalogs.files.catalog_folder import catalogs_in
from campaign_actions.catalogs.workflow.forms import TermForm
from campaign_actions.catalogs.workflow.shipped_glossary import (
    COLUMNS,
    GLOSSARY_FOLDER,
    GLOSSARY_PAGE,
    glossary_table,
    shipped_terms,
)
from campaign_actions.core import paths

MAX_LINES = 15  # of a style sheet, so that people read it
SHIPPED = set(catalogs_in(paths.TRANSLATIONS))
each_language = pytest.mark.parametrize("tag", COLUMNS)


def test_every_language_that_ships_has_a_glossary_and_a_column():
    assert {file.stem for file in GLOSSARY_FOLDER.glob("*.toml")} == SHIPPED == set(COLUMNS)


def test_all_glossaries_have_the_same_terms_in_alphabetical_order():
    names = {tag: [term.term for term in shipped_terms(tag).values()] for tag in COLUMNS}

    assert len(names["ru"]) > 30
    assert names == dict.fromkeys(COLUMNS, sorted(names["ru"], key=str.casefold))


@each_language
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_shipped_term_could_be_saved_by_a_translator(app, tag):
    for term in shipped_terms(tag).values():
        with app.test_request_context("/"):
            form = TermForm(obj=term, meta={"csrf": False})
            assert form.validate(), (term.term, form.errors)


def test_a_language_without_a_file_has_no_shipped_terms():
    assert shipped_terms("uk") == {}


def test_the_page_has_the_table_of_the_shipped_terms():
    assert glossary_table() in GLOSSARY_PAGE.read_text(encoding="utf-8"), "make messages"


def test_the_guide_for_translators_links_to_the_page():
    guide = GLOSSARY_PAGE.with_name("translating.md").read_text(encoding="utf-8")

    assert f"]({GLOSSARY_PAGE.name})" in guide


@pytest.mark.parametrize("language", ["English", *COLUMNS.values()])
def test_the_page_has_a_short_style_sheet_for_each_language(language):
    text = GLOSSARY_PAGE.read_text(encoding="utf-8")

    sheet = text.partition(f"\n### {language}\n")[2].partition("\n#")[0]

    lines = [line for line in sheet.splitlines() if line]
    assert 0 < len(lines) <= MAX_LINES
