"""Headers of every response, the origin check of forms, and the client's address behind proxies."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, abort, current_app, make_response, redirect, request
from werkzeug.middleware.proxy_fix import ProxyFix

from campaign_actions.core.mail.render import show_logo

CONTENT_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
REDIRECT_CACHE = "private, max-age=300"
FRAMING_POLICY = f"{CONTENT_POLICY}; frame-src 'self'"
# Pages in a frame are previews: they run no scripts and send no forms, wherever they are opened.
FRAMED_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
        "sandbox allow-same-origin",
    ]
)
# Emails have inline styles, and bring their logo: in their frame these are allowed, and nothing else.
FRAMED_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
)
# One after another, the program, nginx, a CDN and a browser may keep a page. In all of them together it
# is at most 15 seconds old, so that switches work everywhere within that time.
PAGE_CACHE = "public, max-age=1, stale-while-revalidate=2, stale-if-error=10"
HSTS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def init_app(app: Flask) -> None:
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    always = HEADERS | (HSTS if app.config["PUBLIC_URL"].startswith("https://") else {})
    app.wsgi_app = _with_headers(app.wsgi_app, list(always.items()))  # type: ignore[method-assign, assignment]

    @app.after_request
    def restrict(response: Response) -> Response:
        """Not cached unless the view says so; redirects stay on this site."""
        response.headers.setdefault("Cache-Control", "no-store")
        if response.location:
            response.location = _without_host(response.location)
        return response


def _with_headers(inner: WSGIApplication, always: list[tuple[str, str]]) -> WSGIApplication:
    """WSGI middleware that adds headers that a response does not have, to pages and files alike."""

    def with_headers(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(
            status: str, headers: list[tuple[str, str]], *exc_info: Any
        ) -> Callable[[bytes], object]:
            names = {name for name, _value in headers}
            missing = [header for header in always if header[0] not in names]
            return start_response(status, [*headers, *missing], *exc_info)

        return inner(environ, start)

    return with_headers


def cacheable(response: Response) -> Response:
    """Let browsers and proxies cache this page for a second: it contains nothing about one visitor."""
    response.headers["Cache-Control"] = PAGE_CACHE
    return response


def permanent_redirect(path: str) -> Response:
    """A redirect with the query. Only browsers cache it: shared caches might ignore the query."""
    query = request.query_string.decode("latin-1")
    response = make_response(redirect(f"{path}?{query}" if query else path, 301))
    response.headers["Cache-Control"] = REDIRECT_CACHE
    return response


def private(response: Response) -> Response:
    """A page whose address gives access: not cached, and not indexed by search engines."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def allow_framing(response: Response) -> Response:
    """Let a page show one of our own pages in a frame."""
    response.headers["Content-Security-Policy"] = FRAMING_POLICY
    return private(response)


def allow_being_framed(response: Response) -> Response:
    """Let a preview be shown in a frame of this site."""
    response.headers["Content-Security-Policy"] = FRAMED_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return private(response)


def framed_mail(body: str, mimetype: str = "text/html", *, allowed: str = "") -> Response:
    """An email to be shown in a frame: without scripts, forms and navigation.

    `allowed`: keywords for the sandbox that lift restrictions.
    """
    response = allow_being_framed(Response(show_logo(body), mimetype=mimetype))
    response.headers["Content-Security-Policy"] = f"{FRAMED_MAIL_POLICY} {allowed}".rstrip()
    return response


def check_origin() -> None:
    """Reject a POST from a page of another site (403).

    Browsers send its origin in Sec-Fetch-Site, older ones in Origin. A client that sends neither is not
    a browser that someone is using; for it the form token decides.
    """
    if is_same_origin() is False:
        abort(403)


def is_same_origin() -> bool | None:
    """Whether a page of this site sent a POST; None if the client does not say."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if fetch_site is not None:
        return fetch_site in {"same-origin", "none"}
    return None if origin is None else _host(origin) in own_hosts()


def _without_host(url: str) -> str:
    """The URL without its host, which comes from the request and may be forged."""
    parts = urlsplit(url)
    return urlunsplit(("", "", "/" + parts.path.lstrip("/"), parts.query, parts.fragment))


def own_hosts() -> set[str]:
    """The host of this site: in PUBLIC_URL, and as the client named it."""
    return {request.host, _host(current_app.config["PUBLIC_URL"])}


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return "no address"
