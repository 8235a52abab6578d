"""Lists and labels are in the language of the page."""

import pytest
from flask import g

from campaign_actions.core.i18n.list_format import (
    join_list,
    join_with_commas,
    join_with_semicolons,
    label_value,
)

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
NAMES = ["Русский", "English", "العربية"]


@pytest.mark.parametrize(
    ("locale", "words"),
    [("en", "a, b and c"), ("ru", "a, b и c"), ("fr", "a, b et c"), ("es", "a, b y c")],
)
def test_the_last_two_items_are_joined_as_in_the_language(app, locale, words):
    with app.test_request_context("/"):
        g.locale = locale
        assert join_list(["a", "b", "c"]) == words
        assert join_list(["a"]) == "a"
        assert join_list([]) == ""


@pytest.mark.parametrize(
    ("items", "words"),
    [
        (["ruso", "inglés"], "ruso e inglés"),
        (["agua", "hielo"], "agua y hielo"),
        (["padre", "hijo"], "padre e hijo"),
        (["ruso", "árabe", "Italia"], "ruso, árabe e Italia"),
        (["Pan y vino", "Iglesia"], "Pan y vino e Iglesia"),
    ],
)
def test_spanish_writes_e_before_an_i_sound(app, items, words):
    with app.test_request_context("/"):
        g.locale = "es"
        assert join_list(items) == words


@pytest.mark.parametrize("make", [join_list, join_with_commas, join_with_semicolons])
def test_items_keep_their_direction_and_the_list_that_of_the_page(app, make):
    with app.test_request_context("/"):
        g.locale = "en"
        text = make(NAMES)

    assert text.startswith("Русский")
    assert "\u2067العربية\u2069" in text
    assert text.count("\u2069") == 1


def test_labels_and_separators_are_messages(app):
    with app.test_request_context("/"):
        g.locale = "en"
        assert label_value("Goal", 500) == "Goal: 500"
        assert join_with_commas(["a", "b", "c"]) == "a, b, c"
        assert join_with_semicolons([label_value("a", 1), label_value("b", 2)]) == "a: 1; b: 2"
