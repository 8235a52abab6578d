"""Markdown in emails becomes safe HTML and readable plain text."""

import pytest

from campaign_actions.core.content.email_markdown import find_links, mail_html, mail_text

LETTER = """\
# The law has passed

On **Tuesday** the parliament
_voted_ for it. Read [the law](https://law.example/a?b=1&c=2) or <https://law.example/short>.

- First point
- Second point
  goes on

1. Write
2. Send

> We did this.
>
> Together.

---

Yours"""
TEXT = """\
The law has passed
------------------

On *Tuesday* the parliament _voted_ for it. Read the law (https://law.example/a?b=1&c=2) or \
https://law.example/short.

- First point
- Second point goes on

1. Write
2. Send

> We did this.
>
> Together.

* * *

Yours"""


def test_plain_text_is_readable():
    assert mail_text(LETTER) == TEXT


def test_html_headings_begin_below_the_subject():
    html = mail_html(LETTER)

    assert "<h2>The law has passed</h2>" in html
    assert "<strong>Tuesday</strong>" in html
    assert '<a href="https://law.example/a?b=1&amp;c=2">the law</a>' in html
    assert "<h1" not in html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](data:text/html,<script>alert(1)</script>)",
        "![a](https://tracker.example/p.gif)",
        "<style>*{display:none}</style>",
        '[a](https://x.example/"onmouseover=alert(1))',
        "<https://x.example/><iframe src=//evil.example>",
    ],
)
def test_nothing_executes_loads_or_hides(hostile):
    html = mail_html(hostile)

    for dangerous in (
        "<script",
        "<img",
        "<style",
        "<iframe",
        'href="javascript',
        'href="data',
        " onm",
    ):
        assert dangerous not in html


def test_links_are_found_in_order():
    text = (
        "[a](https://a.example/) <https://b.example/> [c](/relative) ![p](https://p.example/p.png)"
    )

    assert find_links(text) == [
        "https://a.example/",
        "https://b.example/",
        "/relative",
        "https://p.example/p.png",
    ]


def test_nested_and_loose_lists_keep_their_structure():
    assert mail_text("- a\n  - b\n  - c\n- d") == "- a\n  - b\n  - c\n- d"
    assert mail_text("3. a\n\n4. b") == "3. a\n\n4. b"


def test_deeply_nested_text_is_rendered():
    text = ">" * 5000 + " deep\n" + "[" * 5000 + "*" * 5000 + "- " * 5000

    assert len(mail_html(text)) < 10**6
    assert isinstance(mail_text(text), str)
