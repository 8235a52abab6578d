"""What a client sends, read so that nothing is guessed and nothing is lost."""

from typing import IO, Any
from urllib.parse import parse_qsl

from flask import Flask, Request, request
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


def init_app(app: Flask) -> None:
    app.request_class = PublicRequest

    @app.before_request
    def hear_out() -> None:
        """Read all of a request before it is answered, whatever the answer is.

        The server closes a connection on which it has not read all, and a browser that is still
        sending then shows that instead of the page with the words.
        """
        if request.content_length:
            request.get_data(parse_form_data=True)
