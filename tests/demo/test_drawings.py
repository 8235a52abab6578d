"""The drawings of the demo."""

import re

import pytest

from campaign_actions.demo.drawings import DRAWINGS


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_shows_what_no_script_or_other_file_does(name):
    svg = DRAWINGS[name]()

    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert not re.search("script|href|<image|<style|on[a-z]+=", svg)
    assert len(svg) < 25_000
