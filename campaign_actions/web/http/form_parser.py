"""The class of every request: its forms are read as UTF-8, whatever they claim to be."""

from typing import IO
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser


class Utf8FormParser(FormDataParser):
    """Turns bytes that are not UTF-8 into U+FFFD, which every field rejects with a message.

    Werkzeug would keep them percent-encoded, as if the person had typed the percent signs.
    """

    def _parse_urlencoded(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        if (content_length or 0) > (self.max_form_memory_size or 0):
            raise RequestEntityTooLarge
        text = stream.read().decode("utf-8", "replace")
        fields = parse_qsl(text, keep_blank_values=True, errors="replace")
        return stream, MultiDict(fields), MultiDict()


class Utf8Request(Request):
    form_data_parser_class = Utf8FormParser
