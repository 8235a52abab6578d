"""Turns any error into a page, or JSON, that says what happened and what to do."""

from collections.abc import Callable, Sequence

import structlog
from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException

from campaign_actions.core.db.session import UNAVAILABLE
from campaign_actions.core.errors import STATUS_TEXTS, DomainError
from campaign_actions.core.services import Service

log = structlog.get_logger()


SpecialPage = Callable[[int, LazyString, LazyString], str | None]  # status, title, message
_special_page = Service[SpecialPage]("special_error_page")


def init_app(app: Flask, special_page: SpecialPage) -> None:
    """`special_page` renders the errors of one part of the site, and returns None for the rest."""
    _special_page.provide(app, special_page)
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DataError, lambda _error: error_page(400))
    for unavailable in UNAVAILABLE:
        app.register_error_handler(unavailable, _database_error)


def error_page(
    status: int,
    title: LazyString | None = None,
    message: LazyString | None = None,
    typed: Sequence[tuple[str, str]] = (),
) -> Response:
    """An error as a page, or as JSON for a .json address. For 500 and above, no database is queried.

    `typed`: as in `DomainError`.
    """
    default_title, default_message = (
        STATUS_TEXTS.get(status) or STATUS_TEXTS[500 if status >= 500 else 400]
    )
    title, message = title or default_title, message or default_message
    if request.path.endswith(".json"):
        return make_response(jsonify(error=str(title), message=str(message)), status)
    page = _special_page()(status, title, message) or render_template(
        "errors/error.html",
        status=status,
        title=title,
        message=message,
        typed=typed,
        alternates={},
    )
    response = make_response(page, status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _domain_error(error: DomainError) -> Response:
    page = error_page(error.status, error.title, error.message, error.typed)
    if error.retry_after:
        page.headers["Retry-After"] = str(error.retry_after)
    return page


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    page = error_page(error.code or 500)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            page.headers[name] = value
    return page


def _database_error(error: Exception) -> Response:
    """The database is unavailable, full or busy. Nothing was saved; people can try again."""
    log.error("database_unavailable", kind=type(getattr(error, "orig", error)).__name__)
    page = error_page(503)
    page.headers["Retry-After"] = "30"
    return page
