"""Contrast of colours, and the accent of a campaign: which one can be read, and what follows from it.

A colour is text like #b3181c. An accent is chosen for light pages; its siblings for dark ones are
made here: no colour at all is 4.5:1 on white and on the dark paper.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import atan2, cos, hypot, sin

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.core.i18n.formatting import decimal

TIGHT = 1e-4  # how much a channel may be out of sRGB
HALVINGS = 20  # of the chroma, when a colour does not fit


def to_oklch(colour: str) -> tuple[float, float, float]:
    """Lightness from 0 to 1, chroma, and hue in radians of a colour like #b3181c."""
    r, g, b = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    first = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    second = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, hypot(first, second), atan2(second, first)


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """The colour; with the most chroma that fits into sRGB, if that is less."""
    if not _fits(_channels(lightness, chroma, hue)):
        low, high = 0.0, chroma
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (
                (middle, high) if _fits(_channels(lightness, middle, hue)) else (low, middle)
            )
        chroma = low
    channels = (min(1.0, max(0.0, c)) for c in _channels(lightness, chroma, hue))
    return "#" + "".join(f"{round(_encoded(c) * 255):02x}" for c in channels)


def _channels(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Red, green and blue as linear light; outside 0 to 1 where sRGB has no such colour."""
    first, second = chroma * cos(hue), chroma * sin(hue)
    long = (lightness + 0.3963377774 * first + 0.2158037573 * second) ** 3
    medium = (lightness - 0.1055613458 * first - 0.0638541728 * second) ** 3
    short = (lightness - 0.0894841775 * first - 1.2914855480 * second) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _fits(channels: tuple[float, float, float]) -> bool:
    return all(-TIGHT <= channel <= 1 + TIGHT for channel in channels)


def _linear(channel: float) -> float:
    return float(channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4)


def _encoded(channel: float) -> float:
    return float(12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055)


ENOUGH = 4.5  # WCAG 2.2 AA, 1.4.3: words of any size
ENOUGH_FOR_SHAPES = 3.0  # 1.4.11: a bar on its track
HOUSE = "#b3181c"  # --act of site.css: where no other is chosen
WHITE = "#ffffff"  # the words on a button, and panels on light pages
PAPER = "#fbfaf7"  # --paper, --panel and --track of site.css, light and dark
DARK_PAPER, DARK_PANEL, DARK_TRACK = "#14161a", "#1c1f25", "#3a3f48"
HOVER = 0.08  # how much darker a button gets, of the lightness from 0 to 1
STEPS = 500  # of lightness, when a colour is looked for
HEX = re.compile(r"#[0-9a-f]{6}")
HARD_TO_READ = {
    WHITE: _l(
        "Many people could not read the white words on its button: their contrast is"
        " %(ratio)s:1, and at least %(needed)s:1 is needed."
    ),
    PAPER: _l(
        "Many people could not read it on the paper of our pages: its contrast is"
        " %(ratio)s:1, and at least %(needed)s:1 is needed."
    ),
}


@dataclass(frozen=True)
class Accent:
    """The custom properties of site.css that follow from an accent; words on it are white."""

    act: str
    act_fill: str
    act_over: str
    dark_act: str
    dark_act_fill: str
    dark_act_over: str


def is_colour(colour: str) -> bool:
    return HEX.fullmatch(colour) is not None


def contrast_ratio(a: str, b: str) -> float:
    """From 1 (the same) to 21 (black and white), as WCAG 2.2 defines it."""
    darker, lighter = sorted((_luminance(a), _luminance(b)))
    return (lighter + 0.05) / (darker + 0.05)


def accent_faults(colour: str) -> list[str]:
    """Why a colour can not be an accent, in sentences; none: it can."""
    if not is_colour(colour):
        words = _(
            "Write the colour as # and six digits from 0 to 9 and a to f, like %(colour)s.",
            colour=HOUSE,
        )
        return [words]
    ratios = {ground: contrast_ratio(colour, ground) for ground in HARD_TO_READ}
    return [
        str(HARD_TO_READ[ground]) % {"ratio": _shown(ratio), "needed": decimal(ENOUGH)}
        for ground, ratio in ratios.items()
        if ratio < ENOUGH
    ]


def is_accent(colour: str) -> bool:
    """Whether a colour can be an accent."""
    return is_colour(colour) and _reads_on(WHITE, PAPER)(colour)


def nearest_accent(colour: str) -> str:
    """The colour itself if it can be an accent, else the lightest darker one of its hue that can."""
    return _first(_shades(colour, to=0), _reads_on(WHITE, PAPER))


@lru_cache(maxsize=256)
def accent_of(colour: str) -> Accent:
    """What follows from a colour that can be an accent, for light pages and for dark ones."""

    def reads_on_dark(shade: str) -> bool:
        bar = contrast_ratio(shade, DARK_TRACK) >= ENOUGH_FOR_SHAPES
        return bar and _reads_on(DARK_PAPER, DARK_PANEL)(shade)

    dark_fill = _last(_shades(colour, to=1), _reads_on(WHITE))
    return Accent(
        act=colour,
        act_fill=colour,
        act_over=_darker(colour),
        dark_act=_first(_shades(colour, to=1), reads_on_dark),
        dark_act_fill=dark_fill,
        dark_act_over=_darker(dark_fill),
    )


def _luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _reads_on(*grounds: str) -> Callable[[str], bool]:
    return lambda colour: all(contrast_ratio(colour, ground) >= ENOUGH for ground in grounds)


def _shades(colour: str, *, to: float) -> Iterable[str]:
    """The colour, then ever darker (`to` 0) or lighter (1) ones of its hue."""
    yield colour
    lightness, chroma, hue = to_oklch(colour)
    for step in range(1, STEPS + 1):
        yield from_oklch(lightness + (to - lightness) * step / STEPS, chroma, hue)


def _first(shades: Iterable[str], is_right: Callable[[str], bool]) -> str:
    return next(filter(is_right, shades))


def _last(shades: Iterable[str], is_right: Callable[[str], bool]) -> str:
    """The last one before the first that is not right."""
    found = ""
    for shade in shades:
        if not is_right(shade):
            break
        found = shade
    return found


def _darker(colour: str) -> str:
    lightness, chroma, hue = to_oklch(colour)
    return from_oklch(max(0.0, lightness - HOVER), chroma, hue)


def _shown(ratio: float) -> str:
    """Rounded down, so that no ratio that is too low looks like enough."""
    return decimal(int(ratio * 10) / 10)
