"""Renders the Markdown of campaign copy as safe HTML, through an allow-list.

Writers may use headings, paragraphs, lists, links, emphasis, quotes and five blocks: `::: points`,
`facts`, `timeline`, `partners` and `steps`, each closed by `:::`. Raw HTML is shown as text.
"""

from functools import lru_cache

import nh3
from flask import Flask
from markupsafe import Markup

from campaign_actions.core.content.blocks import blocks, escape_paragraph
from campaign_actions.core.content.layout import add_structure
from campaign_actions.core.content.markdown_parser import parse, parser

TAGS = set(
    "section div h2 h3 h4 h5 h6 p a strong em cite code br hr ul ol li"  # noqa: SIM905
    " blockquote figure figcaption".split()
)
ATTRIBUTES = {
    "a": {"href", "title", "rel"},
    "div": {"class"},
    "figure": {"class"},
    "h2": {"id"},
    "li": {"class"},
    "ol": {"start"},
    "section": {"class", "aria-labelledby"},
}
SCHEMES = {"http", "https"}


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(markdown=render_markdown, first_paragraph=first_paragraph)


def first_paragraph(text: str) -> str:
    """The words of the first paragraph of a text, without links and emphasis; of a heading if it has none."""
    found = [block.text for block in blocks(text)]
    paragraphs = [block.text for block in blocks(text) if block.kind == "paragraph"]
    first = escape_paragraph((paragraphs or found or [""])[0])
    return render_markdown(first).striptags()


@lru_cache(maxsize=1024)
def render_markdown(text: str, name: str = "text") -> Markup:
    """Render a text. Ids of headings begin with `name`, which differs for each text on a page."""
    tokens = add_structure(parse(text), name)
    html = parser.renderer.render(tokens, parser.options, {})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=None,
        strip_comments=True,
    )
    return Markup(clean)  # noqa: S704 - cleaned one line above
