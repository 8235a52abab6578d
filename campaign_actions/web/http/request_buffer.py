"""Reads the whole request body before a request takes up a slot, within limits by client and address."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from re import Pattern
from threading import BoundedSemaphore
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Request

MAX_UPLOAD_BYTES = 16 * 1024 * 1024  # of an upload's request; the view takes less, with a message
MAX_CONCURRENT_UPLOADS = 2  # in a process
UPLOAD_TIMEOUT_SECONDS = 20  # how long another upload waits for its turn
BUSY = (
    b"The server is busy with other files. Yours was not saved."
    b" Please go back and try again in a minute.\n"
)


@dataclass(frozen=True)
class KnownClients:
    """The clients that may send more than the public, and where: so much below `prefix`, files at `uploads`.

    `is_known` decides by the WSGI environ alone, without a database.
    """

    prefix: str
    max_bytes: int
    uploads: Pattern[str]  # whole paths
    is_known: Callable[[WSGIEnvironment], bool]


class RequestBuffer:
    """WSGI middleware that passes a request on once its body has arrived, whatever the answer will be.

    If we answered earlier, the server would close the connection, and a browser that is still sending
    would show an error instead of our page. Slow senders also take up no concurrency slot.

    Bodies beyond the limits are left unread: the application refuses them. Two uploads are buffered at
    a time, which bounds memory; others wait. Strangers cannot take these places.
    """

    def __init__(
        self,
        inner: WSGIApplication,
        max_bytes: int,
        *,
        known: KnownClients,
        upload_timeout: float = UPLOAD_TIMEOUT_SECONDS,
    ) -> None:
        self.inner, self._max_bytes, self._known = inner, max_bytes, known
        self._upload_timeout = upload_timeout
        self._upload_slots = BoundedSemaphore(MAX_CONCURRENT_UPLOADS)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH", "")
        size = int(length) if length.isdecimal() else 0
        if length.isdecimal() and (size <= self._max_bytes or self._is_long_text(size, environ)):
            _read_body(size, environ)
        elif self._is_upload(size, environ):
            return self._upload(size, environ, start_response)
        return self.inner(environ, start_response)

    def _is_long_text(self, size: int, environ: WSGIEnvironment) -> bool:
        known = self._known
        is_allowed = environ["PATH_INFO"].startswith(known.prefix) and size <= known.max_bytes
        return is_allowed and known.is_known(environ)

    def _is_upload(self, size: int, environ: WSGIEnvironment) -> bool:
        is_allowed = size <= MAX_UPLOAD_BYTES and self._known.uploads.fullmatch(
            environ["PATH_INFO"]
        )
        return bool(is_allowed) and self._known.is_known(environ)

    def _upload(
        self, size: int, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        if not self._upload_slots.acquire(timeout=self._upload_timeout):
            headers = [("Content-Type", "text/plain"), ("Retry-After", "30")]
            start_response("503 Service Unavailable", headers)
            return [BUSY]
        try:
            _read_body(size, environ)
            return self.inner(environ, start_response)
        finally:
            self._upload_slots.release()


def _read_body(size: int, environ: WSGIEnvironment) -> None:
    environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(size))


def init_app(
    app: Flask, *, prefix: str, uploads: Pattern[str], is_known: Callable[[Request], bool]
) -> None:
    """Wrap the app; come last, since this is the outermost layer. For the others see KnownClients."""

    def is_known_environ(environ: WSGIEnvironment) -> bool:
        with app.app_context():
            return is_known(Request(environ))

    known = KnownClients(prefix, app.config["STAFF_CONTENT_LENGTH"], uploads, is_known_environ)
    app.wsgi_app = RequestBuffer(  # type: ignore[method-assign]
        app.wsgi_app, app.config["MAX_CONTENT_LENGTH"], known=known
    )
