"""A limit on how many requests of a process are worked on at once.

Threads that compete for Python's lock slow each other down. So there are many threads, because a waiting
request needs one, and few of them work.
"""

from collections import deque
from threading import Lock, local


class ConcurrencyLimit:
    """A context that a limited number of threads can be in. The others enter in order of arrival."""

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
        _thread.holds_slot_of = self

    def __exit__(self, *_error: object) -> None:
        release_slot()


def release_slot() -> None:
    """Let the next request in, before a wait after which there is little left to do.

    Does nothing for a thread without a slot.
    """
    limit, _thread.holds_slot_of = _thread.holds_slot_of, None
    if limit:
        limit.release()


class _Thread(local):
    holds_slot_of: ConcurrencyLimit | None = None


_thread = _Thread()
