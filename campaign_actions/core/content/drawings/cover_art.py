"""Cover art for campaigns without a photograph: a crowd of heads, generated from the slug.

The same slug always gives the same picture, in one of six tones. Colours are custom properties of the
style sheet, so that it suits light and dark pages. It is decoration.
"""

from collections.abc import Iterator
from functools import lru_cache

from flask import Flask
from markupsafe import Markup

WIDTH, HEIGHT = 1200, 600
TONES = 6
RADII = (75, 100, 120)
SOLID, OPEN, SPOT, RINGED, RINGED_SPOT = "soprq"
FACES = SOLID * 2 + OPEN * 2 + RINGED * 3 + RINGED_SPOT * 2 + SPOT

Motif = list[list[str]]


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(crowd=crowd)


@lru_cache(maxsize=256)
def crowd(slug: str) -> Markup:
    """The picture as SVG; its ids differ from those of every other slug's picture."""
    random = _Random(slug)
    tone = random.draw(TONES) + 1
    radius = RADII[random.draw(len(RADII))]
    pitch = (radius // 2, radius * 2 // 3)[random.draw(2)]
    motif, is_mirrored = _motif(random)
    heads = "".join(
        f'<use href="#{random.name}-{face}" x="{x}" y="{y}"/>'
        for x, y, face in _heads(slug, radius, pitch, motif, is_mirrored)
    )
    return Markup(  # noqa: S704 - made of numbers and letters of our own
        f'<svg class="pattern tone-{tone}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' preserveAspectRatio="xMidYMax slice" aria-hidden="true" focusable="false">'
        f"<defs>{_faces(random.name, radius)}</defs>"
        f'<rect class="pg" width="{WIDTH}" height="{HEIGHT}"/>{heads}</svg>'
    )


def fnv1a(text: str) -> int:
    """A 32-bit hash, the same on every machine."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


class _Random:
    """Pseudo-random numbers from a slug: 32-bit xorshift, seeded with FNV-1a."""

    def __init__(self, slug: str) -> None:
        seed = fnv1a(slug)
        self.name = f"c{seed:x}"
        self.state = seed or 1
        for _ in range(4):  # the first numbers of similar seeds are similar
            self.draw(1)

    def draw(self, limit: int) -> int:
        """A number from 0 to below `limit`."""
        state = self.state
        state ^= state << 13 & 0xFFFFFFFF
        state ^= state >> 17
        state ^= state << 5 & 0xFFFFFFFF
        self.state = state
        return (state >> 8) % limit


def _motif(random: _Random) -> tuple[Motif, bool]:
    """A pattern of faces that repeats, with a spot and a solid one among them; whether it is mirrored."""
    wide, high = 3 + random.draw(3), 2 + random.draw(3)
    is_mirrored = random.draw(2) == 1
    motif = [[FACES[random.draw(len(FACES))] for _ in range(wide)] for _ in range(high)]
    for wanted, enough in ((SPOT, {SPOT, RINGED_SPOT}), (SOLID, {SOLID})):
        if not any(face in enough for row in motif for face in row):
            row, column = random.draw(high), random.draw(wide)
            motif[row][column] = wanted
    return motif, is_mirrored


def _heads(
    slug: str, radius: int, pitch: int, motif: Motif, is_mirrored: bool
) -> Iterator[tuple[int, int, str]]:
    """Centre and face of each head, from the back of the crowd to the front.

    The letters of the slug decide the gaps in the back rows, which form the skyline.
    """
    letters = slug.encode() or b"-"
    rows = (HEIGHT - 60) // pitch + 1
    for row in range(rows):
        y = HEIGHT + radius // 3 - (rows - 1 - row) * pitch
        line = motif[row % len(motif)]
        for column, x in enumerate(range(-radius * (row % 2), WIDTH + radius + 1, 2 * radius)):
            if row + letters[(2 * column + row % 2) % len(letters)] % 4 >= 3:
                repeat, index = divmod(column, len(line))
                yield x, y, line[-1 - index if is_mirrored and repeat % 2 else index]


def _faces(name: str, radius: int) -> str:
    """The five faces as SVG definitions, in the classes pg (ground), pl (line) and ps (spot)."""

    def disc(css_class: str, part: float) -> str:
        return f'<circle class="{css_class}" r="{radius * part:g}"/>'

    def head(css_class: str) -> str:
        return f'<circle class="{css_class} pe" r="{radius * 0.98:g}" stroke-width="{radius * 0.04:g}"/>'

    ringed = head("pg") + disc("pl", 0.78) + disc("pg", 0.56) + disc("pl", 0.34)
    drawings = {
        SOLID: head("pl"),
        OPEN: head("pg"),
        SPOT: head("ps"),
        RINGED: ringed,
        RINGED_SPOT: head("pl") + disc("pg", 0.72) + disc("ps", 0.48),
    }
    return "".join(f'<g id="{name}-{face}">{drawing}</g>' for face, drawing in drawings.items())
