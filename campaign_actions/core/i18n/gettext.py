"""How the program says something in the language of the page: `_()` and its siblings."""

from typing import Any

from flask import Flask
from flask_babel import Babel, Domain
from flask_babel.speaklater import LazyString
from jinja2 import Environment, pass_environment, pass_eval_context
from jinja2.filters import do_truncate

from campaign_actions.core.i18n.bidi import closed, isolated
from campaign_actions.core.i18n.catalog import GettextCatalog, filled
from campaign_actions.core.i18n.locale import current_locale, direction, formatted_as
from campaign_actions.core.i18n.registry import catalog_of


def init_app(app: Flask) -> None:
    babel = Babel(app, locale_selector=_babel_locale, timezone_selector=lambda: "UTC")
    babel.domain_instance = Catalogs()
    _take_lazy_strings_for_text()
    app.jinja_env.globals.update(
        _=_one, ngettext=_many, pgettext=_one_in_context, npgettext=_many_in_context
    )
    app.jinja_env.filters.update(isolate=isolate, truncate=truncate)


class Catalogs(Domain):
    """What Python's `_()` says: the words of the page's language, and the source where they do not fit.

    Flask-Babel asks its way to a catalog through the context, for each of the fifty messages of a page.
    """

    def gettext(self, string: str, **variables: Any) -> str:
        return self.pgettext("", string, **variables)

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        return self.npgettext("", singular, plural, num, **variables)

    def pgettext(self, context: str, string: str, **variables: Any) -> str:
        words = _words().translated(string, context)
        return _filled(words, variables, string) if variables else words

    def npgettext(
        self, context: str, singular: str, plural: str, num: int, **variables: Any
    ) -> str:
        words = _words().translated_many(singular, plural, num, context)
        return _filled(words, {"num": num, **variables}, singular if num == 1 else plural)


def isolate(text: str) -> str:
    """A text of any direction where it stands beside others of the page, outside of a message."""
    return isolated(text, direction())


@pass_environment
def truncate(environment: Environment, text: str, length: int, **options: Any) -> str:
    """As Jinja's own; an isolate whose end was cut off gets one, and turns nothing that comes after."""
    return closed(do_truncate(environment, text, length, **options))


@pass_eval_context
def _one(template: Any, message: str, **values: Any) -> str:
    """`_()` of templates: values are escaped in HTML. As Jinja's own, which makes four calls of it."""
    return _one_in_context(template, "", message, **values)


@pass_eval_context
def _one_in_context(template: Any, context: str, message: str, **values: Any) -> str:
    """`pgettext()` of templates: words whose meaning the context tells."""
    ours = _words()
    words = ours.gettext if template.autoescape else ours.translated
    return _filled(words(message, context), values, message)


@pass_eval_context
def _many(template: Any, one: str, more: str, number: int, **values: Any) -> str:
    """`ngettext()` of templates."""
    return _many_in_context(template, "", one, more, number, **values)


@pass_eval_context
def _many_in_context(
    template: Any, context: str, one: str, more: str, number: int, **values: Any
) -> str:
    """`npgettext()` of templates."""
    ours = _words()
    words = ours.ngettext if template.autoescape else ours.translated_many
    source = one if number == 1 else more
    return _filled(words(one, more, number, context), {"num": number, **values}, source)


def _take_lazy_strings_for_text() -> None:
    """Flask-Babel takes them for HTML, which Jinja would not escape; ours are text, as what `_()` says."""
    if "__html__" in vars(LazyString):
        del LazyString.__html__


def _babel_locale() -> str:
    return formatted_as(current_locale())


def _words() -> GettextCatalog:
    return catalog_of(current_locale())


def _filled(words: str, values: dict[str, Any], source: str) -> str:
    return filled(words, values, source, direction())
