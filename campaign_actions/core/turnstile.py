"""So many requests at once are worked on in a process; the others wait in the order they came.

Threads that compete for Python's lock slow each other down. So there are many threads, since who
waits needs one, and few of them work.
"""

from collections import deque
from threading import Lock
from typing import Any

from flask import Flask

AT_WORK = 16  # requests


def init_app(app: Flask) -> None:
    """In front of all that works on a request, behind what answers from memory."""
    inner, turnstile = app.wsgi_app, Turnstile(AT_WORK)

    def in_turn(environ: Any, start_response: Any) -> Any:
        with turnstile:
            return inner(environ, start_response)

    app.wsgi_app = in_turn  # type: ignore[method-assign]


class Turnstile:
    """A context that so many may be in; who leaves lets in the one who has waited longest."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._waiting: deque[Lock] = deque()
        self._looking = Lock()

    def __enter__(self) -> None:
        with self._looking:
            if self._free:
                self._free -= 1
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def __exit__(self, *_error: object) -> None:
        with self._looking:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
