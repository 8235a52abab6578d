"""A limit on how many requests of a process are worked on at once.

Threads that compete for Python's global lock slow each other down. So there are many threads, because
every waiting request needs one, but only a few of them work.
"""

from collections import deque
from threading import Lock, local


class ConcurrencyLimit:
    """A context for a limited number of threads. The others enter in order of arrival."""

    def __init__(self, limit: int) -> None:
        self._free = limit
        self._waiting: deque[Lock] = deque()
        self._lock = Lock()

    def acquire(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def release(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1

    def __enter__(self) -> None:
        self.acquire()
        _thread.limit = self

    def __exit__(self, *_error: object) -> None:
        release_slot()


def release_slot() -> None:
    """Let the next request in before a wait that leaves little to do afterwards.

    Does nothing in a thread without a slot.
    """
    limit, _thread.limit = _thread.limit, None
    if limit:
        limit.release()


class _Thread(local):
    limit: ConcurrencyLimit | None = None  # in which this thread has a slot


_thread = _Thread()
