"""The house theme: every pair of colours that pages use can be read (WCAG 2.2 AA), in light and in dark."""

import re

import pytest

from campaign_actions.core import paths
from campaign_actions.core.content.colour import contrast
from campaign_actions.core.theme import (
    ACCENTS,
    DEFAULT_ACCENT,
    accent_of,
    accent_style_sheet,
    nearest_accent,
    pairs_of,
)

TOKENS = (paths.STATIC / "css" / "tokens.css").read_text()
WORKSPACE = (paths.STATIC / "css" / "staff.css").read_text()
LIGHT, DARK = TOKENS.split("@media print")[0].split(
    "@media screen and (prefers-color-scheme: dark)"
)
ACCENT = ("act", "act-fill", "act-over")  # what each accent has, in both
TEXT, PART = 4.5, 3.0  # 1.4.3 and 1.4.11: words of any size; parts of controls, and focus

# What is written, on what.
WRITTEN = [
    *[("ink", ground) for ground in ("paper", "panel", "wash", "mark", "staff-wash")],
    *[("soft", ground) for ground in ("paper", "panel", "wash", "staff-wash")],
    *[("paper", ground) for ground in ("ink", "ok", "staff")],
    *[("ok", ground) for ground in ("paper", "panel")],
    *[("staff", ground) for ground in ("paper", "panel", "mark", "staff-wash")],
    *[("on-act", ground) for ground in ("act-fill", "act-over")],
    *[("act", ground) for ground in ("paper", "panel")],
]
# What is seen beside what: borders of fields, bars on their tracks, lines under links, rings of focus.
SEEN = [
    *[("edge", ground) for ground in ("paper", "panel", "wash")],
    *[("mark-edge", ground) for ground in ("mark", "paper", "panel")],
    *[("ok", ground) for ground in ("wash", "paper", "panel")],
    *[("staff", ground) for ground in ("rule", "track", "wash")],
    *[("staff-2", ground) for ground in ("paper", "panel")],
    *[("focus", ground) for ground in ("paper", "panel", "wash", "mark", "staff-wash")],
    *[("act", ground) for ground in ("track", "wash")],
    *[("act-fill", ground) for ground in ("paper", "panel")],
]


def colours(css: str, selector: str) -> dict[str, str]:
    """The colours that rules with this selector set, like #b3181c, by their names."""
    found = {}
    for selectors, declarations in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        if selector in map(str.strip, re.sub(r"/\*.*?\*/", "", selectors, flags=re.S).split(",")):
            found |= dict(re.findall(r"--([\w-]+): (#\w+);", declarations))
    return {
        name: re.sub(r"^#(\w)(\w)(\w)$", r"#\1\1\2\2\3\3", code) for name, code in found.items()
    }


def palette(accent: str, scheme: str) -> dict[str, str]:
    """What pages of a campaign with this accent are drawn with."""
    house = colours(LIGHT, ":root") | colours(LIGHT, f".accent-{accent}")
    if scheme == "light":
        return house
    return house | colours(DARK, ":root") | colours(DARK, f".accent-{accent}")


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
def test_contrast_is_what_wcag_says(a, b, ratio):
    assert contrast(a, b) == contrast(b, a) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("accent", ACCENTS)
def test_every_pair_that_pages_use_can_be_read(accent, scheme):
    colour = palette(accent, scheme)
    pairs = [(pair, TEXT) for pair in WRITTEN] + [(pair, PART) for pair in SEEN]

    ratios = {pair: (contrast(colour[pair[0]], colour[pair[1]]), least) for pair, least in pairs}

    assert {pair: found for pair, found in ratios.items() if found[0] < found[1]} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "typed",
    ["#ffcc00", "#00ff00", "#ffffff", "#000000", "#1f6fd6", "#ff00aa", "#0a0a50", "#777777"],
)
def test_every_pair_can_be_read_in_a_colour_of_the_organisation(typed, scheme):
    colour = nearest_accent(typed)
    accent = accent_of(colour, scheme)
    made = {"act": accent.act, "act-fill": accent.fill, "act-over": accent.over}
    house = palette(DEFAULT_ACCENT, scheme) | made
    pairs = [(pair, TEXT) for pair in WRITTEN] + [(pair, PART) for pair in SEEN]

    ratios = {pair: (contrast(house[pair[0]], house[pair[1]]), least) for pair, least in pairs}

    assert all(pair.is_readable for pair in pairs_of(colour))
    assert {pair: found for pair, found in ratios.items() if found[0] < found[1]} == {}


def test_the_style_sheet_of_a_colour_replaces_the_default_accent_in_both_schemes():
    sheet = accent_style_sheet("#1f3f77")

    light, dark = sheet.split("@media screen and (prefers-color-scheme:dark)")
    for part, scheme in ((light, "light"), (dark, "dark")):
        accent = accent_of("#1f3f77", scheme)
        assert f":root,.accent-{DEFAULT_ACCENT}{{--act:{accent.act};" in part
        assert f"--act-fill:{accent.fill};--act-over:{accent.over}}}" in part


def test_each_accent_has_all_its_siblings_in_light_and_dark_and_no_other_has():
    for css in (LIGHT, DARK):
        assert set(re.findall(r"\.accent-([\w-]+)", css)) == set(ACCENTS)
        assert {tuple(colours(css, f".accent-{key}")) for key in ACCENTS} == {ACCENT}


def test_a_page_of_no_campaign_has_the_default_accent():
    for css in (LIGHT, DARK):
        house, accent = (
            colours(css, selector) for selector in (":root", f".accent-{DEFAULT_ACCENT}")
        )
        assert accent.items() <= house.items()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_the_workspace_adds_can_be_read_as_well(scheme):
    """Changed words on their grounds, figures in the cells of a heat map, and rows under the pointer."""
    light, dark = WORKSPACE.split("@media screen and (prefers-color-scheme: dark)", 1)
    colour = palette(DEFAULT_ACCENT, scheme) | colours(light, ".staff")
    if scheme == "dark":
        colour |= colours(dark, ".staff")

    pairs = [("ink", "add"), ("ink", "del"), ("ink", "over"), ("soft", "over")]
    pairs += [("on-low", cell) for cell in ("h1", "h2", "h3")]
    pairs += [("on-high", cell) for cell in ("h5", "h6")]
    ratios = {pair: contrast(colour[pair[0]], colour[pair[1]]) for pair in pairs}

    assert {pair: ratio for pair, ratio in ratios.items() if ratio < TEXT} == {}


@pytest.mark.parametrize("file", ["mail/mail.css", "layout/base.html"])
def test_colours_that_can_not_be_tokens_are_those_of_the_house(file):
    """Mails load no sheet, and the browser colours its own bars before there is one."""
    house = {*palette(DEFAULT_ACCENT, "light").values(), *palette(DEFAULT_ACCENT, "dark").values()}

    used = set(re.findall(r"#[0-9a-f]{6}\b", (paths.TEMPLATES / file).read_text()))

    assert used
    assert used <= house
