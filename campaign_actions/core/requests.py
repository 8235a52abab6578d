"""What a client sends, read so that nothing is guessed and nothing is lost."""

from io import BytesIO
from typing import IO, Any
from urllib.parse import parse_qsl

from flask import Flask, Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser


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


class HeardOut:
    """A WSGI application that begins with a request when all of it is here, whatever it answers.

    The server closes a connection on which it has not read all, and a browser that is still sending
    then shows that instead of the page with the words. And who sends slowly keeps nobody from work.
    """

    def __init__(self, inner: Any, most: int) -> None:
        self.inner, self.most = inner, most

    def __call__(self, environ: Any, start_response: Any) -> Any:
        length = environ.get("CONTENT_LENGTH", "")
        if length.isdecimal() and int(length) <= self.most:
            environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(length)))
        return self.inner(environ, start_response)


def init_app(app: Flask) -> None:
    """In front of all that works on a request."""
    app.wsgi_app = HeardOut(app.wsgi_app, app.config["MAX_CONTENT_LENGTH"])  # type: ignore[method-assign]
