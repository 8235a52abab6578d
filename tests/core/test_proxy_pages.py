"""The error pages of the shipped nginx are up to date, whole and in each language."""

import pytest
from lxml import html

from campaign_actions.catalogs.files.catalog_folder import catalogs_in
from campaign_actions.catalogs.files.compiler import usable_translations
from campaign_actions.catalogs.files.interface_messages import interface_messages
from campaign_actions.core import paths
from campaign_actions.core.proxy_pages import (
    PROXY_PAGES,
    PROXY_PAGES_FOLDER,
    render_proxy_pages,
    write_proxy_pages,
)

# No test here reads the database.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
CATALOGS = catalogs_in(paths.TRANSLATIONS)
each_language = pytest.mark.parametrize("tag", ["en", *CATALOGS])


@each_language
def test_the_shipped_pages_are_up_to_date(app, tag):
    translations = translations_of(tag)

    shipped = {
        file.stem: file.read_text(encoding="utf-8") for file in (PROXY_PAGES_FOLDER / tag).iterdir()
    }

    assert shipped == render_proxy_pages(tag, translations), "make messages"


def test_every_language_that_ships_has_pages(app):
    assert {place.name for place in PROXY_PAGES_FOLDER.iterdir()} == {"en", *CATALOGS}


@pytest.mark.parametrize(("tag", "direction"), [("en", "ltr"), ("ru", "ltr"), ("ar", "rtl")])
def test_a_page_names_its_language_and_direction(app, tag, direction):
    for text in render_proxy_pages(tag, {}).values():
        root = html.fromstring(text)
        assert (root.get("lang"), root.get("dir")) == (tag, direction)
        assert root.findtext(".//title") == root.findtext(".//h1")


def test_a_page_shows_the_translations_it_is_given(app):
    title = str(PROXY_PAGES["too-large-file"].title)

    pages = render_proxy_pages("uk", {("", title): ("Файл <завеликий>",)})

    assert "<h1>Файл &lt;завеликий&gt;</h1>" in pages["too-large-file"]


def test_pages_are_written_into_the_folder_of_their_language(app, tmp_path):
    write_proxy_pages(tmp_path, "uk", {})

    assert {file.stem for file in (tmp_path / "uk").iterdir()} == set(PROXY_PAGES)


def translations_of(tag):
    if tag == "en":
        return {}
    data = CATALOGS[tag].read_bytes()
    return usable_translations(data, tag=tag, messages=interface_messages())
