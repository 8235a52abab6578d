"""What a value becomes where it stands in HTML: also one that is HTML itself, as messages are.

Jinja escapes what is no HTML; `core/templating/autoescape` puts these in where that is not enough.
"""

from typing import Any

from markupsafe import Markup, escape

QUOTES = str.maketrans({'"': "&#34;", "'": "&#39;", "<": "&lt;", ">": "&gt;"})


def attribute_value(value: Any) -> Markup:
    """Inside quotes, or in an element that holds no tags: the words, without their tags.

    Character references of what is HTML stay as they are.
    """
    if type(value) is str or not hasattr(value, "__html__"):
        return escape(value)
    html = str(value.__html__())
    if "<" in html:
        return escape(Markup(html).striptags())  # noqa: S704 - to be read, and escaped
    return Markup(html.translate(QUOTES))  # noqa: S704 - escaped


def link_value(value: Any) -> Markup:
    """In an attribute that leads somewhere, where nothing of a message belongs.

    Raises TypeError for HTML: a mistake of the template, whatever the words are.
    """
    if type(value) is not str and hasattr(value, "__html__"):
        raise TypeError("A message, or other HTML, stands where an address belongs.")
    return escape(value)
