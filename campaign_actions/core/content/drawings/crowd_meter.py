"""The crowd meter: sixty heads in three rows, drawn as SVG. Those who have taken part are filled.

Heads fill from the start of the rows with a ragged edge, which differs by seed. It is decoration: a number
in words is always beside it. Style sheets colour the heads by their class, which is one letter.
"""

from functools import lru_cache

from flask import Flask
from markupsafe import Markup

from campaign_actions.core.content.drawings.cover_art import fnv1a

ROWS, COLUMNS = 3, 20
HEADS = ROWS * COLUMNS
FILLED, EMPTY, NEXT, ME = "s", "t", "y", "m"  # `NEXT`: an outline; `ME`: filled with an outline
RAGGED = 5  # how far the edge of the filled heads may vary, in half heads
HEAD = (
    "M0-4.6a4.6 4.6 0 1 1 0 9.2a4.6 4.6 0 1 1 0-9.2zM-8.5 18c0-7.5 3-11.5 8.5-11.5s8.5 4 8.5 11.5z"
)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(crowd_meter=crowd_meter)


@lru_cache(maxsize=1024)
def heads(seed: str, filled: int, one_more: str = NEXT) -> str:
    """The class of each head, row by row from the back, each from its start.

    `one_more`: what the next head is, if not empty: the first in the front row that is not filled.
    """
    places = _places(seed)
    found = dict.fromkeys(places, EMPTY) | dict.fromkeys(places[:filled], FILLED)
    empty = [place for place in places if found[place] == EMPTY]
    if one_more and empty:
        found[next((place for place in empty if place[0] == ROWS - 1), empty[0])] = one_more
    return "".join(found[place] for place in sorted(places))


@lru_cache(maxsize=1024)
def crowd_meter(seed: str, heads: str) -> Markup:
    """The crowd as SVG. `heads`: as made by heads()."""
    name = f"h{fnv1a(seed):x}"
    uses = "".join(
        f'<use href="#{name}" x="{11 + 20 * column + 10 * (row % 2)}" y="{7 + 15 * row}"'
        f' class="{heads[row * COLUMNS + column]}"/>'
        for row in range(ROWS)
        for column in range(COLUMNS)
    )
    return Markup(  # noqa: S704 - made of numbers and letters of our own
        '<svg class="crowd" viewBox="0 0 412 56" aria-hidden="true" focusable="false">'
        f'<defs><path id="{name}" d="{HEAD}"/></defs>{uses}</svg>'
    )


def _places(seed: str) -> list[tuple[int, int]]:
    """Row and column of each head, in the order in which they are filled."""
    everywhere = ((row, column) for row in range(ROWS) for column in range(COLUMNS))

    def order(place: tuple[int, int]) -> tuple[int, int, int]:
        row, column = place
        return 2 * column + row % 2 + fnv1a(f"{seed}/{row}/{column}") % RAGGED, column, row

    return sorted(everywhere, key=order)
