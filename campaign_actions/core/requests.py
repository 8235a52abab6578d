"""What a client sends, read so that nothing is guessed and nothing is lost."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any
from urllib.parse import parse_qsl

from flask import Flask, Request, current_app, g
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from campaign_actions.core.i18n import current_locale


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


@contextmanager
def as_posted(fields: Mapping[str, str]) -> Iterator[MultiDict[str, str]]:
    """As if a browser had sent these fields, for a form that is rehearsed: forms read their request.

    In contexts of its own; whatever is read from the database in it is let go of.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    locale = current_locale()
    posted = app.test_request_context(
        "/", base_url=app.config["PUBLIC_URL"], method="POST", data=dict(fields)
    )
    with app.app_context(), posted:
        g.locale = locale
        yield MultiDict(fields)


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
