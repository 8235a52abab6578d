"""Cover art: always the same for a slug, and as designed."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign_actions.core.content.drawings.cover_art import HEIGHT, WIDTH, crowd

DESIGNS = {  # slug: its tone, the number of heads, the first and the last one
    "racism": ("tone-6", 91, ("p", "150", "125"), ("o", "1200", "625")),
    "violence-against-women": ("tone-2", 57, ("s", "240", "100"), ("s", "1320", "640")),
    "death-penalty": ("tone-3", 48, ("r", "240", "220"), ("p", "1320", "640")),
    "torture": ("tone-5", 54, ("s", "960", "100"), ("s", "1320", "640")),
}
HEAD = re.compile(r'<use href="#[^"]+-(\w)" x="(-?\d+)" y="(\d+)"/>')


@pytest.mark.parametrize("slug", DESIGNS)
def test_the_picture_is_the_designed_one(slug):
    tone, number, first, last = DESIGNS[slug]

    svg = crowd(slug)
    heads = HEAD.findall(svg)

    assert f'class="pattern {tone}"' in svg
    assert len(heads) == number
    assert (heads[0], heads[-1]) == (first, last)


def test_two_pictures_on_one_page_share_no_id():
    first, second = (
        set(re.findall(r'id="([^"]+)"', crowd(slug))) for slug in ("racism", "torture")
    )

    assert first
    assert not first & second


@given(st.text(max_size=60))
def test_any_slug_gives_a_small_well_formed_picture(slug):
    svg = crowd(slug)

    root = ElementTree.fromstring(svg)
    assert root.get("viewBox") == f"0 0 {WIDTH} {HEIGHT}"
    assert root.get("aria-hidden") == "true"
    assert len(svg) < 8000
    assert "style=" not in svg


def test_every_head_refers_to_a_defined_face():
    svg = crowd("racism")

    defined = set(re.findall(r'<g id="([^"]+)"', svg))
    assert set(re.findall(r'href="#([^"]+)"', svg)) <= defined
