"""Campaign copy: allowed Markdown becomes the structure of the page, everything else stays text."""

from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaign_actions.core.content.markdown import ATTRIBUTES, TAGS, render_markdown

VOID = {"br", "hr"}


class Reader(HTMLParser):
    """Checks that elements are properly nested, and keeps them."""

    def __init__(self, html):
        super().__init__()
        self.open, self.elements = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def one_line(html):
    return str(html).replace("\n", "")


def test_a_heading_begins_a_section_that_it_labels():
    html = one_line(render_markdown("## Why it matters\n\nBecause.", "why"))

    assert html == (
        '<section class="section split" aria-labelledby="why-why-it-matters">'
        '<h2 id="why-why-it-matters">Why it matters</h2>'
        '<div class="prose"><p>Because.</p></div></section>'
    )


def test_the_highest_heading_is_h2():
    html = render_markdown("# One\n\nText\n\n### Three")

    assert "<h1" not in html
    assert "One</h2>" in html
    assert "<h3>Three</h3>" in html


def test_equal_headings_get_different_ids():
    html = render_markdown("## Same\n\n## Same\n\n## Почему *так*?", "more")

    assert [attrs["id"] for tag, attrs in Reader(html).elements if tag == "h2"] == [
        "more-same",
        "more-same-2",
        "more-почему-так",
    ]


def test_a_quote_is_a_figure_whose_second_paragraph_is_the_attribution():
    html = one_line(render_markdown("## Head\n\n> We ask for a duty.\n>\n> A campaign\n\nText"))

    assert html.endswith(
        '<div class="prose"><p>Text</p></div>'
        '<figure class="quote"><blockquote><p>We ask for a duty.</p></blockquote>'
        "<figcaption>A campaign</figcaption></figure></section>"
    )


@pytest.mark.parametrize("block", ["points", "facts", "timeline", "partners", "steps"])
def test_a_block_contains_a_list_of_paragraphs(block):
    html = one_line(render_markdown(f"::: {block}\n- **Head** text\n- more\n:::"))

    assert html == (
        f'<div class="prose"><div class="{block}"><ul><li><p><strong>Head</strong> text</p></li>'
        "<li><p>more</p></li></ul></div></div>"
    )


def test_demands_are_points_as_the_button_of_the_editor_is_called():
    points = "::: points\n1. **Head** text\n:::"

    assert render_markdown(points.replace("points", "demands")) == render_markdown(points)


@pytest.mark.parametrize("name", ["Points", "POINTS", "Demands"])
def test_the_name_of_a_block_may_have_capital_letters(name):
    points = "::: points\n1. **Head** text\n:::"

    assert render_markdown(points.replace("points", name)) == render_markdown(points)


def test_an_unknown_block_is_plain_text():
    html = render_markdown("::: banner\nBuy now\n:::\n\n::: points and more\nx\n:::")

    assert "<div class=" not in str(html).replace('<div class="prose">', "")
    assert "::: banner" in html
    assert "::: points and more" in html


def test_italics_at_the_end_of_a_fact_are_its_source():
    html = render_markdown(
        "::: facts\n- **1979** *Truly* so. *CEDAW, article 2*\n- *only* this\n:::"
    )

    assert "<strong>1979</strong> <em>Truly</em> so. <cite>CEDAW, article 2</cite>" in html
    assert "<em>only</em> this" in html


def test_a_future_event_in_a_timeline_is_marked_open():
    html = one_line(render_markdown("::: timeline\n- **2011** Done\n- *Not yet* A law\n:::"))

    assert "<li><p><strong>2011</strong> Done</p></li>" in html
    assert '<li class="open"><p><strong>Not yet</strong> A law</p></li>' in html


def test_a_section_with_points_or_facts_is_full_width():
    wide = render_markdown("## A\n\n::: points\n1. x\n:::")
    split = render_markdown("## A\n\n::: steps\n1. x\n:::")

    assert '<section class="section" ' in wide
    assert '<section class="section split" ' in split


@pytest.mark.parametrize(
    ("address", "rel"),
    [
        ("https://example.org/x", ' rel="nofollow noopener"'),
        ("HTTP://example.org", ' rel="nofollow noopener"'),
        ("//example.org", ' rel="nofollow noopener"'),
        ("/en/privacy/", ""),
        ("#sign", ""),
        ("http://[broken", ' rel="nofollow noopener"'),
    ],
)
def test_only_links_to_other_sites_are_marked(address, rel):
    html = one_line(render_markdown(f"[link]({address})"))

    assert html.count("<a ") == 1
    assert rel in html
    assert ("rel=" in html) == bool(rel)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html,x)",
        "[x](vbscript:x)",
        "![x](https://example.org/spy.png)",
        '<div class="panel" style="position:fixed">x</div>',
        "## <b onmouseover=alert(1)>x</b>",
        '::: points"onclick="alert(1)\nx\n:::',
        '<http://example.org/"onclick="alert(1)>',
        "> <iframe src=//example.org>",
    ],
)
def test_hostile_copy_is_shown_as_text(text):
    for tag, attrs in Reader(render_markdown(text)).elements:
        assert tag in TAGS
        assert set(attrs) <= ATTRIBUTES.get(tag, set())
        assert attrs.get("href", "/").startswith(("/", "http:", "https:"))


SIGNS = [
    *["# ", "## ", "### ", "> ", "- ", "1. ", "    ", "\n", "\n\n", ":::\n"],
    *["*", "**", "_", "`", "[", "](", ")", "<", ">", "\\", "*a*", "**b**"],
]
BLOCKS = ["::: facts\n", "::: timeline\n", "::: steps\n"]
MARKDOWN = st.lists(
    st.one_of(st.sampled_from([*SIGNS, *BLOCKS]), st.text(max_size=8)), max_size=40
).map("".join)


@given(MARKDOWN)
@example("> ::: facts\n> ")  # the container plugin read beyond its end
def test_any_text_becomes_well_formed_html_of_allowed_elements(text):
    reader = Reader(render_markdown(text))

    assert reader.open == []
    for tag, attrs in reader.elements:
        assert tag in TAGS
        assert set(attrs) <= ATTRIBUTES.get(tag, set())


def test_a_dash_never_begins_a_line():
    assert "Преступления&nbsp;— разные" in render_markdown("Преступления — разные")
