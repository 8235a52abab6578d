"""The texts of the demo campaigns: their typography, and the extracts that previews show."""

import re

import pytest

from campaign_actions.catalogs.preview.sample_campaign import ACTION_TEXTS, sample_in
from campaign_actions.demo.load import CONTENT, demo_texts
from tests.support.factories import NOON

BREAKING_SPACE = {  # where a line must not end
    "ru": re.compile(r" —|№ "),
    "fr": re.compile(r"« | »| [:;?!]|n° "),
}
MARKUP = re.compile(r"^(:{3}|>)")


@pytest.mark.parametrize("locale", BREAKING_SPACE)
def test_lines_of_the_demo_do_not_break_beside_punctuation(locale):
    for file in CONTENT.glob(f"*.{locale}.toml"):
        lines = [line for line in file.read_text().splitlines() if not MARKUP.match(line)]

        assert [line for line in lines if BREAKING_SPACE[locale].search(line)] == []


@pytest.mark.parametrize("locale", ["en", "ru", "fr", "es", "ar"])
def test_previews_show_extracts_of_the_demo(locale):
    sample, demo = sample_in(locale, now=NOON), demo_texts("racism", locale)
    shown = {"hate-crimes": sample.petition, "speak-up": sample.pledge}

    assert demo["body"].startswith(sample.campaign.body)
    for slug, action in shown.items():
        texts = demo["actions"][slug]
        assert [name for name in ACTION_TEXTS if getattr(action, name) not in texts[name]] == []
