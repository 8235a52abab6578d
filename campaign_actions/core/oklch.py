"""Colours as lightness, chroma and hue, in which a colour gets darker without becoming another.

OKLCH by Björn Ottosson (CSS Color 4). What sRGB can not show has less chroma here, never another hue.
"""

from math import atan2, cos, hypot, sin

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
