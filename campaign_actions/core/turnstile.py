"""So many requests at once are worked on in a process; the others wait in the order they came.

Threads that compete for Python's lock slow each other down. So there are many threads, since who
waits needs one, and few of them work.
"""

from collections import deque
from threading import Lock, local
from typing import Any

from flask import Flask

AT_WORK = 4  # requests: one computes, the others are about to or wait for the database


def init_app(app: Flask) -> None:
    """In front of all that works on a request, behind what answers from memory."""
    inner, turnstile = app.wsgi_app, Turnstile(AT_WORK)

    def in_turn(environ: Any, start_response: Any) -> Any:
        with turnstile:
            return inner(environ, start_response)

    app.wsgi_app = in_turn  # type: ignore[method-assign]


def give_way() -> None:
    """Let the next one in, before a wait after which there is little left to do; not at work: nothing."""
    turnstile, _thread.at_work_in = _thread.at_work_in, None
    if turnstile:
        turnstile.leave()


class Turnstile:
    """A context that so many may be in; who leaves lets in the one who has waited longest."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._waiting: deque[Lock] = deque()
        self._looking = Lock()

    def enter(self) -> None:
        with self._looking:
            if self._free:
                self._free -= 1
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def leave(self) -> None:
        with self._looking:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1

    def __enter__(self) -> None:
        self.enter()
        _thread.at_work_in = self

    def __exit__(self, *_error: object) -> None:
        give_way()


class _Thread(local):
    at_work_in: Turnstile | None = None


_thread = _Thread()
