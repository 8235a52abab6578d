"""Bulkheads: slow work goes on outside the places of requests, a few at a time, with a short queue.

So that one kind of slow work never takes what signers need. Whoever enters a bulkhead first gives
back the place among the requests at work, and the database connection.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Semaphore
from typing import ClassVar

import structlog
from flask_babel import lazy_gettext as _l

from campaign_actions.core.concurrency import release_slot
from campaign_actions.core.db.session import release_connection
from campaign_actions.core.errors import DomainError

log = structlog.get_logger()


class BulkheadFull(DomainError):
    """The queue is full, or a turn did not come in time."""

    status = 503
    title = _l("We are very busy right now")
    message = _l("Nothing was changed. Please wait a few seconds, then try again.")
    retry_after: ClassVar[int] = 5


class Bulkhead:
    """So many at once, so many in the queue, and nobody waits for longer than the timeout.

    A request takes no place back afterwards. It could deadlock: requests with a place wait for the
    bulkhead, and the one in it for a place. It also need not: what follows slow work is one short
    transaction and one page. A write that strangers can cause by the hundred has a bulkhead of its own,
    so that it cannot take every connection while the database is slow. Never enter a bulkhead from
    inside itself.
    """

    def __init__(
        self, name: str, *, at_once: int, queue: int, timeout: float, reserved: int = 0
    ) -> None:
        """`timeout`: seconds. `reserved`: places of the queue that strangers do not get."""
        self._name, self._timeout, self._reserved = name, timeout, reserved
        self._most, self._inside, self._counting = at_once + queue, 0, Lock()
        self._turns = Semaphore(at_once)

    @contextmanager
    def enter(self, *, is_stranger: bool = False) -> Iterator[None]:
        """Raises BulkheadFull."""
        self._join_queue(self._reserved if is_stranger else 0)
        try:
            release_connection()
            release_slot()
            if not self._turns.acquire(timeout=self._timeout):
                raise self._full()
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._leave_queue()

    def _join_queue(self, reserved: int) -> None:
        with self._counting:
            if self._inside >= self._most - reserved:
                raise self._full()
            self._inside += 1

    def _leave_queue(self) -> None:
        with self._counting:
            self._inside -= 1

    def _full(self) -> BulkheadFull:
        log.warning("bulkhead_full", bulkhead=self._name)
        return BulkheadFull()
