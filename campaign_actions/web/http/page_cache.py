"""The page cache: public pages, kept for a second in memory, so that a crowd costs one request a second.

It keeps pages that say they contain nothing about one visitor (`cacheable()` in security_headers). The
key is the path, and whether the browser accepts gzip; public pages ignore the query. A switch that is
turned makes all kept pages worthless at once. While one request
renews a page, and if that fails because the database is unavailable, others get the stale page for up
to ten seconds, as `Cache-Control` also allows proxies. While someone signs in this process, readers
wait for a moment: signers go first.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable
from functools import lru_cache
from threading import Lock
from time import monotonic, sleep
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from campaign_actions.core.observability.metrics import (
    PAGE_CACHE_HITS,
    PAGE_CACHE_MISSES,
    PAGE_CACHE_STALE,
)
from campaign_actions.web.http.security_headers import PAGE_CACHE

MAX_PAGES = 1024  # in a process; each address has two, with and without gzip
RUSH_POSTS = 10  # with so many POSTs within a second, readers yield between them too
YIELD_SECONDS = 0.1  # how long a reader waits while someone signs
MAX_STALE_SECONDS = 10.0  # while a page is renewed here, and stale-if-error in PAGE_CACHE

Headers = list[tuple[str, str]]
Key = tuple[str, bool, int]  # the path, whether it is gzip, and the generation


def init_app(app: Flask, *, staff_prefix: str, generation: Callable[[], int]) -> None:
    """Wrap everything added so far, unless CACHE_SECONDS is 0. `generation`: see PageCache."""
    if seconds := app.config["CACHE_SECONDS"]:
        app.wsgi_app = PageCache(  # type: ignore[method-assign]
            app.wsgi_app, seconds, staff_prefix=staff_prefix, generation=generation
        )


class CachedPage:
    """A response as it is sent, and when it was made."""

    def __init__(self, headers: Headers, body: bytes, made_at: float) -> None:
        self.etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        self.headers = [*headers, ("ETag", self.etag)]
        self.unchanged = [h for h in self.headers if not h[0].startswith("Content-")]
        self.body = body
        self.made_at = made_at
        self.renewal = Lock()

    def respond(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The page, or 304 if the browser has it already (RFC 9110, 13.1.2)."""
        if self.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start_response("304 Not Modified", self.unchanged)
            return []
        start_response("200 OK", self.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]


class PageCache:
    """WSGI middleware that answers from memory what `inner` made within `seconds`.

    `staff_prefix`: paths below it are not those of signers. `generation`: a number; pages that were
    asked for under another one are not used any longer.
    """

    def __init__(
        self,
        inner: WSGIApplication,
        seconds: float,
        *,
        staff_prefix: str,
        generation: Callable[[], int] = lambda: 0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.inner, self.seconds, self.clock = inner, seconds, clock
        self.staff_prefix, self.generation = staff_prefix, generation
        self.pages: dict[Key, CachedPage] = {}
        self.open_posts = 0
        self.post_times: deque[float] = deque(maxlen=RUSH_POSTS)  # when the latest began
        self.posts_lock = Lock()
        self.pages_lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self._post(environ, start_response)
        is_gzip = accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        key = (environ["PATH_INFO"], is_gzip, self.generation())
        page = self.pages.get(key)
        if page is None:
            return self._render(key, None, environ, start_response)
        if self.open_posts or self._is_rush():
            sleep(YIELD_SECONDS)
        age = self.clock() - page.made_at
        if age < self.seconds:
            PAGE_CACHE_HITS.inc()
            return page.respond(environ, start_response)
        if age < MAX_STALE_SECONDS and not page.renewal.acquire(blocking=False):
            PAGE_CACHE_STALE.inc()
            return page.respond(environ, start_response)
        try:
            return self._render(key, page, environ, start_response)
        finally:
            if age < MAX_STALE_SECONDS:
                page.renewal.release()

    def _post(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a POST on; while it runs, pages from memory yield, unless it is from staff.

        A response without a length, like an export, is passed on in chunks: it is never completely in
        memory, and readers do not yield until its end.
        """
        is_public = not environ.get("PATH_INFO", "").startswith(self.staff_prefix)
        if is_public:
            self.post_times.append(self.clock())
        with self.posts_lock:
            self.open_posts += is_public
        sent_headers: Headers = []

        def start(status: str, headers: Headers, *error: Any) -> Callable[[bytes], object]:
            sent_headers[:] = headers
            return start_response(status, headers, *error)

        try:
            body = self.inner(environ, start)
            return _read_all(body) if _has_length(sent_headers) else body
        finally:
            with self.posts_lock:
                self.open_posts -= is_public

    def _is_rush(self) -> bool:
        return len(self.post_times) == RUSH_POSTS and self.clock() - self.post_times[0] < 1

    def _render(
        self,
        key: Key,
        stale: CachedPage | None,
        environ: WSGIEnvironment,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        """Get the response from `inner`, also for HEAD, and keep it if it may be cached."""
        started: list[Any] = []  # the arguments of start_response()
        encoding = "gzip" if key[1] else "identity"  # one encoding for each key
        get = environ | {"REQUEST_METHOD": "GET", "HTTP_ACCEPT_ENCODING": encoding}
        body = self.inner(get, lambda *arguments: started.extend(arguments))  # type: ignore[arg-type]
        status, headers = started[:2]
        now = self.clock()
        is_usable = stale and status.startswith("5") and now - stale.made_at < MAX_STALE_SECONDS
        page = stale if is_usable else None
        if _is_cacheable(status, headers):
            page = self._keep(key, CachedPage(headers, b"".join(body), now))
        if page is None:
            if stale and not status.startswith("5"):
                self._forget(key, stale)
            start_response(*started)
            if environ["REQUEST_METHOD"] != "HEAD":
                return body
            _close(body)
            return []
        (PAGE_CACHE_STALE if page is stale else PAGE_CACHE_MISSES).inc()
        _close(body)
        return page.respond(environ, start_response)

    def _forget(self, key: Key, stale: CachedPage) -> None:
        """The page has gone from the site, so a later error must not bring it back."""
        with self.pages_lock:
            if self.pages.get(key) is stale:
                del self.pages[key]

    def _keep(self, key: Key, page: CachedPage) -> CachedPage:
        with self.pages_lock:
            self.pages.pop(key, None)
            self.pages[key] = page
            while len(self.pages) > MAX_PAGES:
                self.pages.pop(next(iter(self.pages)))  # the least recently renewed
        return page


@lru_cache(maxsize=256)
def accepts_gzip(accept_encoding: str) -> bool:
    return parse_accept_header(accept_encoding, Accept).quality("gzip") > 0


def _is_cacheable(status: str, headers: Headers) -> bool:
    is_public = status.startswith("200 ") and ("Cache-Control", PAGE_CACHE) in headers
    return is_public and all(name.lower() != "set-cookie" for name, _value in headers)


def _has_length(headers: Headers) -> bool:
    return any(name.lower() == "content-length" for name, _value in headers)


def _read_all(body: Iterable[bytes]) -> list[bytes]:
    try:
        return [b"".join(body)]
    finally:
        _close(body)


def _close(body: Iterable[bytes]) -> None:
    if hasattr(body, "close"):
        body.close()
