"""Jinja as Flask sets it up, without what it would work out anew for every page."""

from collections.abc import Mapping, MutableMapping
from typing import Any

from flask import Flask, render_template
from flask.templating import Environment
from jinja2 import StrictUndefined

from campaign_actions.core.templating.autoescape import ContextualCodeGenerator, init_filters


class PageEnvironment(Environment):
    """Values are escaped for the place where they stand: see core/templating/autoescape.

    The globals of a template are a plain mapping, complete when it is loaded. Jinja would chain
    two, so that one added later is seen, and walk through the chain whenever a template is
    rendered, included or imported from.
    """

    code_generator_class = ContextualCodeGenerator

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def init_app(app: Flask) -> None:
    """Comes first: what follows adds its globals and filters."""
    app.jinja_environment = PageEnvironment
    init_filters(app.jinja_env)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def render(template: str, values: Mapping[str, Any]) -> str:
    """For who shows a page that is not theirs to answer with: see core/mail/render.reading_in()."""
    return render_template(template, **values)
