"""How any error becomes a page, or JSON, that says what happened and what to do next."""

from typing import Any, ClassVar

import structlog
from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException

from campaign_actions.core.db.session import UNAVAILABLE

log = structlog.get_logger()


class DomainError(Exception):
    """Something a person asked for can not be done. A subclass names the fact."""

    status: ClassVar[int] = 400
    title: ClassVar[Any] = _l("This did not work")
    message: ClassVar[Any]
    retry_after: ClassVar[int] = 0  # seconds; 0: trying again later does not help


class Conflict(DomainError):
    """It does not go with how things stand by now: mostly somebody was faster."""

    status = 409


class NotThere(DomainError):
    """There never was such a thing, or it was removed meanwhile."""

    status = 404
    title = _l("There is no page here")
    message = _l("The address may have a typing error, or the page has moved.")


TEXTS: dict[int, tuple[Any, Any]] = {
    400: (
        _l("We could not read that"),
        _l("Something in the request was broken. Nothing was stored."),
    ),
    403: (
        _l("This came from another site"),
        _l("Please open the page here and press the button again."),
    ),
    404: (NotThere.title, NotThere.message),
    405: (_l("This does not work this way"), _l("Please go back to the page and use its button.")),
    409: (
        _l("This has changed meanwhile"),
        _l(
            "Somebody changed it since you opened the page. Please go back, load it anew and try again."
        ),
    ),
    410: (_l("This page is gone"), _l("What was here has ended.")),
    413: (
        _l("That is too much text"),
        _l("Nothing was stored. Go back, shorten the text and press again."),
    ),
    429: (_l("Too many at once"), _l("Please wait a few minutes and press again.")),
    500: (
        _l("Something broke on our side"),
        _l("It is not your fault. We were told; please try again later."),
    ),
    503: (
        _l("We cannot store anything right now"),
        _l("Nothing was lost. Please try again in a minute."),
    ),
}


def init_app(app: Flask) -> None:
    app.extensions["error_pages"] = []  # other pages than ours, by those who have some
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DataError, lambda _error: error_page(400))
    for unavailable in UNAVAILABLE:
        app.register_error_handler(unavailable, _database_error)


def error_page(status: int, title: Any = None, message: Any = None) -> Response:
    """An error as a page, or as JSON where JSON was asked for. From 500 on it asks no database."""
    default_title, default_message = TEXTS.get(status) or TEXTS[500 if status >= 500 else 400]
    title, message = title or default_title, message or default_message
    if request.path.endswith(".json"):
        return make_response(jsonify(error=str(title), message=str(message)), status)
    makers = current_app.extensions["error_pages"]
    made = next(filter(None, (make(status, title, message) for make in makers)), None)
    facts = {"status": status, "title": title, "message": message}
    page = made or render_template("errors/error.html", **facts, alternates={})
    response = make_response(page, status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _domain_error(error: DomainError) -> Response:
    page = error_page(error.status, error.title, error.message)
    if error.retry_after:
        page.headers["Retry-After"] = str(error.retry_after)
    return page


def _http_error(error: HTTPException) -> Any:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    page = error_page(error.code or 500)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            page.headers[name] = value
    return page


def _database_error(error: Exception) -> Response:
    """The database is away, full or busy: nothing was acknowledged, the person may try again."""
    log.error("database_unavailable", kind=type(getattr(error, "orig", error)).__name__)
    page = error_page(503)
    page.headers["Retry-After"] = "30"
    return page
