"""The picture that goes with a shared link: demand, crowd and sender, as SVG of 1200 by 630 pixels."""

import re
from base64 import b64encode
from dataclasses import dataclass

from markupsafe import escape

from campaign_actions.core.content.drawings.cover_art import crowd
from campaign_actions.core.content.drawings.crowd_meter import crowd_meter
from campaign_actions.core.i18n.bidi import END, ISOLATES, MARKS
from campaign_actions.core.sharing.render import FAMILY, widths
from campaign_actions.core.sharing.text_layout import TextBlock, fit_text
from campaign_actions.core.theme import house_accent, house_colours

WIDTH, HEIGHT = 1200, 630
BAND = 16  # pixels: the dark edge above
PHOTO_WIDTH = 420
START, END_GAP = 56, 48  # beside the text
TEXT_WIDTH = WIDTH - PHOTO_WIDTH - START - END_GAP
TITLE_SIZES, KICKER_SIZES = (60, 54, 48, 43, 38, 34, 30), (26, 23, 20)
COUNT_SIZES, FIRST_SIZES, SENDER_SIZES = (25, 22, 20, 18), (36, 32, 28), (21, 19, 17, 15)
FIGURE_SIZE = 58
CROWD_TOP, CROWD_BOTTOM, BOTTOM = 402, 494, 604
SENDER_WIDTH, MARK_SIZE, MARK_GAP = 216, 40, 12
CAP_HEIGHT = 0.7  # of the font size
LEADING = {"ltr": 1.1, "rtl": 1.35}  # Arabic has marks above and below its letters
PATTERN = re.compile(r'class="pattern (tone-\d)"')
MARK = "M0 40V20a20 20 0 0 1 40 0v20h-8V20a12 12 0 0 0-24 0v20zM13 40V20a7 7 0 0 1 14 0v20z"
MIDDLE = 5  # the focus of a picture whose middle stays when it is cropped


@dataclass(frozen=True)
class ShareCard:
    """The content of a share picture. Equal cards give equal pictures.

    `figure` is the count in figures, or empty; `words` go with it. `photo` names the photograph, which
    `focus` (1 to 9, row by row) keeps in view; without one there is a pattern made from `pattern`.
    """

    direction: str
    addressee: str
    title: str
    figure: str
    words: str
    sender: str
    pattern: str
    seed: str  # of the crowd
    heads: str  # as crowd_meter.heads() gives them
    accent: str  # a key of ACCENTS, or a colour
    photo: str = ""
    focus: int = MIDDLE
    logo: str = ""  # its name; without one, the mark of the house
    logo_shape: float = 1  # its width, as a multiple of its height
    has_name_in_logo: bool = False


def compose(card: ShareCard, photo: bytes | None = None, logo: bytes | None = None) -> str:
    """The picture as SVG. `photo`: JPEG or WebP; `logo`: PNG. Raises DrawingFailed."""
    page = _Page(card.direction)
    leading = LEADING[card.direction]
    kicker = fit_text(
        card.addressee, weight=600, width=TEXT_WIDTH, height=66, sizes=KICKER_SIZES, leading=1.25
    )
    top = 84 + kicker.height + 10
    title = fit_text(
        card.title,
        weight=800,
        width=TEXT_WIDTH,
        height=CROWD_TOP - 12 - top,
        sizes=TITLE_SIZES,
        leading=leading,
    )
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"'
            f' viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{FAMILY}">',
            f"<style>{_style(card)}</style>",
            f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>',
            page.side(card, photo),
            f'<rect class="ink" width="{WIDTH}" height="{BAND}"/>',
            f'<rect class="ink" x="{page.left_of(START, 72)}" y="60" width="72" height="8"/>',
            page.text(kicker, START, 84, 600),
            page.text(title, START, top, 800),
            page.crowd(card),
            page.count(card),
            page.sender(card, logo),
            "</svg>",
        ]
    )


class _Page:
    """Puts parts at a distance from the side where lines start: left, or right in Arabic."""

    def __init__(self, direction: str) -> None:
        self.direction = direction
        self.is_rtl = direction == "rtl"

    def left_of(self, start: float, width: float) -> float:
        return WIDTH - start - width if self.is_rtl else start

    def text(self, block: TextBlock, start: float, top: float, weight: int) -> str:
        anchor, x = ("end", WIDTH - start) if self.is_rtl else ("start", start)
        middle = top + (block.leading + CAP_HEIGHT * block.size) / 2
        lines = "".join(
            f'<text x="{x}" y="{middle + number * block.leading:.1f}">{self._isolated(line)}</text>'
            for number, line in enumerate(block.lines)
        )
        return (
            f'<g class="ink" text-anchor="{anchor}" font-size="{block.size}"'
            f' font-weight="{weight}">{lines}</g>'
        )

    def side(self, card: ShareCard, photo: bytes | None) -> str:
        """The photograph or the pattern, from top to bottom."""
        x = self.left_of(WIDTH - PHOTO_WIDTH, PHOTO_WIDTH)
        place = f'x="{x}" y="{BAND}" width="{PHOTO_WIDTH}" height="{HEIGHT - BAND}"'
        if photo is None:
            return str(crowd(card.pattern)).replace("<svg ", f"<svg {place} ", 1)
        kind = "webp" if photo[8:12] == b"WEBP" else "jpeg"
        data = f"data:image/{kind};base64,{b64encode(photo).decode()}"
        return f'<image {place} preserveAspectRatio="{_cropped(card.focus)}" href="{data}"/>'

    def crowd(self, card: ShareCard) -> str:
        drawn = str(crowd_meter(card.seed, card.heads))
        place = f'<svg width="{TEXT_WIDTH}" height="{CROWD_BOTTOM - CROWD_TOP}" '
        mirrored = " scale(-1 1)" if self.is_rtl else ""
        x = WIDTH - START if self.is_rtl else START
        moved = f'<g transform="translate({x} {CROWD_TOP}){mirrored}">'
        return f"{moved}{drawn.replace('<svg ', place, 1)}</g>"

    def count(self, card: ShareCard) -> str:
        """The figure, with its words below it; or words alone."""
        width = TEXT_WIDTH - SENDER_WIDTH - 24
        if not card.figure:
            words = fit_text(
                card.words, weight=800, width=width, height=92, sizes=FIRST_SIZES, leading=1.2
            )
            return self.text(words, START, CROWD_BOTTOM + 14, 800)
        figure = TextBlock((card.figure,), FIGURE_SIZE, FIGURE_SIZE)
        words = fit_text(
            card.words, weight=600, width=width, height=52, sizes=COUNT_SIZES, leading=1.2
        )
        below = CROWD_BOTTOM + 6 + figure.height
        return self.text(figure, START, CROWD_BOTTOM + 8, 800) + self.text(words, START, below, 600)

    def sender(self, card: ShareCard, logo: bytes | None) -> str:
        """The logo and the name of the organisation, at the end of the line."""
        middle = (CROWD_BOTTOM + BOTTOM) / 2 + 4
        mark_width = MARK_SIZE * card.logo_shape if logo else MARK_SIZE
        if logo and card.has_name_in_logo:
            width = min(mark_width, SENDER_WIDTH)
            return self._logo(logo, START + TEXT_WIDTH - width, middle, width=width)
        width = SENDER_WIDTH - mark_width - MARK_GAP
        name = fit_text(
            card.sender, weight=600, width=width, height=66, sizes=SENDER_SIZES, leading=1.2
        )
        widest = max(widths(name.lines, 600), default=0) * name.size
        start = START + TEXT_WIDTH - widest
        mark_start = start - MARK_GAP - mark_width
        if logo:
            mark = self._logo(logo, mark_start, middle, width=mark_width)
        else:
            x = self.left_of(mark_start, MARK_SIZE)
            mark = f'<path class="ink" transform="translate({x:.1f} {middle - 20})" d="{MARK}"/>'
        return mark + self.text(name, start, middle - name.height / 2, 600)

    def _logo(self, logo: bytes, start: float, middle: float, *, width: float) -> str:
        x, top = self.left_of(start, width), middle - MARK_SIZE / 2
        data = f"data:image/png;base64,{b64encode(logo).decode()}"
        place = f'x="{x:.1f}" y="{top:.1f}" width="{width:.1f}" height="{MARK_SIZE}"'
        return f'<image {place} href="{data}"/>'

    def _isolated(self, line: str) -> str:
        """The line in the direction of the page, whatever its first letter is."""
        plain = "".join(character for character in line if character not in ISOLATES)
        return f"{MARKS[self.direction]}{escape(plain)}{END}"


def _cropped(focus: int) -> str:
    row, column = divmod(focus - 1, 3)
    return f"x{('Min', 'Mid', 'Max')[column]}Y{('Min', 'Mid', 'Max')[row]} slice"


def _style(card: ShareCard) -> str:
    """The colours of the house theme, which style sheets have as custom properties."""
    colours = house_colours("light")
    tone = PATTERN.findall(crowd(card.pattern))[0]
    house, pattern = colours[":root"], colours[f".{tone}"]
    act = card.accent if card.accent.startswith("#") else house_accent("light", card.accent).act
    paper = house["paper"]
    return (
        f".paper{{fill:{paper}}}.ink{{fill:{house['ink']}}}"
        f".s{{fill:{act}}}.t{{fill:{house['track']}}}.s,.t{{stroke:{paper};stroke-width:1.4}}"
        f".y{{fill:{paper};stroke:{act};stroke-width:2.2}}"
        f".pg{{fill:{pattern['pg']}}}.pl{{fill:{pattern['pl']}}}.ps{{fill:{pattern['ps']}}}"
        f".pe{{stroke:{pattern['pg']}}}.pg.pe{{stroke:{pattern['pl']}}}"
    )
