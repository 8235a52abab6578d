"""Structured logs: one line an event, with ids, and never a name, an address or a token."""

import logging
import sys
import time
from types import TracebackType

import structlog
from flask import Flask, Response, g, request
from structlog.typing import EventDict, Processor

from campaign_actions.core.observability.metrics import count_request

log = structlog.get_logger()
MAX_FRAMES = 8


def configure() -> None:
    """Readable lines on a terminal, JSON lines elsewhere; logs of libraries too."""
    renderer: Processor = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer()
    )
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = [_summarize_exception, renderer]
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
        configure()  # also when something else starts the app: no log may contain exception texts

    def log_exception(exc_info: object) -> None:
        """Replaces Flask's own, which logs the path."""
        log.error("unhandled", route=_route(), exc_info=exc_info)

    app.log_exception = log_exception  # type: ignore[method-assign]

    @app.before_request
    def start_clock() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def log_and_count(response: Response) -> Response:
        """One duration for both, so that logs and metrics agree."""
        route, method, status = _route(), request.method, response.status_code
        seconds = time.perf_counter() - g.pop("started", time.perf_counter())
        log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
        count_request(None if request.endpoint == "static" else route, method, status, seconds)
        return response


def _route() -> str | None:
    """The URL rule, not the path: paths contain tokens."""
    return request.url_rule.rule if request.url_rule else None


def _summarize_exception(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Keep an exception's type and where it was raised; its text may contain what a person typed."""
    exc_info = event.pop("exc_info", None)
    if exc_info is True:
        exc_info = sys.exc_info()
    if isinstance(exc_info, BaseException):
        exc_info = (type(exc_info), exc_info, exc_info.__traceback__)
    if exc_info and exc_info[0]:
        event["exception"] = exc_info[0].__name__
        event["at"] = _frames(exc_info[2])
    return event


def _frames(traceback: TracebackType | None) -> list[str]:
    frames = []
    while traceback:
        code = traceback.tb_frame.f_code
        frames.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return frames[-MAX_FRAMES:]
