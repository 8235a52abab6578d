"""URLs of pages. Absolute ones are built from PUBLIC_URL alone, never from the Host header."""

from collections.abc import Hashable, Iterable
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, has_request_context, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RequestRedirect

from campaign_actions.core.i18n.locale import current_locale, locales

MAX_CACHED_PATHS = 4096


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(public_url=public_url, url_for=path_for)

    @app.context_processor
    def alternates() -> dict[str, dict[str, str]]:
        return {"alternates": alternate_urls(locales()) if has_request_context() else {}}


def path_for(endpoint: str, **values: Hashable) -> str:
    """Like `url_for()` for a full endpoint name, but cached: a page links to twenty others."""
    # A URL with a token gives access, so it is not kept in memory.
    build = build_path.__wrapped__ if "token" in values else build_path
    url_map, root = current_app.url_map, request.script_root
    return build(url_map, root, current_locale(), endpoint, tuple(values.items()))


def public_url(path: str) -> str:
    """The absolute URL of a path."""
    return str(current_app.config["PUBLIC_URL"].rstrip("/") + path)


def is_reachable() -> bool:
    """Whether people on other machines can open links in emails. The demo is for one machine only."""
    if current_app.config["DEMO"]:
        return True
    host = urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost"
    try:
        address = ip_address(host)
    except ValueError:
        return host != "localhost" and not host.endswith(".localhost")
    return not (address.is_loopback or address.is_unspecified)


def public_url_for(endpoint: str, **values: str | int) -> str:
    """The absolute URL of a page; works without a request, for emails and commands."""
    anchor = values.pop("_anchor", "")
    path = current_app.url_map.bind("").build(endpoint, values)
    return public_url(f"{path}#{anchor}" if anchor else path)


def find_page(url: str) -> tuple[str, dict[str, Any]] | None:
    """The endpoint and arguments of one of our own pages, given its URL or path."""
    path = urlsplit(url.removeprefix(public_url(""))).path
    try:
        endpoint, values = current_app.url_map.bind("").match(path or "/", method="GET")
    except RequestRedirect as redirect:
        return find_page(urlsplit(redirect.new_url).path)
    except HTTPException:
        return None
    return endpoint, dict(values)


def alternate_urls(tags: Iterable[str]) -> dict[str, str]:
    """The absolute URL of this page by language, for those of `tags` that are served."""
    endpoint, arguments = request.endpoint, dict(request.view_args or {})
    if not endpoint or not current_app.url_map.is_endpoint_expecting(endpoint, "locale"):
        return {}
    wanted = set(tags)
    return {
        tag: public_url(path_for(endpoint, **arguments | {"locale": tag}))
        for tag in locales()
        if tag in wanted
    }


@lru_cache(MAX_CACHED_PATHS)
def build_path(
    url_map: Map, root: str, locale: str, endpoint: str, values: tuple[tuple[str, Hashable], ...]
) -> str:
    has_locale = url_map.is_endpoint_expecting(endpoint, "locale")
    arguments = ({"locale": locale} if has_locale else {}) | dict(values)
    anchor = arguments.pop("_anchor", "")
    path = url_map.bind("", script_name=root).build(endpoint, arguments)
    return f"{path}#{anchor}" if anchor else path
