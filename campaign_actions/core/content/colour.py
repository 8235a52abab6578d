"""Colours as #rrggbb: contrast as WCAG 2.2 defines it, and lighter or darker siblings of a colour."""

import re
from collections.abc import Iterable
from typing import NamedTuple

HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})", re.ASCII)
STEPS = 200  # of lightness, from black to white


class Oklab(NamedTuple):
    """A colour by how it looks: equal steps of lightness look equal. https://bottosson.github.io/posts/oklab/"""

    lightness: float  # 0 to 1
    a: float
    b: float


def read_colour(text: str) -> str | None:
    """A colour as #rrggbb, from any common way of typing it; None if it is not one."""
    found = HEX.fullmatch(text.strip().lower())
    if not found:
        return None
    digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
    return f"#{digits}"


def contrast(a: str, b: str) -> float:
    """From 1 (the same) to 21 (black and white)."""
    darker, lighter = sorted((_luminance(a), _luminance(b)))
    return (lighter + 0.05) / (darker + 0.05)


def darker(colour: str, share: float) -> str:
    """The colour with its lightness reduced by a share, such as 0.15."""
    return _at_lightness(colour, _to_oklab(colour).lightness * (1 - share))


def nearest_readable(colour: str, demands: Iterable[tuple[str, float]]) -> str | None:
    """The colour of the same hue and nearest lightness that has the contrasts asked for.

    `demands`: pairs of another colour and the least contrast with it. None: there is no such colour.
    """
    wanted, own = list(demands), _to_oklab(colour).lightness
    if _meets(colour, wanted):
        return colour
    steps = sorted(range(STEPS + 1), key=lambda step: abs(step / STEPS - own))
    siblings = (_at_lightness(colour, step / STEPS) for step in steps)
    return next((sibling for sibling in siblings if _meets(sibling, wanted)), None)


def _meets(colour: str, demands: Iterable[tuple[str, float]]) -> bool:
    return all(contrast(colour, other) >= least for other, least in demands)


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> list[float]:
    """Red, green and blue of 0 to 1 in linear light."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def _to_oklab(colour: str) -> Oklab:
    r, g, b = _linear(colour)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return Oklab(
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _at_lightness(colour: str, lightness: float) -> str:
    """The same hue at another lightness, as strong as screens can show it there."""
    own = _to_oklab(colour)
    strength = 1.0
    while strength > 0.02:
        channels = _from_oklab(Oklab(lightness, own.a * strength, own.b * strength))
        if all(-0.001 <= channel <= 1.001 for channel in channels):
            return _to_hex(channels)
        strength -= 0.02
    return _to_hex(_from_oklab(Oklab(lightness, 0, 0)))


def _from_oklab(colour: Oklab) -> list[float]:
    """Red, green and blue in linear light; outside 0 to 1 if screens cannot show it."""
    long = (colour.lightness + 0.3963377774 * colour.a + 0.2158037573 * colour.b) ** 3
    medium = (colour.lightness - 0.1055613458 * colour.a - 0.0638541728 * colour.b) ** 3
    short = (colour.lightness - 0.0894841775 * colour.a - 1.2914855480 * colour.b) ** 3
    return [
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    ]


def _to_hex(channels: Iterable[float]) -> str:
    inside = (min(1.0, max(0.0, channel)) for channel in channels)
    encoded = (12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in inside)
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in encoded)
