"""`_()` and its siblings in Python and in templates, in the language of the page."""

import re
from typing import Any, cast

from flask import Flask
from flask_babel import Babel, Domain
from flask_babel.speaklater import LazyString
from jinja2 import Environment, pass_environment, pass_eval_context
from jinja2.filters import do_truncate
from jinja2.nodes import EvalContext

from campaign_actions.core.i18n.bidi import close_isolates, isolate_text
from campaign_actions.core.i18n.catalog import GettextCatalog, format_message
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.locale import current_locale, direction, formatting_locale
from campaign_actions.core.i18n.locale_registry import catalog_of

INTEGERS = re.compile(r"%\((\w+)\)d")


def init_app(app: Flask) -> None:
    babel = Babel(app, locale_selector=_babel_locale, timezone_selector=lambda: "UTC")
    babel.domain_instance = CatalogDomain()
    _make_lazy_strings_text()
    app.jinja_env.globals.update(
        _=_gettext, ngettext=_ngettext, pgettext=_pgettext, npgettext=_npgettext
    )
    app.jinja_env.filters.update(isolate=isolate, drawn=drawn, truncate=truncate)


class CatalogDomain(Domain):
    """Makes Flask-Babel's functions use our catalogs.

    Flask-Babel would look up its catalog in the context for each of the fifty messages of a page.
    """

    def gettext(self, string: str, **variables: object) -> str:
        return self.pgettext("", string, **variables)

    def ngettext(self, singular: str, plural: str, num: int, **variables: object) -> str:
        return self.npgettext("", singular, plural, num, **variables)

    def pgettext(self, context: str, string: str, **variables: object) -> str:
        text = _catalog().gettext_plain(string, context)
        return _format(text, variables, string) if variables else text

    def npgettext(
        self, context: str, singular: str, plural: str, num: int, **variables: object
    ) -> str:
        text = _catalog().ngettext_plain(singular, plural, num, context)
        return _format_count(text, num, variables, singular if num == 1 else plural)


def isolate(text: str) -> str:
    """Text of any direction beside other text of the page, outside a message."""
    return isolate_text(text, direction())


def drawn(text: str) -> str:
    """Text of any direction in a drawing, which lays out all of its texts from left to right."""
    return isolate_text(text, "ltr")


@pass_environment
def truncate(environment: Environment, text: str, length: int, **options: Any) -> str:
    """Jinja's filter, but isolates whose end was cut off are closed, so that nothing after them turns."""
    return close_isolates(do_truncate(environment, text, length, **options))


# In templates. Values are escaped where the output is HTML. Jinja's own make four calls of each.


@pass_eval_context
def _gettext(eval_context: EvalContext, message: str, **values: object) -> str:
    return _pgettext(eval_context, "", message, **values)


@pass_eval_context
def _pgettext(eval_context: EvalContext, context: str, message: str, **values: object) -> str:
    catalog = _catalog()
    find = catalog.gettext if eval_context.autoescape else catalog.gettext_plain
    return _format(find(message, context), values, message)


@pass_eval_context
def _ngettext(
    eval_context: EvalContext, singular: str, plural: str, count: int, **values: object
) -> str:
    return _npgettext(eval_context, "", singular, plural, count, **values)


@pass_eval_context
def _npgettext(
    eval_context: EvalContext,
    context: str,
    singular: str,
    plural: str,
    count: int,
    **values: object,
) -> str:
    catalog = _catalog()
    find = catalog.ngettext if eval_context.autoescape else catalog.ngettext_plain
    text = find(singular, plural, count, context)
    return _format_count(text, count, values, singular if count == 1 else plural)


def _make_lazy_strings_text() -> None:
    """Flask-Babel declares them HTML, which Jinja would not escape; ours are text, as `_()` returns."""
    if "__html__" in vars(LazyString):
        del LazyString.__html__


def _babel_locale() -> str:
    return formatting_locale(current_locale())


def _catalog() -> GettextCatalog:
    return catalog_of(current_locale())


def _format_count(text: str, count: int, values: dict[str, object], source: str) -> str:
    """As _format(), with the count as `num`."""
    text, source = (each.replace("%(num)d", "%(num)s") for each in (text, source))
    return _format(text, {"num": number(count), **values}, source)


def _format(text: str, values: dict[str, object], source: str) -> str:
    """With whole numbers (%(pages)d) grouped as the language does it: 2,000 or 2 000."""
    for name in INTEGERS.findall(source):
        text, source = (each.replace(f"%({name})d", f"%({name})s") for each in (text, source))
        if isinstance(values.get(name), int):
            values = {**values, name: number(cast(int, values[name]))}
    return format_message(text, values, source, direction())
