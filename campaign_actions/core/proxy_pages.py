"""The pages that the shipped nginx shows when it cannot ask the program: one for each error and language.

They are files in the checkout, because nginx has to show them while the program is stopped.
"""

from dataclasses import dataclass
from pathlib import Path

from flask import current_app, g
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from campaign_actions.core import paths
from campaign_actions.core.errors import STATUS_TEXTS
from campaign_actions.core.i18n.catalog import GettextCatalog, Translations
from campaign_actions.core.i18n.locale_registry import use_catalog

PROXY_PAGES_FOLDER = paths.CHECKOUT / "deploy" / "nginx" / "campaign-actions" / "errors"
PROXY_TEMPLATE = "errors/proxy.html"


@dataclass(frozen=True)
class ProxyPage:
    title: LazyString
    message: LazyString
    note: LazyString | None = None


PROXY_PAGES = {  # by the names of their files, which nginx.conf has
    "too-large": ProxyPage(*STATUS_TEXTS[413]),
    "too-large-file": ProxyPage(
        _l("This file is too large"), _l("Nothing was saved. Go back and choose a smaller file.")
    ),
    "unavailable": ProxyPage(
        # Translators: shown while the server is overloaded or being updated
        _l("Please try again in a minute"),
        _l("The site is very busy, or we are updating it."),
        _l(
            "If you’ve just sent a form, go back and press the button again. Your answers should"
            " still be there. It’s safe to press it twice. You’ll be counted only once."
        ),
    ),
}


def write_proxy_pages(folder: Path, tag: str, translations: Translations) -> None:
    """Write `<folder>/<language>/<name>.html` for each page."""
    place = folder / tag
    place.mkdir(parents=True, exist_ok=True)
    for name, text in render_proxy_pages(tag, translations).items():
        (place / f"{name}.html").write_text(text, encoding="utf-8")


def render_proxy_pages(tag: str, translations: Translations) -> dict[str, str]:
    """The HTML of the pages by name, with no other translations than these: no database is asked."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context(), use_catalog(GettextCatalog(tag, translations)):
        g.locale = tag
        template = app.jinja_env.get_template(PROXY_TEMPLATE)
        return {name: f"{template.render(page=page)}\n" for name, page in PROXY_PAGES.items()}
