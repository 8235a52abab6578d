"""Contrast as WCAG defines it, and accents that can be read wherever they are used."""

import re

import pytest

from campaign_actions.core import paths
from campaign_actions.core.content import color
from campaign_actions.core.content.color import (
    accent_faults,
    accent_of,
    contrast_ratio,
    from_oklch,
    is_accent,
    nearest_accent,
    to_oklch,
)

LIGHT = ["#ffff00", "#ff7d70", "#00ff00", "#ffffff", "#f5c400", "#8899aa", "#00bcd4", "#ff00ff"]
EVERY = [
    f"#{r:02x}{g:02x}{b:02x}"
    for r in range(0, 256, 51)
    for g in range(0, 256, 51)
    for b in range(0, 256, 51)
]


@pytest.mark.parametrize(
    ("a", "b", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#ffff00", 8.0),
    ],
)
def test_the_contrast_ratio_is_that_of_wcag(a, b, ratio):
    assert contrast_ratio(a, b) == contrast_ratio(b, a) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("colour", ["", "red", "#fff", "b3181c", "#B3181C", "#b3181c ", "#b3181g"])
def test_an_invalid_colour_is_not_an_accent(app, colour):
    assert len(accent_faults(colour)) == 1
    assert not is_accent(colour)


@pytest.mark.parametrize("colour", LIGHT)
def test_a_light_colour_is_rejected_with_its_contrast_and_a_similar_one_that_passes(app, colour):
    faults = accent_faults(colour)
    near = nearest_accent(colour)

    assert "4.5:1" in faults[0]
    assert accent_faults(near) == []
    assert 4.5 <= contrast_ratio(near, color.PAPER) < 4.7, "no darker than it must be"


def test_a_contrast_just_below_the_minimum_is_not_rounded_up_to_it(app):
    assert "4.4:1" in accent_faults("#777777")[0]


def test_the_similar_colour_has_the_same_hue():
    near = nearest_accent("#00bcd4")

    assert to_oklch(near)[2] == pytest.approx(to_oklch("#00bcd4")[2], abs=0.05)


@pytest.mark.parametrize("colour", EVERY)
def test_a_colour_survives_the_conversion_to_oklch_and_back(colour):
    assert from_oklch(*to_oklch(colour)) == colour


@pytest.mark.parametrize("colour", EVERY)
def test_all_colours_that_follow_from_any_accent_are_readable(colour):
    accent = accent_of(nearest_accent(colour))

    for fill in (accent.act_fill, accent.act_over, accent.dark_act_fill, accent.dark_act_over):
        assert contrast_ratio(fill, color.WHITE) >= 4.5, "words on a button"
    assert contrast_ratio(accent.act, color.PAPER) >= 4.5
    for ground in (color.DARK_PAPER, color.DARK_PANEL):
        assert contrast_ratio(accent.dark_act, ground) >= 4.5
        assert contrast_ratio(accent.dark_act_fill, ground) >= 3, "a button is seen on a dark page"
    assert contrast_ratio(accent.act, "#e2ddd0") >= 3, "a bar is seen on its track"
    assert contrast_ratio(accent.dark_act, color.DARK_TRACK) >= 3


def test_the_background_colours_are_those_of_the_style_sheet():
    css = (paths.STATIC / "site.css").read_text()
    light, dark = re.findall(r"--paper: (#\w+);\s+--panel: (#\w+);.*?--track: (#\w+);", css, re.S)

    assert re.search(r"--act: (#\w+);", css)[1] == color.HOUSE
    assert light == (color.PAPER, "#fff", "#e2ddd0")
    assert dark == (color.DARK_PAPER, color.DARK_PANEL, color.DARK_TRACK)
