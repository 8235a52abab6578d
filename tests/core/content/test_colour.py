"""Colours are read as people type them, and their readable siblings keep the hue."""

import colorsys

import pytest

from campaign_actions.core.content.colour import contrast, darker, nearest_readable, read_colour

TYPED = {
    "#1f3f77": "#1f3f77",
    " 1F3F77 ": "#1f3f77",
    "#abc": "#aabbcc",
    "red": None,
    "#12345": None,
    "#gggggg": None,
    "": None,
    "#1f3f77;}": None,
    "#１f3f77": None,
}
COLOURS = ("#ffcc00", "#00ff00", "#ff00aa", "#9ad0ff", "#e07030", "#123456")


@pytest.mark.parametrize(("text", "colour"), TYPED.items(), ids=range(len(TYPED)))
def test_a_colour_is_read_as_people_type_it(text, colour):
    assert read_colour(text) == colour


@pytest.mark.parametrize("colour", COLOURS)
def test_the_nearest_readable_colour_has_the_contrast_and_about_the_same_hue(colour):
    found = nearest_readable(colour, [("#ffffff", 4.5)])

    assert contrast(found, "#ffffff") >= 4.5
    assert distance(hue(found), hue(colour)) < 0.06


def test_a_readable_colour_stays_as_it_is():
    assert nearest_readable("#1f3f77", [("#ffffff", 4.5)]) == "#1f3f77"


def test_the_nearest_colour_is_not_darker_than_it_must_be():
    found = nearest_readable("#ffcc00", [("#ffffff", 4.5)])

    assert contrast(found, "#ffffff") < 5


def test_contrasts_that_exclude_each_other_give_no_colour():
    assert nearest_readable("#808080", [("#ffffff", 10.0), ("#000000", 10.0)]) is None


@pytest.mark.parametrize("colour", COLOURS)
def test_a_darker_sibling_is_darker(colour):
    assert contrast(darker(colour, 0.15), "#ffffff") > contrast(colour, "#ffffff")


def hue(colour: str) -> float:
    return colorsys.rgb_to_hsv(*(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)))[0]


def distance(one: float, other: float) -> float:
    return min(abs(one - other), 1 - abs(one - other))
