"""Limits how many requests are worked on at once; the others wait in the order they came."""

from typing import Any

from flask import Flask

from campaign_actions.core.concurrency import ConcurrencyLimit

MAX_CONCURRENT_REQUESTS = 4  # one computes, the others are about to or wait for the database


def init_app(app: Flask) -> None:
    """In front of everything that works on a request, behind what answers from memory."""
    inner, limit = app.wsgi_app, ConcurrencyLimit(MAX_CONCURRENT_REQUESTS)

    def limited(environ: Any, start_response: Any) -> Any:
        with limit:
            return inner(environ, start_response)

    app.wsgi_app = limited  # type: ignore[method-assign]
