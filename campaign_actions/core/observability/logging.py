"""Structured logs: one line an event, with ids and never a name, an address or a token."""

import logging
import sys
import time
from typing import Any

import structlog
from flask import Flask, Response, g, request
from structlog.typing import EventDict

from campaign_actions.core.observability.metrics import count_request

log = structlog.get_logger()


def configure() -> None:
    """Readable lines on a terminal, JSON lines elsewhere; the logs of libraries go the same way."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer()
    )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Any] = [_name_the_exception, renderer]
    structlog.configure(
        processors=[*shared, *last],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),  # a line is one write
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[strip, *last])
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def init_app(app: Flask) -> None:
    if not structlog.is_configured():
        configure()  # whoever starts the app: no log may hold what an exception says

    def log_exception(exc_info: Any) -> None:
        """Instead of Flask's own, which writes the address."""
        log.error("unhandled", route=_route(), exc_info=exc_info)

    app.log_exception = log_exception  # type: ignore[method-assign]

    @app.before_request
    def start_clock() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def log_and_count(response: Response) -> Response:
        """One clock for both, so that log and metrics agree."""
        route, method, status = _route(), request.method, response.status_code
        seconds = time.perf_counter() - g.pop("started", time.perf_counter())
        log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
        count_request(None if request.endpoint == "static" else route, method, status, seconds)
        return response


def _route() -> str | None:
    """The rule of the address, not the address: tokens stand in addresses."""
    return request.url_rule.rule if request.url_rule else None


def _name_the_exception(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Keep an exception's type and place; its text may hold what a person typed."""
    exc_info = event.pop("exc_info", None)
    if exc_info is True:
        exc_info = sys.exc_info()
    if isinstance(exc_info, BaseException):
        exc_info = (type(exc_info), exc_info, exc_info.__traceback__)
    if exc_info and exc_info[0]:
        event["exception"] = exc_info[0].__name__
        event["at"] = _places(exc_info[2])
    return event


def _places(traceback: Any) -> list[str]:
    places = []
    while traceback:
        code = traceback.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return places[-8:]
