"""The pictures of the demo, drawn as linocuts: four inks, hatching for shadow. They show nobody who lives.

A portrait is 400 by 500, with the light from the left; a scene is 600 by 400.
"""

from collections.abc import Callable
from dataclasses import dataclass

INK, PAPER, LIP = "#2b1420", "#f6e6d9", "#a9544a"
FACE = (
    "M126 206C122 138 150 104 200 104s78 34 74 102c-2 44-20 88-46 113-14 14-42 14-56 0"
    "-26-25-43-69-46-113z"
)


@dataclass(frozen=True)
class Sitter:
    """An invented person: what differs from one face to the next, as SVG."""

    ground: str  # colours
    cloth: str
    behind: str  # hair behind the face
    hair: str
    marks: str = ""  # glasses, lines, earrings
    lip: str = LIP


def _path(data: str, fill: str = INK) -> str:
    return f'<path fill="{fill}" d="{data}"/>'


def _line(data: str, width: float = 2, colour: str = INK) -> str:
    return (
        f'<path fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round"'
        f' stroke-linejoin="round" d="{data}"/>'
    )


def _circle(x: float, y: float, radius: float, fill: str) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{fill}"/>'


ZARINA = Sitter(
    ground="#e3a58a",
    cloth="#8d2f3f",
    behind=_path(
        "M200 62c-66-3-104 40-102 116 1 44 8 92 26 122 12 20 26 34 44 44h66c20-12 34-28 44-48"
        " 16-32 24-76 24-118 0-76-36-119-102-116z"
    ),
    hair=_path(
        "M200 62c-62 0-98 40-97 112 0 26 4 50 12 70 3-34 12-58 30-82 14-18 40-30 50-50 8 22 34 34"
        " 52 52 20 22 28 48 32 80 9-20 13-44 13-70 1-72-30-112-92-112z"
    )
    + _line(
        "M196 72c-2 12-2 26-1 38M180 74c-40 14-62 48-64 96M166 84c-28 18-42 44-44 72M218 73c42 14"
        " 62 50 64 98M236 84c26 20 38 44 40 70M186 76c-20 18-36 36-52 66M210 75c22 18 38 38 52 66",
        2,
        "#e3a58a",
    ),
    marks=_circle(116, 262, 5, PAPER) + _circle(284, 262, 5, PAPER),
)
VERA = Sitter(
    ground="#a7b9a4",
    cloth="#3f5870",
    behind=_circle(200, 74, 40, INK)
    + _path("M200 84c-60-2-94 34-92 104 2 30 6 54 14 74h156c8-20 12-44 14-74 2-70-32-106-92-104z"),
    hair=_path(
        "M200 84c-58 0-90 36-88 96 1 20 4 36 8 50 2-34 10-62 30-84 16-10 32-14 50-14s36 4 52 14c18"
        " 22 26 50 28 84 5-14 8-30 8-50 2-60-30-96-88-96z",
        "#d9cfc4",
    )
    + _line(
        "M200 86c-4 14-6 30-4 46M176 90c-34 16-50 46-54 84M224 90c36 16 50 46 54 84M160 98c-22 18"
        "-32 38-36 62M240 98c22 18 32 38 36 62M188 87c-10 14-22 30-28 52M212 87c12 14 22 30 28 52"
        "M172 62c10-14 46-14 56 0M168 76c12-16 52-16 64 0"
    ),
    marks=_line(
        "M138 222a27 24 0 1 0 54 0a27 24 0 1 0-54 0zM208 222a27 24 0 1 0 54 0a27 24 0 1 0-54 0z", 4
    )
    + _line("M192 218c5-5 11-5 16 0M138 216l-16-6M262 216l16-6", 4)
    + _line(
        "M160 262c-6 8-8 16-6 26M240 262c6 8 8 16 6 26M168 132c20-6 44-6 64 0M174 146c16-4 36-4 52 0",
        1.8,
    ),
    lip="#9a5f57",
)
ILYAS = Sitter(
    ground="#dcb668",
    cloth="#2f5b50",
    behind=_path("M200 74c-56-2-86 32-84 92 0 22 4 40 8 54h152c4-14 8-32 8-54 2-60-28-94-84-92z"),
    hair=_path(
        "M200 70c-54 0-88 34-84 96 1 20 5 36 10 50 2-30 6-52 16-66 26 4 74 0 108-16 16 20 24 48 26"
        " 82 6-14 8-30 9-50 4-62-31-96-85-96z"
    )
    + _line(
        "M150 92c-14 12-22 28-24 48M176 82c-22 10-34 26-40 48"
        "M206 80c-24 10-40 26-46 50M238 88c-20 10-38 26-48 44M258 102c-14 6-30 16-40 28",
        2,
        "#dcb668",
    ),
    marks=_path(
        "M132 248c10 2 20 10 28 24 6 8 12 12 18 12 8-6 36-6 44 0 6 0 12-4 18-12 8-14 18-22 28-24-2 40"
        "-18 66-40 82-14 12-42 12-56 0-22-16-38-42-40-82z"
    )
    + _path("M176 294c16-5 32-5 48 0-6 8-14 12-24 12s-18-4-24-12z", LIP)
    + _line(
        "M150 286c2 12 8 22 16 30M250 286c-2 12-8 22-16 30M184 318c4 8 8 12 10 16M216 318c-4 8-8 12-10 16",
        1.8,
        "#dcb668",
    ),
)


def portrait(sitter: Sitter) -> str:
    lines = "".join(f"M0 {y}h400" for y in range(12, 430, 14))
    stripes = f'<g opacity=".75">{_line(lines, 2, PAPER)}</g>'
    return _svg(400, 500, sitter.ground, stripes + _bust(sitter))


def together(*sitters: Sitter) -> str:
    """Three people, the first in front."""
    front, left, right = sitters
    ground = front.ground
    lines = "".join(f"M0 {y}h600" for y in range(10, 400, 14))
    people = (
        _placed(left, 10, 66, 0.72) + _placed(right, 302, 60, 0.72) + _placed(front, 130, 22, 0.84)
    )
    return _svg(600, 400, ground, f'<g opacity=".6">{_line(lines, 2, PAPER)}</g>{people}')


def windows() -> str:
    """A house at night, with someone in the only lit window."""
    parts = [_path("M0 0h600v400h-600z", INK), _path("M60 40h480v360h-480z", "#3f5870")]
    parts.append('<path fill="url(#h)" d="M420 40h120v360h-120z"/>')
    for row in range(3):
        for column in range(5):
            x, y = 92 + 90 * column, 72 + 108 * row
            is_lit = (row, column) == (1, 2)
            parts.append(_path(f"M{x} {y}h56v72h-56z", "#f2c14e" if is_lit else INK))
            if is_lit:
                parts.append(_circle(x + 28, y + 32, 11, INK))
                parts.append(_path(f"M{x + 8} {y + 72}c0-20 8-28 20-28s20 8 20 28z"))
            else:
                parts.append(_line(f"M{x + 28} {y}v72M{x} {y + 30}h56", 3, "#5d7890"))
            parts.append(_line(f"M{x - 6} {y + 78}h68", 5, PAPER))
    parts.append(_line("M60 40h480", 6, PAPER))
    return _svg(600, 400, INK, "".join(parts))


DRAWINGS: dict[str, Callable[[], str]] = {  # by campaign or action; any other shows the crowd
    "racism": lambda: together(ILYAS, ZARINA, VERA),
    "racism/hate-crimes": lambda: portrait(ZARINA),
    "racism/speak-up": lambda: portrait(ILYAS),
    "violence-against-women": windows,
    "violence-against-women/protection-law": lambda: portrait(VERA),
}


def _placed(sitter: Sitter, x: int, y: int, scale: float) -> str:
    return f'<g transform="translate({x} {y}) scale({scale})">{_bust(sitter)}</g>'


def _bust(sitter: Sitter) -> str:
    """Head and shoulders, from the back to the front."""
    neck = "M160 292l-2 70c-8 22-40 32-64 40l52 56 54 16 54-16 54-56c-26-8-58-20-66-42l-2-68z"
    shade = (
        "M160 306c16 22 28 32 46 34 16-2 28-14 36-30l2 52c6 20 34 30 64 40l-60 38c-18-22-34-52-44-80"
        "-20-8-36-28-44-54z"
    )
    return "".join(
        (
            sitter.behind,
            _path(neck, PAPER),
            f'<path fill="url(#h)" d="{shade}"/>',
            _path(FACE, PAPER),
            _shadows(),
            sitter.hair,
            _features(sitter),
            sitter.marks,
            _clothes(sitter),
        )
    )


def _shadows() -> str:
    fine = (
        "M236 100c-6 40-2 62-18 96 10 6 10 40 14 58 4 14 0 20-8 22 10 8 12 18 2 26-8 8-10 22-8 40"
        "l60-30V100z",
        "M120 196c8 46 22 84 42 110l-42 10z",
        "M146 202c12-7 30-7 42 1l2-12c-14-8-34-7-46 2z",
    )
    deep = "M262 120c4 60-2 112-22 152-8 18-16 34-20 62l60-20V120z"
    drawn = "".join(f'<path fill="url(#f)" d="{data}"/>' for data in fine)
    return f'<g clip-path="url(#c)">{drawn}<path fill="url(#h)" d="{deep}"/></g>'


def _features(sitter: Sitter) -> str:
    brows = "M140 202c10-13 30-16 48-7l-1 7c-16-5-32-5-46 2zM212 195c17-9 37-6 47 7l-1 2c-14-7-29-7-45-2z"
    eyes = "M147 218c9-10 26-11 37 1-9 7-27 8-37-1zM216 219c11-12 28-11 37-1-10 9-28 8-37 1z"
    lids = "M144 220c9-10 29-12 42 0M214 220c13-12 32-10 41 0"
    nose = (
        "M214 226c3 14 6 24 7 31M180 262c4 6 11 3 19 7 8-3 17-1 22-8M181 252c-3 4-3 7-1 10M222 254"
        "c2 3 2 6-1 8"
    )
    mouth = "M172 293c9-4 19-8 28-4 10-4 19 0 28 4-8 10-18 14-28 14s-20-4-28-14z"
    return "".join(
        (
            _path(brows),
            _path(eyes, "#fff8f0"),
            _circle(166, 217.5, 7.6, INK) + _circle(235, 217.5, 7.6, INK),
            _circle(163.5, 216, 1.6, "#fff8f0") + _circle(232.5, 216, 1.6, "#fff8f0"),
            _line(lids, 4),
            _line("M150 208c10-7 22-8 33-2M217 206c11-6 23-5 33 2", 1.5),
            _line(nose, 2.6),
            _path(mouth, sitter.lip),
            _line("M169 292c11 2 21 0 31 2 10-2 21 0 32-2", 3),
        )
    )


def _clothes(sitter: Sitter) -> str:
    body = "M0 500v-40c26-36 70-50 108-62 18 34 54 56 92 58 40-2 76-24 94-58 38 12 80 26 106 62v40z"
    sleeves = "M0 500v-28c20-30 56-48 88-56l46 84zM400 500v-28c-20-30-56-48-90-56l-48 84z"
    return (
        _path(body, sitter.cloth)
        + _path(sleeves)
        + _line(
            "M106 400c18 27 54 47 94 49 42-2 78-22 96-49M112 414c20 32 52 52 88 54 38-2 72-22 92-54",
            4,
        )
        + _line("M88 416l46 84M310 416l-48 84", 2, PAPER)
    )


def _svg(width: int, height: int, ground: str, drawn: str) -> str:
    def hatching(name: str, step: int, stroke: float) -> str:
        return (
            f'<pattern id="{name}" width="8" height="{step}" patternUnits="userSpaceOnUse"'
            f' patternTransform="rotate(-24)"><path d="M0 1.2h8" stroke="{INK}"'
            f' stroke-width="{stroke}"/></pattern>'
        )

    shared = (
        f'{hatching("h", 5, 2.3)}{hatching("f", 7, 1.15)}<clipPath id="c">{_path(FACE)}</clipPath>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><defs>{shared}</defs>'
        f'<rect width="{width}" height="{height}" fill="{ground}"/>{drawn}</svg>'
    )
