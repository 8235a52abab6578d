"""Filters that escape values in attributes, also values that are HTML, as messages are.

Jinja escapes text only; `core/templating/autoescape` adds these where that is not enough.
"""

from markupsafe import Markup, escape

QUOTES = str.maketrans({'"': "&#34;", "'": "&#39;", "<": "&lt;", ">": "&gt;"})


def attribute_value(value: object) -> Markup:
    """A value inside quotes, or in an element that cannot contain tags: its text, without tags.

    Character references in HTML stay as they are.
    """
    if type(value) is str or not hasattr(value, "__html__"):
        return escape(value)
    html = str(value.__html__())
    if "<" in html:
        return escape(Markup(html).striptags())  # noqa: S704 - escaped
    return Markup(html.translate(QUOTES))  # noqa: S704 - escaped


def link_value(value: object) -> Markup:
    """A value in an attribute with a URL.

    Raises TypeError for HTML, such as a message: a mistake in the template.
    """
    if type(value) is not str and hasattr(value, "__html__"):
        raise TypeError("A message, or other HTML, is where a URL belongs.")
    return escape(value)
