"""What a client sends, read so that nothing is guessed and nothing is lost."""

import re
from collections.abc import Callable
from io import BytesIO
from threading import BoundedSemaphore
from typing import IO, Any
from urllib.parse import parse_qsl

from flask import Flask, Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

STAFF = "/staff/"
FILES = re.compile(  # where a file may be sent to
    r"/staff/(?:campaigns/[0-9]+/picture|translations/[^/]+/[^/]+/files/upload)/"
)
MAX_FILE_BYTES = 16 * 1024 * 1024  # bytes of such a request; the view takes less, and says so
MAX_CONCURRENT_FILES = 2  # of a process
FILE_TIMEOUT_SECONDS = 20  # seconds a further one waits


class PublicFormParser(FormDataParser):
    """Bytes that are no UTF-8 become U+FFFD, which every field refuses in words.

    Werkzeug would keep them as percent signs, as if somebody had typed these.
    """

    def _parse_urlencoded(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: Any
    ) -> Any:
        if (content_length or 0) > (self.max_form_memory_size or 0):
            raise RequestEntityTooLarge
        text = stream.read().decode("utf-8", "replace")
        fields = parse_qsl(text, keep_blank_values=True, errors="replace")
        return stream, MultiDict(fields), MultiDict()


class PublicRequest(Request):
    form_data_parser_class = PublicFormParser


class RequestBuffer:
    """A WSGI application that begins with a request when all of it is here, whatever it answers.

    The server closes a connection on which it has not read all, and a browser that is still sending
    then shows that instead of the page with the words. And who sends slowly keeps nobody from work.

    Staff write longer texts: below STAFF so much more is heard of a device that is known. Where
    files are taken (FILES) its request may be larger still; two of these are here at once, so that
    nobody fills the memory with them, and the others wait for a while. Of what strangers send, no
    more is heard than of the public: they take nobody's place.

    `knows` tells by an environ, and by nothing that would have to be waited for.
    """

    def __init__(
        self,
        inner: Any,
        most: int,
        *,
        most_of_known: int,
        knows: Callable[[Any], bool],
        patience: float = FILE_TIMEOUT_SECONDS,
    ) -> None:
        self.inner, self.most, self.most_of_known = inner, most, most_of_known
        self.knows, self.patience = knows, patience
        self.places = BoundedSemaphore(MAX_CONCURRENT_FILES)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        length = environ.get("CONTENT_LENGTH", "")
        size = int(length) if length.isdecimal() else 0
        if size <= self._most_from(size, environ) and length.isdecimal():
            _hear_out(size, environ)
        elif (
            size <= MAX_FILE_BYTES and FILES.fullmatch(environ["PATH_INFO"]) and self.knows(environ)
        ):
            return self._with_file(size, environ, start_response)
        return self.inner(environ, start_response)

    def _most_from(self, size: int, environ: Any) -> int:
        if size <= self.most or not environ["PATH_INFO"].startswith(STAFF):
            return self.most
        return self.most_of_known if self.knows(environ) else self.most

    def _with_file(self, size: int, environ: Any, start_response: Any) -> Any:
        if not self.places.acquire(timeout=self.patience):
            headers = [("Content-Type", "text/plain"), ("Retry-After", "30")]
            start_response("503 Service Unavailable", headers)
            return [b"Others are sending files. Please go back and try again in a minute.\n"]
        try:
            _hear_out(size, environ)
            return self.inner(environ, start_response)
        finally:
            self.places.release()


def _hear_out(size: int, environ: Any) -> None:
    environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(size))


def init_app(app: Flask, *, is_known: Callable[[Request], bool]) -> None:
    """In front of all that works on a request. `is_known`: whether it may be from staff."""

    def knows(environ: Any) -> bool:
        with app.app_context():
            return is_known(Request(environ))

    app.wsgi_app = RequestBuffer(  # type: ignore[method-assign]
        app.wsgi_app,
        app.config["MAX_CONTENT_LENGTH"],
        most_of_known=app.config["STAFF_CONTENT_LENGTH"],
        knows=knows,
    )
