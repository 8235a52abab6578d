"""Draws SVG as PNG with the fonts of the house, and measures text as it will be drawn."""

import unicodedata
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

import resvg_py
from markupsafe import escape
from PIL import Image, ImageFont

FAMILY = "Rubik"
FONTS = (600, 800)  # weights; tests/support/share_fonts.py makes the files
MEASURED_SIZE = 50  # pixels
COLOURS = 256  # of a picture: it is three times smaller, and messengers ignore large ones
UNKNOWN = "\U0010ffff"  # in no font


class DrawingFailed(Exception):
    """The renderer refused the SVG. The argument is the kind of its error."""


def font_file(weight: int) -> Path:
    return Path(__file__).parent / "fonts" / f"rubik-{weight}.ttf"


def draw(svg: str) -> bytes:
    """The SVG as PNG. Raises DrawingFailed."""
    image = Image.open(BytesIO(_render(svg))).convert("RGB")
    target = BytesIO()
    image.quantize(COLOURS).save(target, "PNG", optimize=True)
    return target.getvalue()


def has_letters_of(text: str) -> bool:
    """Whether the fonts have every letter and digit of a text."""
    return all(_is_drawn(character) for character in set(text) if character.isalnum())


def without_unknown(text: str) -> str:
    """The text without the symbols that the fonts do not have, such as emoji."""
    kept = (
        c for c in text if unicodedata.category(c) not in {"So", "Sk", "Cs", "Co"} or _is_drawn(c)
    )
    return " ".join("".join(kept).split())


@lru_cache(maxsize=256)
def widths(words: tuple[str, ...], weight: int) -> tuple[float, ...]:
    """The width of each word, as a multiple of the font size. Raises DrawingFailed."""
    row, width = 2 * MEASURED_SIZE, MEASURED_SIZE * (2 + max(map(len, words), default=0))
    lines = "".join(
        f'<text x="{MEASURED_SIZE}" y="{row * index + 1.5 * MEASURED_SIZE}">{escape(word)}</text>'
        for index, word in enumerate(words)
    )
    height = row * max(1, len(words))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' font-family="{FAMILY}" font-size="{MEASURED_SIZE}" font-weight="{weight}">{lines}</svg>'
    )
    drawn = Image.open(BytesIO(_render(svg))).getchannel("A")
    return tuple(
        _ink_width(drawn.crop((0, row * index, width, row * (index + 1)))) / MEASURED_SIZE
        for index in range(len(words))
    )


@cache
def _is_drawn(character: str) -> bool:
    return _mask(character) != _mask(UNKNOWN)


def _mask(character: str) -> bytes:
    return bytes(_measuring_font().getmask(character))


@cache
def _measuring_font() -> ImageFont.FreeTypeFont:
    file = font_file(FONTS[0])
    return ImageFont.truetype(file, MEASURED_SIZE, layout_engine=ImageFont.Layout.BASIC)


def _ink_width(image: Image.Image) -> int:
    box = image.getbbox()
    return box[2] - box[0] if box else 0


def _render(svg: str) -> bytes:
    files = [str(font_file(weight)) for weight in FONTS]
    try:
        return resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=files)
    except BaseException as error:  # a panic of the library is not an Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise DrawingFailed(type(error).__name__) from error
