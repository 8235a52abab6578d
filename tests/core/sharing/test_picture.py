"""Share pictures as pixels: the right size, something everywhere, on the side where the language begins."""

from dataclasses import replace
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops

from campaign_actions.core.sharing import render
from campaign_actions.core.sharing.picture import HEIGHT, PHOTO_WIDTH, WIDTH, ShareCard, compose
from campaign_actions.core.sharing.render import (
    FONTS,
    DrawingFailed,
    draw,
    font_file,
    has_letters_of,
    without_unknown,
)
from campaign_actions.core.sharing.text_layout import fit_text
from tests.support.images import picture
from tests.support.share_fonts import web_fonts

ENGLISH = ShareCard(
    direction="ltr",
    addressee="Petition to the Prosecutor General",
    title="Prosecutors must make sure that no racist attack is filed as a street brawl",
    figure="10,000",
    words="people have signed and confirmed",
    sender="Human Rights Resource Centre",
    pattern="racism",
    seed="racism/hate-crimes",
    heads="s" * 40 + "t" * 20,
    accent="red",
)
RUSSIAN = replace(
    ENGLISH,
    addressee="Петиция в Генеральную прокуратуру",
    title="Прокуратура не должна допускать, чтобы расистское нападение списали на уличную драку",
    words="подтверждённых подписей",
    sender="Ресурсный центр по правам человека",
)
FRENCH = replace(
    ENGLISH, title="Le parquet doit veiller à ce qu’aucune agression raciste ne soit niée"
)
SPANISH = replace(
    ENGLISH, title="La fiscalía debe impedir que un ataque racista acabe como una riña"
)
ARABIC = replace(
    ENGLISH,
    direction="rtl",
    addressee="عريضة إلى المدعي العام",
    title="على النيابة العامة أن تضمن ألا يُقيَّد أي اعتداء عنصري على أنه شجار في الشارع",
    words="شخصًا وقّعوا وأكّدوا توقيعهم",
    sender="مركز موارد حقوق الإنسان",
)
CARDS = {"en": ENGLISH, "ru": RUSSIAN, "fr": FRENCH, "es": SPANISH, "ar": ARABIC}
PAPER, INK = (0xFB, 0xFA, 0xF7), (0x16, 0x18, 0x1D)
TITLE = (130, 400)  # from top to bottom
MARGIN = 56  # before the lines


def drawn(card: ShareCard, photo: bytes | None = None) -> Image.Image:
    return Image.open(BytesIO(draw(compose(card, photo)))).convert("RGB")


def is_near(colour, other) -> bool:
    return all(abs(one - two) < 24 for one, two in zip(colour, other, strict=True))


def share_of(image: Image.Image, colour, box) -> float:
    """The part of the pixels of a box that have about this colour."""
    counted = image.crop(box).getcolors(WIDTH * HEIGHT)
    assert counted
    return sum(n for n, one in counted if is_near(one, colour)) / sum(n for n, _one in counted)


def ink_edges(image: Image.Image, box) -> tuple[int, int]:
    """The first and the last column with ink in a box."""
    dark = image.crop(box).convert("L").point(lambda value: 255 * (value < 60))
    found = dark.getbbox()
    assert found
    return box[0] + found[0], box[0] + found[2]


@pytest.mark.parametrize("locale", CARDS)
def test_it_has_the_size_that_networks_want_and_is_small(locale):
    png = draw(compose(CARDS[locale]))

    assert Image.open(BytesIO(png)).size == (1200, 630)
    assert png.startswith(b"\x89PNG")
    assert len(png) < 100_000


@pytest.mark.parametrize("locale", CARDS)
def test_text_pattern_and_crowd_are_on_the_sides_where_the_language_has_them(locale):
    card = CARDS[locale]
    image = drawn(card)
    start = WIDTH - PHOTO_WIDTH
    text, side = (0, start), (start, WIDTH)
    if card.direction == "rtl":
        text, side = (PHOTO_WIDTH, WIDTH), (0, PHOTO_WIDTH)

    assert 0.04 < share_of(image, INK, (text[0], TITLE[0], text[1], TITLE[1])) < 0.4
    assert share_of(image, PAPER, (text[0], TITLE[0], text[1], TITLE[1])) > 0.5
    assert share_of(image, PAPER, (side[0], 20, side[1], HEIGHT)) < 0.1
    assert share_of(image, INK, (0, 0, WIDTH, 14)) == 1
    red = (0xB3, 0x18, 0x1C)
    assert share_of(image, red, (text[0], 400, text[1], 496)) > 0.05


def test_arabic_lines_begin_at_the_right_edge_and_latin_ones_at_the_left():
    latin = ink_edges(drawn(ENGLISH), (0, TITLE[0], WIDTH - PHOTO_WIDTH, TITLE[1]))
    arabic = ink_edges(drawn(ARABIC), (PHOTO_WIDTH, TITLE[0], WIDTH, TITLE[1]))

    assert abs(latin[0] - MARGIN) < 8
    assert abs(arabic[1] - (WIDTH - MARGIN)) < 8
    assert latin[1] < WIDTH - PHOTO_WIDTH - 40
    assert arabic[0] > PHOTO_WIDTH + 40


def test_arabic_letters_are_joined():
    joined, apart = (
        fit_text(text, weight=800, width=2000, height=200, sizes=(60,), leading=1)
        for text in ("نننن", "ن")
    )

    (word,), (letter,) = (render.widths(block.lines, 800) for block in (joined, apart))
    assert word < 3 * letter, "letters in the middle of a word are narrower than alone"


def test_a_title_that_begins_with_foreign_letters_runs_in_the_direction_of_the_page():
    image = drawn(replace(ARABIC, title="BBC: على النيابة"))
    alone = drawn(replace(ARABIC, title="BBC"))

    first_letters = (WIDTH - MARGIN - 100, TITLE[0], WIDTH - MARGIN, 200)
    difference = ImageChops.difference(image.crop(first_letters), alone.crop(first_letters))
    assert max(high for _low, high in difference.getextrema()) < 40, "BBC comes first, at the right"


def test_the_longest_texts_stay_above_the_crowd():
    full = drawn(replace(ENGLISH, title="Прокуратура " * 16, addressee="Petition " * 22))
    empty = drawn(replace(ENGLISH, title="-", addressee="-"))

    below = (0, 402, WIDTH - PHOTO_WIDTH, HEIGHT)
    difference = ImageChops.difference(full.crop(below), empty.crop(below))
    assert max(high for _low, high in difference.getextrema()) < 40, "only the palette differs"


def test_a_word_that_is_wider_than_the_picture_is_divided():
    block = fit_text("x" * 200, weight=800, width=676, height=260, sizes=(60, 30), leading=1.1)

    assert block.size == 30
    assert len(block.lines) > 1
    assert max(render.widths(block.lines, 800)) * 30 <= 676


def test_what_does_not_fit_is_cut_off_with_an_ellipsis():
    block = fit_text("word " * 100, weight=600, width=300, height=60, sizes=(25, 20), leading=1.2)

    assert len(block.lines) == 2
    assert block.lines[-1].endswith("…")


def test_lines_are_about_equally_long():
    block = fit_text(ENGLISH.title, weight=800, width=676, height=300, sizes=(54,), leading=1.1)

    spans = render.widths(block.lines, 800)
    assert max(spans) / min(spans) < 1.6


def test_a_photograph_takes_the_place_of_the_pattern_and_keeps_its_focus_in_view():
    photo = picture(1200, 800)  # red in its upper left quarter, and blue elsewhere
    left, right = (drawn(replace(ENGLISH, photo="x", focus=focus), photo) for focus in (1, 9))

    top = (WIDTH - PHOTO_WIDTH + 8, 30, WIDTH - 8, 250)
    assert share_of(left, (0xD0, 0x20, 0x20), top) > 0.9
    assert share_of(right, (0x1F, 0x3F, 0x77), top) > 0.9


def test_hostile_text_is_text():
    png = draw(compose(replace(ENGLISH, title='</text><script>&"\u2067 x', sender="<b>")))

    assert Image.open(BytesIO(png)).size == (WIDTH, HEIGHT)


def test_emoji_are_left_out_and_other_scripts_are_not_drawn_at_all():
    assert without_unknown("Stop 🔥 hate ✊🏽!") == "Stop hate !"
    assert has_letters_of("Ёлка, Ünïcode, نيابة, עברית, 12,480?")
    assert not has_letters_of("მოძრაობა")
    assert not has_letters_of("人权")


def test_a_failure_of_the_renderer_is_an_error_of_ours():
    with pytest.raises(DrawingFailed):
        draw("<svg")


@pytest.mark.parametrize("weight", FONTS)
def test_the_fonts_have_every_letter_of_those_of_the_site(weight):
    ours = set(TTFont(font_file(weight)).getBestCmap())
    theirs = {code for file in web_fonts() for code in TTFont(file).getBestCmap()}

    assert theirs - ours == set(), "run `python -m tests.support.share_fonts`"
