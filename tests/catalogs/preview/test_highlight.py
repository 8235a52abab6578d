"""One message is found again on a page, wherever it stands on it."""

import pytest

from campaign_actions.catalogs.preview.highlight import (
    END,
    START,
    mark_html,
    mark_text,
    marked_words,
)
from campaign_actions.core.content.markdown import render_markdown
from tests.support.translators import HELLO, MANY, message


def signed(text: str) -> str:
    return f"{START}{text}{END}"


@pytest.mark.parametrize(
    ("page", "marked"),
    [
        (f"<p>{signed('Go')}</p>", '<p><mark id="seen">Go</mark></p>'),
        (
            f"<p>A {signed('b')} c {signed('d')}</p>",
            '<p>A <mark id="seen">b</mark> c <mark>d</mark></p>',
        ),
        (
            f"<p>{signed('Go <b>on</b> now')}</p>",
            '<p><mark id="seen">Go </mark><b><mark>on</mark></b><mark> now</mark></p>',
        ),
        (f'<a title="{signed("Go")}">x</a>', '<a title="Go" data-marked>x</a>'),
        (f'<img alt="{signed("a > b")}" />', '<img alt="a > b"  data-marked/>'),
        (f"<title>{signed('Go')}</title>", "<title>Go</title>"),
        (f"<textarea>{signed('<b>')}</textarea>", "<textarea><b></textarea>"),
        ("<p>Nothing</p>", "<p>Nothing</p>"),
    ],
)
def test_signs_become_marks_in_text_and_are_taken_off_elsewhere(page, marked):
    found = mark_html(page)

    assert found.html == marked
    assert START not in found.html
    assert END not in found.html


def test_where_words_are_in_no_text_it_is_told():
    found = mark_html(f'<title>{signed("a")}</title><a aria-label="{signed("b")}">c</a>')

    assert (found.seen, found.elsewhere) == (0, ["title", "aria-label"])


def test_plain_text_is_escaped_and_marked():
    assert mark_text(f"<a> {signed('b')}").html == '&lt;a&gt; <mark id="seen">b</mark>'


@pytest.mark.parametrize(
    "text", ["**Bold**, then not.", "_It_ [leads](https://a.org/b_c) on!", "“x”"]
)
def test_signs_change_nothing_of_how_markdown_is_read(text):
    plain = render_markdown(text, "why")

    assert mark_html(render_markdown(signed(text), "why")).html.replace("<mark>", "").replace(
        '<mark id="seen">', ""
    ).replace("</mark>", "") == str(plain)


def test_a_message_without_translation_is_marked_in_its_source(app):
    words = marked_words("uk", message(HELLO), ())

    assert words.gettext(HELLO) == signed(HELLO)


def test_each_plural_form_is_marked(app):
    forms = ("%(num)d річ", "%(num)d речі", "%(num)d речей")
    words = marked_words("uk", message(MANY), forms)

    said = [words.ngettext(MANY, "x", number) for number in (1, 2, 5)]

    assert said == [signed(form) for form in forms]
