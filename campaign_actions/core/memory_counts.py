"""The counts of rate limits in the memory of one process: `memory://`, in the place of the library's own.

That one looks through all its keys up to a hundred times a second and keeps as many as there are
sources, each for hours: on a day when a hundred thousand people sign, it is what is slow.
"""

import time
from collections import OrderedDict
from threading import Lock
from typing import Any

from limits.storage import MemoryStorage

MOST = 200_000  # sources and limits, about 60 MB; who came first is forgotten first


class MemoryCounts(MemoryStorage):
    """Two neighbouring windows of each key: how many came in the one before, and in this one."""

    STORAGE_SCHEME = []  # noqa: RUF012 - made by us, not found by its name

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **_: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._windows: OrderedDict[str, tuple[int, int, int]] = OrderedDict()
        self._lock = Lock()

    def acquire_sliding_window_entry(
        self, key: str, limit: int, expiry: int, amount: int = 1
    ) -> bool:
        """Count one more, if with the part of the former window that still counts it is not too many."""
        now = time.time()
        with self._lock:
            window, before, count = self._windows_at(key, expiry, now)
            if int(before * (1 - now / expiry % 1) + count) + amount > limit:
                return False
            self._windows[key] = (window, before, count + amount)
            self._windows.move_to_end(key)
            while len(self._windows) > MOST:
                self._windows.popitem(last=False)
        return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """The counts of both windows, each with the seconds for which it goes on to count."""
        now = time.time()
        with self._lock:
            _window, before, count = self._windows_at(key, expiry, now)
        left = (1 - now / expiry % 1) * expiry
        return before, left if before else 0.0, count, left + expiry

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        with self._lock:
            self._windows.pop(key, None)

    def _windows_at(self, key: str, expiry: int, now: float) -> tuple[int, int, int]:
        """What is known of a key; counts of a window that is over, or not begun, are of no use."""
        window = int(now / expiry)
        known, before, count = self._windows.get(key, (window, 0, 0))
        if known == window:
            return window, before, count
        return window, count if known == window - 1 else 0, 0
