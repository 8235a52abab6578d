"""Blocks of campaign copy are translated; everything around them is kept byte by byte."""

import tomllib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaign_actions.core import paths
from campaign_actions.core.content.blocks import (
    blocks,
    compose,
    compose_blocks,
    normalize_block,
    split,
)

CONTENT = paths.PACKAGE / "demo" / "content"
LINES = st.sampled_from(
    (
        *("## Why", "# #", "### Why ##", "Why", "===", "---", "***", "# C#", "####### no"),
        *(
            "Some words",
            "with **bold** ones  ",
            "and a break\\",
            "> said",
            "> > twice",
            ">",
            "> - in",
        ),
        *("- one", "* two", "1. first", "2) second", "21\\. March", "  indented", "\tafter a tab"),
        *("::: facts", ":::", "::: nothing", "- **Article 4** told. *Treaty*", "\\# no heading"),
        *("[a]: https://example.org", "[a](https://example.org)", "", "", "\N{NO-BREAK SPACE}"),
        *("    four", "- - nested", "10. ten", "\x0b", "\0 null", "~~~", "```", "<b>no</b>", "- "),
    )
)
COPY = st.builds(
    lambda lines, end: end.join(lines),
    st.lists(LINES, max_size=12),
    st.sampled_from(("\n", "\r\n", "\r")),
)
TEXTS = COPY | st.text()
WORDS = (LINES | st.text()).filter(lambda words: bool(words.strip()) and "\0" not in words)


def structure(text):
    return [block.shape for block in blocks(text)]


def demo_texts():
    for file in sorted(CONTENT.glob("*.toml")):
        content = tomllib.loads(file.read_text())
        for part in (content, *content.get("actions", {}).values()):
            if isinstance(part, dict):
                yield from (part[name] for name in ("body", "background") if name in part)


@given(TEXTS)
@example("- a\n\n  b\n\n> c\n>\n> d")
@example("\N{NO-BREAK SPACE}\nwords\n\N{NO-BREAK SPACE}")
def test_everything_outside_blocks_is_kept_byte_by_byte(text):
    assert compose(text, lambda block: block) == text


@given(TEXTS, st.data())
def test_translations_never_change_the_structure(text, data):
    translations = data.draw(st.lists(WORDS, min_size=len(split(text)), max_size=len(split(text))))

    composed = compose_blocks(text, translations)

    assert structure(composed) == structure(text)


@given(TEXTS, st.data())
def test_composed_translations_are_parsed_as_the_same_blocks(text, data):
    translations = data.draw(st.lists(WORDS, min_size=len(split(text)), max_size=len(split(text))))

    found = blocks(compose_blocks(text, translations))

    assert [block.text for block in found] == [
        normalize_block(translation, block.kind)
        for translation, block in zip(translations, found, strict=True)
    ]


@pytest.mark.parametrize("text", list(demo_texts()))
def test_the_demo_copy_is_composed_unchanged(text):
    assert compose(text, lambda block: block) == text
    assert all(not block.startswith((">", "-", "#", ":")) for block in split(text))


def test_a_block_has_no_markdown_markers():
    text = "## Why\n\nA sentence.\n\n::: facts\n- **Article 4** Told. *Treaty*\n:::\n\n> Said.\n>\n> By"

    assert [(block.text, block.kind, block.inside) for block in blocks(text)] == [
        ("Why", "heading", ""),
        ("A sentence.", "paragraph", ""),
        ("**Article 4** Told. *Treaty*", "item", "facts"),
        ("Said.", "quote", ""),
        ("By", "quote", ""),
    ]


@pytest.mark.parametrize(
    ("translation", "composed"),
    [
        ("21. März 1960", "21\\. März 1960"),
        ("# kein Titel", "\\# kein Titel"),
        ("- kein Punkt", "\\- kein Punkt"),
        ("::: facts", "\\::: facts"),
        ("eins\n\nzwei", "eins\nzwei"),
        ("eins  \n   zwei", "eins  \nzwei"),
    ],
)
def test_a_translation_that_looks_like_a_marker_is_escaped(translation, composed):
    assert compose("Words.", lambda _block: translation) == composed


def test_a_second_line_stays_in_its_quote_or_list():
    composed = compose("> - one\n> - two", lambda block: f"{block}\nmore")

    assert composed == "> - one\n>   more\n> - two\n>   more"


def test_a_text_with_an_untranslated_block_is_not_composed():
    assert compose("One.\n\nTwo.", {"One.": "Eins."}.get) is None
    assert compose("One.\n\nTwo.", {"One.": "Eins.", "Two.": " "}.get) is None
    assert compose("One.\n\nTwo.", {"One.": "Eins.", "Two.": "Zwei."}.get) == "Eins.\n\nZwei."
