"""Parts put together as the language of the page does it: lists, and a name with what it is."""

import re
from collections.abc import Iterable
from functools import reduce

from babel.lists import format_list
from flask import Flask
from flask_babel import gettext as _
from flask_babel import pgettext

from campaign_actions.core.i18n.gettext import isolate
from campaign_actions.core.i18n.locale import current_locale, formatting_locale

SPANISH_I_SOUND = re.compile(
    r"(?!hi[ae])h?[ií]", re.IGNORECASE
)  # after it Spanish says “e”, not “y”


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(listed=join_list, with_commas=join_with_commas)


def join_list(items: Iterable[str]) -> str:
    """In a sentence: English, French and Russian."""
    each, locale = [isolate(str(item)) for item in items], formatting_locale(current_locale())
    words = str(format_list(each, locale=locale))
    if locale.startswith("es") and len(each) > 1 and SPANISH_I_SOUND.match(each[-1]):
        return f"{words.removesuffix(f' y {each[-1]}')} e {each[-1]}"
    return words


def join_with_commas(items: Iterable[str]) -> str:
    """In a row, where there may be more or where nobody reads them as a sentence."""
    return reduce(_after_a_comma, map(isolate, map(str, items)), "")


def join_with_semicolons(items: Iterable[str]) -> str:
    """Items that have commas of their own."""
    return reduce(_after_a_semicolon, map(isolate, map(str, items)), "")


def label_value(name: object, value: object) -> str:
    """A name and what it is."""
    # Translators: with the colon as your language writes it, and the space before it if it has one.
    return str(_("%(name)s: %(value)s", name=str(name), value=str(value)))


def _after_a_comma(before: str, item: str) -> str:
    # Translators: two items of a list; “%(before)s” may be a list itself.
    return (
        str(pgettext("list", "%(before)s, %(item)s", before=before, item=item)) if before else item
    )


def _after_a_semicolon(before: str, item: str) -> str:
    # Translators: two items of a list whose items have commas; “%(before)s” may be a list itself.
    return (
        str(pgettext("list", "%(before)s; %(item)s", before=before, item=item)) if before else item
    )
