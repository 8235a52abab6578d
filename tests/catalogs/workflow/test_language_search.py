"""Languages are found by what people call them."""

import pytest

from campaign_actions.catalogs.workflow.language_search import (
    find_languages,
    name_in,
    own_names,
    own_names_in_cldr,
)


def test_the_names_of_languages_are_those_of_cldr():
    """If Babel was renewed: write what names_by_cldr() gives into own_names.tsv."""
    assert own_names() == dict(own_names_in_cldr())


@pytest.mark.parametrize(
    ("query", "locale", "first"),
    [
        ("Українська", "en", "uk"),
        ("ukra", "ru", "uk"),
        ("украин", "ru", "uk"),
        ("العربية", "en", "ar"),
        ("PT-br", "en", "pt-BR"),
        ("sr-Latn", "en", "sr-Latn"),
    ],
)
def test_a_language_is_found_by_its_names_and_by_its_code(app, query, locale, first):
    assert find_languages(query, locale=locale)[0].tag == first


@pytest.mark.parametrize("query", ["", "  ", "nothing of the kind", "\x00", "x" * 1000])
def test_what_is_no_name_finds_nothing(app, query):
    assert find_languages(query, locale="en") == []


def test_a_language_is_called_as_its_reader_calls_it(app):
    assert [name_in("uk", tag) for tag in ("en", "ru")] == ["Ukrainian", "украинский"]
