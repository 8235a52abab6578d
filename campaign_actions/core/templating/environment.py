"""Flask's Jinja environment with contextual escaping, and rendering outside a request."""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any

from flask import Flask, current_app, g, render_template
from flask.templating import Environment
from jinja2 import StrictUndefined
from markupsafe import Markup

from campaign_actions.core.i18n.locale import current_locale
from campaign_actions.core.i18n.locale_registry import locale_registry
from campaign_actions.core.organization import organization_store
from campaign_actions.core.templating.autoescape import ContextualCodeGenerator, init_filters


class PageEnvironment(Environment):
    """Escapes values for their context: see core/templating/autoescape.

    The globals of a template are a plain dict, complete when it is loaded. Jinja would chain two, so as
    to see later additions, and copy the chain whenever a template is rendered, included or imported.
    """

    code_generator_class = ContextualCodeGenerator

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def init_app(app: Flask) -> None:
    """Call this first: other parts add their globals and filters."""
    app.jinja_environment = PageEnvironment
    init_filters(app.jinja_env)
    app.jinja_env.filters["alike"] = alike
    app.jinja_env.globals["render_in"] = render_in
    app.jinja_env.undefined = StrictUndefined
    # The optimizer would compute filters of constants once, in one language for everyone.
    app.jinja_env.optimized = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def alike(items: Iterable[Any], *names: str) -> list[list[Any]]:
    """Together those that have the same values of these attributes, in the order of the first of them."""
    found: dict[tuple[object, ...], list[Any]] = {}
    for item in items:
        found.setdefault(tuple(getattr(item, name) for name in names), []).append(item)
    return list(found.values())


def render_in(locale: str, template: str, **values: object) -> Markup:
    """A part of a page in another language than the rest of it, or in the same one ("")."""
    former = current_locale()
    g.locale = locale or former
    try:
        return Markup(render_template(template, **values))  # noqa: S704 - escaped as a template
    finally:
        g.locale = former


def render(template: str, values: Mapping[str, object]) -> str:
    """Render a page outside a request for it, in a locale_context()."""
    return render_template(template, **values)


@contextmanager
def locale_context(locale: str) -> Iterator[None]:
    """Make `_()`, `url_for()` and templates work as in a request for a page in this language.

    It is a new app context, because Flask-Babel keeps the language of a context until its end. At the
    end its database session is removed.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context(), app.test_request_context("/", base_url=app.config["PUBLIC_URL"]):
        locale_registry().refresh()
        organization_store().refresh()
        g.locale = locale
        yield
