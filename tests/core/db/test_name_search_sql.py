"""Both databases find the names that the pattern finds."""

import re

import pytest
from sqlalchemy import String, bindparam, literal, null, select

from campaign_actions.core.db.name_search import name_pattern
from campaign_actions.core.db.name_search_sql import either_contains
from campaign_actions.core.db.session import db

WORDS = (
    "Ivanova",
    "Иванова",
    "إيفانوفا",
    "Hasan",
    "حسن",
    "Moshe",
    "משה",
    "Хачатурян",
    "Ольга",
    "O'Brien",
)
NAMES = (
    *("Иванова", "Ivanova", "IVANOVA", "إيفانوفا", "Hasan", "حسن", "משה", "Moshe", "Խաչատուրյան"),
    *("Ольга", "Ol'ga", "Petrova", "O’Brien", "Anna حسن"),
)


def is_found(given, family, word):
    names = (literal(name, String) if name else null() for name in (given, family))
    return bool(db.session.scalar(select(either_contains(*names, word))))


@pytest.mark.parametrize("word", WORDS)
def test_a_given_or_family_name_is_found_by_the_pattern_of_the_word(app, word):
    expected = [name for name in NAMES if re.search(name_pattern(word), name)]

    assert [name for name in NAMES if is_found(name, "Zz", word)] == expected
    assert [name for name in NAMES if is_found("Zz", name, word)] == expected


def test_a_word_is_not_found_across_the_two_names(app):
    assert not is_found("Iva", "nova", "Ivanova")


def test_a_person_without_one_of_the_names_is_found(app):
    assert is_found("Ada", None, "ada")
    assert is_found(None, "Ada", "ada")
    assert not is_found(None, None, "ada")


def test_sqlite_gets_the_word_for_each_row_and_not_a_long_pattern(app):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL compiles a pattern once for a statement")
    condition = either_contains(bindparam("given", "a"), bindparam("family", "b"), "Никто")

    compiled = condition.compile(db.engine)

    passed = [value for name, value in compiled.params.items() if f"{name}" in compiled.positiontup]
    assert passed == ["Никто", "a", "", "b", ""]
