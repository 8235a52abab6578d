"""Addresses of pages. PUBLIC_URL is the only source of absolute ones, the Host header never is."""

from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, has_request_context, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RequestRedirect

from campaign_actions.core.i18n.locale import current_locale, locales

MAX_CACHED_RULES = 4096  # paths that are remembered


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(public_url=public_url, url_for=path_for)

    @app.context_processor
    def alternates() -> dict[str, Any]:
        return {"alternates": alternates_of(locales()) if has_request_context() else {}}


def path_for(endpoint: str, **values: Hashable) -> str:
    """What `url_for()` gives for the full name of a page, remembered: a page leads to twenty others."""
    # The address with a token is a right: it is not kept in memory.
    build = build_path.__wrapped__ if "token" in values else build_path
    url_map, root = current_app.url_map, request.script_root
    return build(url_map, root, current_locale(), endpoint, tuple(values.items()))


def public_url(path: str) -> str:
    """The absolute address of a path."""
    return str(current_app.config["PUBLIC_URL"].rstrip("/") + path)


def public_url_for(endpoint: str, **values: Any) -> str:
    """The absolute address of a page; works without a request, for mails and commands."""
    return public_url(current_app.url_map.bind("").build(endpoint, values))


def page_at(address: str) -> tuple[str, dict[str, Any]] | None:
    """The endpoint and the values of one of our own pages, by its address; None: there is no such page."""
    path = urlsplit(address.removeprefix(public_url(""))).path
    try:
        endpoint, values = current_app.url_map.bind("").match(path or "/", method="GET")
    except RequestRedirect as redirect:
        return page_at(urlsplit(redirect.new_url).path)
    except HTTPException:
        return None
    return endpoint, dict(values)


def alternates_of(tags: Iterable[str]) -> dict[str, str]:
    """This page's address in each of the languages given that are served, absolute."""
    endpoint, arguments = request.endpoint, dict(request.view_args or {})
    if not endpoint or not current_app.url_map.is_endpoint_expecting(endpoint, "locale"):
        return {}
    wanted = set(tags)
    return {
        tag: public_url(path_for(endpoint, **arguments | {"locale": tag}))
        for tag in locales()
        if tag in wanted
    }


@lru_cache(MAX_CACHED_RULES)
def build_path(url_map: Map, root: str, locale: str, endpoint: str, values: Iterable[Any]) -> str:
    in_language = {"locale": locale} if url_map.is_endpoint_expecting(endpoint, "locale") else {}
    values = in_language | dict(values)
    anchor = values.pop("_anchor", "")
    path = url_map.bind("", script_name=root).build(endpoint, values)
    return f"{path}#{anchor}" if anchor else path
