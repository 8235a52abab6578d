"""The house theme: the accents that a campaign can choose from, and accents made from one colour.

The colours are in static/css/tokens.css, with classes like `accent-violet` for the accents;
tests/core/test_theme.py checks the contrast of every pair that pages use. The default accent is the
organisation's own colour, if an administrator has chosen one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from flask_babel import lazy_gettext as _l

from campaign_actions.core import paths
from campaign_actions.core.content.colour import contrast, darker, nearest_readable

DEFAULT_ACCENT = "red"
ACCENTS = {
    # Translators: the colour of the button and the meter of a campaign: that of the organisation
    "red": _l("House colour"),
    # Translators: the colour of the button and the meter of a campaign
    "brown": _l("Brown"),
    "olive": _l("Olive"),
    # Translators: a dark green-blue
    "teal": _l("Teal"),
    "blue": _l("Blue"),
    "violet": _l("Violet"),
    # Translators: a dark red-violet, like the fruit
    "plum": _l("Plum"),
}
TEXT, PART = 4.5, 3.0  # WCAG 2.2: least contrast of text, and of parts of controls
DARK_ACT = 7.0  # of lines and meters on a dark page
OVER_SHARE = 0.15  # how much darker a button is under the pointer
Scheme = Literal["light", "dark"]
WHITE = "#ffffff"
_DARK_RULES = re.compile(r"@media (?:screen and )?\(prefers-color-scheme: ?dark\)")
_BOTH_SCHEMES = re.compile(r"""(?<=color-scheme)(: ?|" content=")light dark""")


@dataclass(frozen=True)
class Accent:
    """An accent in one scheme: `act` for meters and lines, `fill` for buttons, `over` under the pointer."""

    act: str
    fill: str
    over: str


@dataclass(frozen=True)
class Pair:
    """Two colours that must be told apart. `name`: "button" or "paper"."""

    name: str
    colour: str
    ground: str
    least: float = TEXT

    @property
    def ratio(self) -> float:
        return contrast(self.colour, self.ground)

    @property
    def is_readable(self) -> bool:
        return self.ratio >= self.least


def house_accent(scheme: Scheme, key: str = DEFAULT_ACCENT) -> Accent:
    """An accent of the style sheet."""
    found = house_colours(scheme)[f".accent-{key}"]
    return Accent(found["act"], found["act-fill"], found["act-over"])


@lru_cache(maxsize=256)
def accent_of(colour: str, scheme: Scheme) -> Accent:
    """An accent made from a colour that passes `pairs_of()`; in the dark scheme lighter siblings."""
    if scheme == "light":
        return Accent(colour, colour, darker(colour, OVER_SHARE))
    grounds = house_colours("dark")[":root"]
    paper, panel = grounds["paper"], grounds["panel"]
    act = [(paper, DARK_ACT), (panel, TEXT), (grounds["track"], PART), (grounds["wash"], PART)]
    fill = nearest_readable(colour, [(WHITE, TEXT), (paper, PART), (panel, PART)]) or colour
    return Accent(nearest_readable(colour, act) or WHITE, fill, darker(fill, OVER_SHARE))


def pairs_of(colour: str) -> list[Pair]:
    """The pairs that a colour must pass on a light page. The dark scheme is made so that it passes."""
    paper = house_colours("light")[":root"]["paper"]
    return [Pair("button", WHITE, colour), Pair("paper", colour, paper)]


def nearest_accent(colour: str) -> str:
    """The nearest colour that passes, as people would choose it: the same hue, darker."""
    paper = house_colours("light")[":root"]["paper"]
    return nearest_readable(colour, [(WHITE, TEXT), (paper, TEXT)]) or "#000000"


@lru_cache(maxsize=256)
def accent_style_sheet(colour: str) -> str:
    """The style sheet that makes a colour the default accent."""

    def rule(scheme: Scheme) -> str:
        accent = accent_of(colour, scheme)
        return (
            f":root,.accent-{DEFAULT_ACCENT}"
            f"{{--act:{accent.act};--act-fill:{accent.fill};--act-over:{accent.over}}}"
        )

    dark = f"@media screen and (prefers-color-scheme:dark){{{rule('dark')}}}"
    return rule("light") + dark


def in_scheme(text: str, scheme: Scheme) -> str:
    """A style sheet, or an email with its own, as browsers of people who prefer a scheme apply it."""
    text = _DARK_RULES.sub("@media screen" if scheme == "dark" else "@media not all", text)
    return _BOTH_SCHEMES.sub(rf"\g<1>{scheme}", text)


@cache
def house_colours(scheme: Scheme) -> Mapping[str, Mapping[str, str]]:
    """The colours in tokens.css by selector and name, like #b3181c."""
    sheet = (paths.STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    light, dark = sheet.split("@media print")[0].split("@media screen", 1)
    found = _rules(light)
    for selector, colours in _rules(dark.partition("{")[2]).items() if scheme == "dark" else ():
        found[selector] = found.get(selector, {}) | colours
    return found


def _rules(sheet: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for selectors, body in re.findall(r"([^{}/]+)\{([^}]*)\}", sheet):
        values = dict(re.findall(r"--([\w-]+): (#[0-9a-f]+);", body))
        for selector in selectors.split(","):
            found.setdefault(selector.strip(), {}).update(values)
    return found
