"""A name is found whatever the script it was typed in."""

import re

import pytest

from campaign_actions.core.db.name_search import name_pattern


def is_found(word: str, name: str) -> bool:
    return re.search(name_pattern(word), name) is not None


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("Ivanova", "Иванова"),
        ("Иванова", "IVANOVA"),
        ("Ivanova", "إيفانوفا"),
        ("إيفانوفا", "Ivanova"),
        ("елена", "يلينا"),
        ("Мария", "Mariya"),
        ("Maria", "Мария"),
        ("Fyodor", "Фёдор"),
        ("Дмитрий", "Dmitry"),
        ("Щукин", "Shchukin"),
        ("Olga", "Ольга"),
        ("Ольга", "Ol'ga"),
        ("Anna", "Ана"),
        ("Хачатурян", "Խաչատուրյան"),
        ("Khachaturyan", "Хачатурян"),
        ("Giorgi", "გიორგი"),
        ("Sokrates", "Σωκράτης"),
        ("Tchaikovsky", "Чайковский"),
        ("Mueller", "Müller"),
        ("Sisko", "Šiško"),
        ("Julia", "Юлия"),
        ("Philip", "Филипп"),
    ],
)
def test_a_name_is_found_in_another_script(word, name):
    assert is_found(word, name)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("Ivanova", "Петрова"),
        ("Ivanova", "Ivanka"),
        ("Olga", "Helga"),
        ("Ben", "Pin"),
        ("Иванова", "Ivan"),
    ],
)
def test_another_name_is_not_found(word, name):
    assert not is_found(word, name)


@pytest.mark.timeout(5)
@pytest.mark.parametrize("word", ["iai" * 30, "ieyo" * 30, "shch" * 30, "’" * 100])
def test_a_name_made_to_be_slow_is_not(word):
    names = [letters * 100 for letters in ("i", "ie", "io", "sh", "ий")]

    found = [name for name in names if is_found(word, name)]

    assert found == ([names[1], names[2]] if word.startswith("ieyo") else [])
