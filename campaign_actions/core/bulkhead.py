"""Bulkheads: slow work runs outside the concurrency limit, a few at a time, with a short queue.

One kind of slow work then never takes what signers need. Entering a bulkhead gives up the request's
concurrency slot and its database connection.
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
    """The queue is full, or the wait for a turn has timed out."""

    status = 503
    title = _l("We’re very busy right now")
    message = _l("Nothing was changed. Please try again in a few seconds.")
    retry_after: ClassVar[int] = 5


class Bulkhead:
    """A limit on how many threads do one kind of slow work, and how many wait for it.

    A request does not take its slot back afterwards. That could deadlock: requests with a slot would
    wait for the bulkhead, and the one inside for a slot. Nor does it need to: what follows slow work is
    one short transaction and one page. A write that strangers can cause by the hundred gets a bulkhead
    of its own, so that it cannot take every connection while the database is slow. Never enter a
    bulkhead from inside itself.
    """

    def __init__(
        self, name: str, *, max_concurrent: int, max_queued: int, timeout: float, reserved: int = 0
    ) -> None:
        """`timeout`: seconds in the queue. `reserved`: places in the queue that strangers do not get."""
        self._name, self._timeout, self._reserved = name, timeout, reserved
        self._max_inside, self._inside, self._lock = max_concurrent + max_queued, 0, Lock()
        self._turns = Semaphore(max_concurrent)

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
        with self._lock:
            if self._inside >= self._max_inside - reserved:
                raise self._full()
            self._inside += 1

    def _leave_queue(self) -> None:
        with self._lock:
            self._inside -= 1

    def _full(self) -> BulkheadFull:
        log.warning("bulkhead_full", bulkhead=self._name)
        return BulkheadFull()
