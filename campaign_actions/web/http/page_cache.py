"""Whole public pages, kept for a second in front of Flask: a crowd costs no more than one reader.

Kept is what says of itself that it holds nothing of one visitor (`security.cacheable()`). The
address is the key, and whether the browser takes gzip; a query changes no page. While one
request makes a page anew, and when that fails because the database is away, all others get the
former one for a few seconds more, as `Cache-Control` tells proxies to do, too. While somebody
signs in this process, readers give way for a moment: who signs goes first.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable
from functools import lru_cache
from threading import Lock
from time import monotonic, sleep
from typing import Any

from flask import Flask
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from campaign_actions.core.observability.metrics import (
    PAGE_CACHE_HITS,
    PAGE_CACHE_MISSES,
    PAGE_CACHE_STALE,
)
from campaign_actions.web.http.security_headers import PAGE_CACHE

MAX_PAGES = 1024  # pages of a process; there are two of each address
RUSH_POSTS = 10  # posts within a second: readers give way even in between
YIELD_SECONDS = 0.1  # seconds a reader waits while somebody signs here: a crowd takes what it gets
MAX_STALE_SECONDS = 10.0  # seconds: stale-while-revalidate and stale-if-error in PAGE_CACHE

Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Any, StartResponse], Iterable[bytes]]


def init_app(app: Flask, *, staff_prefix: str) -> None:
    """Put the cache in front of all that is there already; CACHE_SECONDS 0: none."""
    if seconds := app.config["CACHE_SECONDS"]:
        app.wsgi_app = PageCache(  # type: ignore[method-assign]
            app.wsgi_app, seconds, staff_prefix=staff_prefix
        )


class CachedPage:
    """An answer as it goes out, and since when it is here."""

    def __init__(self, headers: Headers, body: bytes, made_at: float) -> None:
        self.etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        self.headers = [*headers, ("ETag", self.etag)]
        self.unchanged = [h for h in self.headers if not h[0].startswith("Content-")]
        self.body = body
        self.made_at = made_at
        self.renewal = Lock()

    def answer(self, environ: Any, start_response: StartResponse) -> Iterable[bytes]:
        """The page, or that the reader has it already (RFC 9110, 13.1.2)."""
        if self.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start_response("304 Not Modified", self.unchanged)
            return []
        start_response("200 OK", self.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]


class PageCache:
    """A WSGI application that answers from memory what `inner` has made within `seconds`."""

    def __init__(
        self,
        inner: Application,
        seconds: float,
        *,
        staff_prefix: str,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.inner, self.seconds, self.clock = inner, seconds, clock
        self.staff_prefix = staff_prefix
        self.pages: dict[tuple[str, bool], CachedPage] = {}
        self.posts = 0  # under way
        self.latest: deque[float] = deque(maxlen=RUSH_POSTS)  # when they began
        self.counting = Lock()
        self.keeping = Lock()

    def __call__(self, environ: Any, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self._pass_on(environ, start_response)
        key = (environ["PATH_INFO"], takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")))
        page = self.pages.get(key)
        if page is None:
            return self._make(key, None, environ, start_response)
        if self.posts or self._is_rush():
            sleep(YIELD_SECONDS)
        age = self.clock() - page.made_at
        if age < self.seconds:
            PAGE_CACHE_HITS.inc()
            return page.answer(environ, start_response)
        if age < MAX_STALE_SECONDS and not page.renewal.acquire(blocking=False):
            PAGE_CACHE_STALE.inc()
            return page.answer(environ, start_response)
        try:
            return self._make(key, page, environ, start_response)
        finally:
            if age < MAX_STALE_SECONDS:
                page.renewal.release()

    def _pass_on(self, environ: Any, start_response: StartResponse) -> Iterable[bytes]:
        """A post; as long as it takes, pages from memory give way. Not for staff: nobody signs there.

        What does not say how long it is, like an export, is passed on as it comes: nobody waits
        for its end, and it is never in memory as a whole.
        """
        is_of_public = not environ.get("PATH_INFO", "").startswith(self.staff_prefix)
        if is_of_public:
            self.latest.append(self.clock())
        with self.counting:
            self.posts += is_of_public
        said: Headers = []

        def start(status: str, headers: Headers, *error: Any) -> Any:
            said[:] = headers
            return start_response(status, headers, *error)

        try:
            body = self.inner(environ, start)
            return _whole(body) if _has_length(said) else body
        finally:
            with self.counting:
                self.posts -= is_of_public

    def _is_rush(self) -> bool:
        return len(self.latest) == RUSH_POSTS and self.clock() - self.latest[0] < 1

    def _make(
        self,
        key: tuple[str, bool],
        former: CachedPage | None,
        environ: Any,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        """Ask for the answer, and keep it if everybody may have it. Who asks for its head does, too."""
        heard: list[Any] = []
        encoding = "gzip" if key[1] else "identity"  # one form a key
        asked = environ | {"REQUEST_METHOD": "GET", "HTTP_ACCEPT_ENCODING": encoding}
        body = self.inner(asked, lambda *said: heard.extend(said))
        status, headers = heard[:2]
        now = self.clock()
        is_usable = former and status.startswith("5") and now - former.made_at < MAX_STALE_SECONDS
        page = former if is_usable else None
        if _is_for_all(status, headers):
            page = self._keep(key, CachedPage(headers, b"".join(body), now))
        if page is None:
            if former and not status.startswith("5"):
                self._forget(key, former)
            start_response(*heard)
            if environ["REQUEST_METHOD"] != "HEAD":
                return body
            _close(body)
            return []
        (PAGE_CACHE_STALE if page is former else PAGE_CACHE_MISSES).inc()
        _close(body)
        return page.answer(environ, start_response)

    def _forget(self, key: tuple[str, bool], former: CachedPage) -> None:
        """It is gone from the site, so no fault brings it back."""
        with self.keeping:
            if self.pages.get(key) is former:
                del self.pages[key]

    def _keep(self, key: tuple[str, bool], page: CachedPage) -> CachedPage:
        with self.keeping:
            self.pages.pop(key, None)
            self.pages[key] = page
            while len(self.pages) > MAX_PAGES:
                self.pages.pop(next(iter(self.pages)))  # the one not renewed for longest
        return page


@lru_cache(maxsize=256)
def takes_gzip(accept_encoding: str) -> bool:
    return parse_accept_header(accept_encoding, Accept).quality("gzip") > 0


def _is_for_all(status: str, headers: Headers) -> bool:
    is_public = status.startswith("200 ") and ("Cache-Control", PAGE_CACHE) in headers
    return is_public and all(name.lower() != "set-cookie" for name, _value in headers)


def _has_length(headers: Headers) -> bool:
    return any(name.lower() == "content-length" for name, _value in headers)


def _whole(body: Iterable[bytes]) -> list[bytes]:
    try:
        return [b"".join(body)]
    finally:
        _close(body)


def _close(body: Any) -> None:
    if hasattr(body, "close"):
        body.close()
