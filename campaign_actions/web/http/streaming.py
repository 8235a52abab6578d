"""Streaming responses: never completely in memory, in an app context of their own."""

from collections.abc import Generator, Iterator
from contextvars import copy_context

from flask import Flask


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
