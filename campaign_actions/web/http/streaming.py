"""Streaming responses: never completely in memory, in an app context of their own."""

import zlib
from collections.abc import Generator, Iterable, Iterator
from contextvars import copy_context
from itertools import chain

import structlog
from flask import Flask, Response, current_app, request

from campaign_actions.core.concurrency import release_slot
from campaign_actions.core.errors import DomainError

log = structlog.get_logger()
STORED = 0  # gzip without compressing: costs next to nothing, reveals nothing about the contents
GZIP = 31  # the window of zlib, with the header of gzip
UNDECODABLE = b"\x07"  # the start of a block of a type that does not exist


class Stream(Iterator[bytes]):
    """Chunks that are generated while they are sent.

    The server may ask for each of them in another thread, long after the request has ended. So they are
    generated in a context of their own, whose database session lives until the last chunk was taken or
    the client has gone.
    """

    def __init__(self, app: Flask, chunks: Generator[bytes]) -> None:
        self._chunks = chunks
        self._context = copy_context()
        self._app_context = app.app_context()
        self._context.run(self._app_context.push)
        self._is_open = True

    def __next__(self) -> bytes:
        return self._context.run(next, self._chunks)

    def close(self) -> None:
        """Stop generating; may be called more than once."""
        if not self._is_open:
            return
        self._is_open = False
        try:
            self._context.run(self._chunks.close)
        finally:
            self._context.run(self._app_context.pop)

    def __del__(self) -> None:
        self.close()


def stream_file(chunks: Generator[bytes], *, name: str, mimetype: str) -> Response:
    """A download. An error before the first chunk is raised, so that a page can show it.

    After a later error the browser reports that the download has failed; see `break_visibly()`.
    """
    stream = Stream(current_app._get_current_object(), chunks)  # type: ignore[attr-defined]
    release_slot()  # a spreadsheet is complete before its first chunk is sent
    try:
        first = next(stream, b"")
    except BaseException:
        stream.close()
        raise
    body: Iterable[bytes] = chain([first], stream)
    may_pack = request.accept_encodings["gzip"] > 0
    response = Response(break_visibly(body) if may_pack else body, mimetype=mimetype)
    response.call_on_close(stream.close)
    response.headers["Content-Type"] = mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    if may_pack:
        response.headers["Content-Encoding"] = "gzip"
    return response


def break_visibly(chunks: Iterable[bytes]) -> Generator[bytes]:
    """The chunks as gzip. If one of them cannot be generated, the end cannot be decoded.

    The server ends each response as if it were complete, even after an error, and WSGI has no other way to
    say that it is not. Browsers report an answer that cannot be decoded as a failed download.
    """
    gzip = zlib.compressobj(STORED, wbits=GZIP)
    try:
        for chunk in chunks:
            if packed := gzip.compress(chunk):
                yield packed
    except DomainError as error:
        log.warning("download-broken", reason=type(error).__name__)
        yield gzip.flush(zlib.Z_SYNC_FLUSH) + UNDECODABLE
    except Exception:
        log.exception("download-broken")
        yield gzip.flush(zlib.Z_SYNC_FLUSH) + UNDECODABLE
    else:
        yield gzip.flush()
