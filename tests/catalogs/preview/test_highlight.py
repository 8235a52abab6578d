"""The text of one message is found on a page wherever it is, and marked where readers see it."""

import pytest

from campaign_actions.catalogs.preview.highlight import (
    END,
    START,
    add_markers,
    highlight,
    marked_catalog,
)
from campaign_actions.core.content.html_document import parse_document, write_document
from campaign_actions.core.content.markdown import render_markdown
from tests.support.translators import HELLO, MANY, message

GO = add_markers("Go")


def highlighted(body: str) -> tuple[str, object]:
    """The body of a page after highlighting, and what was found."""
    document = parse_document(f"<!DOCTYPE html><html><head></head><body>{body}</body></html>")
    found = highlight(document)
    return write_document(document).partition("<body>")[2].partition("</body>")[0], found


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<p>{GO}</p>", '<p><mark id="highlight">Go</mark></p>'),
        (
            f"<p>A {add_markers('b')} c {add_markers('d')}</p>",
            '<p>A <mark id="highlight">b</mark> c <mark>d</mark></p>',
        ),
        (
            f"<p><b>A</b> b {GO} c {GO} d<i>e</i></p>",
            '<p><b>A</b> b <mark id="highlight">Go</mark> c <mark>Go</mark> d<i>e</i></p>',
        ),
        (
            f"<p>{add_markers('Go <b>on</b> now')} x <i>y</i></p>",
            '<p><mark id="highlight">Go </mark><b><mark>on</mark></b><mark> now</mark> x <i>y</i></p>',
        ),
        (f"<p><!-- a -->{GO}</p>", '<p><!-- a --><mark id="highlight">Go</mark></p>'),
        (f'<a title="{GO}">x</a>', '<a title="Go" data-marked="">x</a>'),
        (f'<img alt="{add_markers("a > b")}">', '<img alt="a &gt; b" data-marked="">'),
        (f"<textarea>{add_markers('<b>')}</textarea>", "<textarea>&lt;b&gt;</textarea>"),
        (f"<svg><text>{GO}</text></svg>", "<svg><text>Go</text></svg>"),
        ("<p>Nothing</p>", "<p>Nothing</p>"),
    ],
)
def test_markers_become_marks_in_visible_text_and_are_removed_elsewhere(body, expected):
    page, _found = highlighted(body)

    assert page == expected


def test_text_that_is_only_in_attributes_or_plain_elements_is_reported_as_hidden():
    document = parse_document(f'<title>{GO}</title><a aria-label="{GO}">c</a>')

    found = highlight(document)

    assert (found.visible, found.hidden, found.exist) == (0, ["title", "aria-label"], True)


def test_text_that_is_not_on_the_page_does_not_exist():
    assert not highlighted("<p>Nothing</p>")[1].exist


def test_a_control_character_is_replaced_and_breaks_no_page():
    page, _found = highlighted(f"<p>{START}a\x0bb{END}</p>")

    assert page == '<p><mark id="highlight">a\ufffdb</mark></p>'


@pytest.mark.parametrize(
    "text", ["**Bold**, then not.", "_It_ [leads](https://a.org/b_c) on!", "“x”"]
)
def test_markers_do_not_change_how_markdown_is_read(text):
    plain, _found = highlighted(str(render_markdown(text, "why")))

    page, _found = highlighted(str(render_markdown(add_markers(text), "why")))

    for tag in ("<mark>", '<mark id="highlight">', "</mark>"):
        page = page.replace(tag, "")
    assert page == plain


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_message_without_translation_is_marked_in_its_source(app):
    catalog = marked_catalog("uk", message(HELLO), ())

    assert catalog.gettext(HELLO) == add_markers(HELLO)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_each_plural_form_is_marked(app):
    forms = ("%(num)d річ", "%(num)d речі", "%(num)d речей")
    catalog = marked_catalog("uk", message(MANY), forms)

    texts = [catalog.ngettext(MANY, "x", number) for number in (1, 2, 5)]

    assert texts == [add_markers(form) for form in forms]
