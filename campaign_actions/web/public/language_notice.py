"""The notice in place of a page whose language is switched off."""

from collections.abc import Iterable

from flask import Response, make_response, render_template

from campaign_actions.core.i18n.locale import current_locale
from campaign_actions.core.switches.state import Switch, is_off
from campaign_actions.core.urls import alternate_urls
from campaign_actions.web.http.security_headers import cacheable


def language_notice(tags: Iterable[str]) -> Response | None:
    """The notice, with links to the page in other languages; None if this one is on. `tags`: of the page."""
    if not is_off(Switch("language", current_locale())):
        return None
    others = [tag for tag in tags if not is_off(Switch("language", tag))]
    page = render_template("site/language_paused.html", alternates=alternate_urls(others))
    return cacheable(make_response(page))
