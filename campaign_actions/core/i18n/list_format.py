"""Lists, and labels with values, in the language of the page."""

import re
from collections.abc import Iterable
from functools import reduce

from babel.lists import format_list
from flask import Flask
from flask_babel import gettext as _
from flask_babel import pgettext

from campaign_actions.core.i18n.gettext import isolate
from campaign_actions.core.i18n.locale import current_locale, formatting_locale, language_here

# Before this sound Spanish writes “e” instead of “y”.
SPANISH_I_SOUND = re.compile(r"(?!hi[ae])h?[ií]", re.IGNORECASE)


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        join_list=join_list,
        join_with_commas=join_with_commas,
        join_with_semicolons=join_with_semicolons,
    )


def join_list(items: Iterable[object]) -> str:
    """Items as part of a sentence: English, French and Russian."""
    isolated, locale = [isolate(str(item)) for item in items], formatting_locale(current_locale())
    text = str(format_list(isolated, locale=locale))
    if locale.startswith("es") and len(isolated) > 1 and SPANISH_I_SOUND.match(isolated[-1]):
        return f"{text.removesuffix(f' y {isolated[-1]}')} e {isolated[-1]}"
    return text


def join_with_commas(items: Iterable[str]) -> str:
    """Items outside a sentence, or of an incomplete list: English, French, Russian."""
    return reduce(_append_with_comma, map(isolate, map(str, items)), "")


def join_with_semicolons(items: Iterable[str]) -> str:
    """Items that may contain commas."""
    return reduce(_append_with_semicolon, map(isolate, map(str, items)), "")


def label_value(name: object, value: object) -> str:
    """A label and its value, with a colon."""
    # Translators: with the colon as your language writes it, and the space before it if it has one.
    return str(_("%(name)s: %(value)s", name=str(name), value=str(value)))


def label_in_languages(label: object, tags: Iterable[str]) -> str:
    """A label and the languages it is about, as the reader names them."""
    for tag in tags:
        # Translators: what a field is called, and the language of its text: “Topic (Russian)”
        label = _("%(field)s (%(language)s)", field=str(label), language=language_here(tag))
    return str(label)


def _append_with_comma(before: str, item: str) -> str:
    # Translators: two items of a list; “%(before)s” may be a list itself.
    return (
        str(pgettext("list", "%(before)s, %(item)s", before=before, item=item)) if before else item
    )


def _append_with_semicolon(before: str, item: str) -> str:
    # Translators: two items of a list whose items have commas; “%(before)s” may be a list itself.
    return (
        str(pgettext("list", "%(before)s; %(item)s", before=before, item=item)) if before else item
    )
