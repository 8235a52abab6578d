"""Languages are found by any of their names."""

import pytest

from campaign_actions.catalogs.workflow.language_search import (
    find_languages,
    name_in,
    own_names,
    own_names_in_cldr,
)

one_database = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def test_the_names_of_languages_are_those_of_cldr():
    """After an upgrade of Babel, write what own_names_in_cldr() yields to language_names.tsv."""
    assert own_names() == dict(own_names_in_cldr())


@one_database
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
def test_a_language_is_found_by_its_names_and_its_tag(app, query, locale, first):
    assert find_languages(query, locale=locale)[0].tag == first


@one_database
@pytest.mark.parametrize("query", ["", "  ", "nothing of the kind", "\x00", "x" * 1000])
def test_a_query_that_is_not_a_name_finds_nothing(app, query):
    assert find_languages(query, locale="en") == []


@one_database
def test_a_language_is_named_in_the_language_of_the_reader(app):
    assert [name_in("uk", tag) for tag in ("en", "ru")] == ["Ukrainian", "украинский"]
