"""Headers of every answer, the origin check of public forms, and the client's true address."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, abort, current_app, make_response, redirect, request
from werkzeug.middleware.proxy_fix import ProxyFix

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
FRAMED_POLICY = CONTENT_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
# A mail brings its style with it: inside its frame that is allowed, and nothing else is.
FRAMED_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
)
PAGE_CACHE = "public, max-age=1, stale-while-revalidate=10, stale-if-error=10"


HSTS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def init_app(app: Flask) -> None:
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    always = HEADERS | (HSTS if app.config["PUBLIC_URL"].startswith("https://") else {})
    app.wsgi_app = _with_headers(app.wsgi_app, list(always.items()))  # type: ignore[method-assign]

    @app.after_request
    def not_elsewhere(response: Response) -> Response:
        """Kept by nobody unless the page says so; leads to no other site."""
        response.headers.setdefault("Cache-Control", "no-store")
        if response.location:
            response.location = _path_of(response.location)
        return response


def _with_headers(inner: Any, always: list[tuple[str, str]]) -> Any:
    """Every answer of `inner` with these headers, unless it brings its own: pages and files alike."""

    def answer(environ: Any, start_response: Any) -> Any:
        def start(status: str, given: list[tuple[str, str]], *exc_info: Any) -> Any:
            names = {name for name, _value in given}
            missing = [header for header in always if header[0] not in names]
            return start_response(status, [*given, *missing], *exc_info)

        return inner(environ, start)

    return answer


def cacheable(response: Response) -> Response:
    """Let everyone, proxies too, keep this page for a second: it holds nothing of one visitor."""
    response.headers["Cache-Control"] = PAGE_CACHE
    return response


def permanent_redirect(path: str) -> Response:
    """For good, with the query. Browsers keep it; caches that look at no query do not."""
    query = request.query_string.decode("latin-1")
    response = make_response(redirect(f"{path}?{query}" if query else path, 301))
    response.headers["Cache-Control"] = REDIRECT_CACHE
    return response


def private(response: Response) -> Response:
    """A page whose address is a right: not kept, and not found by search engines."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def allow_framing(response: Response) -> Response:
    """A page that shows another one of ours in a frame."""
    response.headers["Content-Security-Policy"] = FRAMING_POLICY
    return private(response)


def allow_being_framed(response: Response) -> Response:
    """The page that is shown in a frame of ours."""
    response.headers["Content-Security-Policy"] = FRAMED_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return private(response)


def framed_mail(body: str, mimetype: str = "text/html", *, allowed: str = "") -> Response:
    """A mail as a program for mail shows it, for a frame of ours: no script, no form, no way out.

    `allowed`: words of the sandbox for what it may do in spite of that.
    """
    response = allow_being_framed(Response(body, mimetype=mimetype))
    response.headers["Content-Security-Policy"] = f"{FRAMED_MAIL_POLICY} {allowed}".rstrip()
    return response


def check_origin() -> None:
    """Refuse a post that a page of another site has sent (403).

    Browsers say where a post comes from in Sec-Fetch-Site, older ones in Origin. A client that
    says neither is no browser with somebody's address in it; the form token decides about it.
    """
    if is_same_origin() is False:
        abort(403)


def is_same_origin() -> bool | None:
    """Whether a page of this site sent a post; None: the client does not say."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if fetch_site is not None:
        return fetch_site in {"same-origin", "none"}
    return None if origin is None else _host(origin) in own_hosts()


def _path_of(address: str) -> str:
    """Where to go on this site, without the host, which the client has named and may have made up."""
    parts = urlsplit(address)
    return urlunsplit(("", "", "/" + parts.path.lstrip("/"), parts.query, parts.fragment))


def own_hosts() -> set[str]:
    """What this site is called: by itself, and by who asks."""
    return {request.host, _host(current_app.config["PUBLIC_URL"])}


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return "no address"
