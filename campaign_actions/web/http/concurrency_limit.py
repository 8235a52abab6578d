"""Middleware that limits how many requests are worked on at once; others wait in order of arrival."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask

from campaign_actions.core.concurrency import ConcurrencyLimit

MAX_CONCURRENT_REQUESTS = 4  # one computes, the others mostly wait for the database


def init_app(app: Flask) -> None:
    """Wrap the app: inside the page cache, outside everything that works on a request."""
    inner, limit = app.wsgi_app, ConcurrencyLimit(MAX_CONCURRENT_REQUESTS)

    def limited(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with limit:
            return inner(environ, start_response)

    app.wsgi_app = limited  # type: ignore[method-assign]
