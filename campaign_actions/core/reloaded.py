"""A value that each process keeps in memory and loads again when it has changed in the database.

On a request or an email, but only every few seconds, the process asks for a stamp, which is one short
query. So a change is live on every machine within seconds, and a page costs no query.
"""

from collections.abc import Hashable
from threading import Lock
from time import monotonic
from typing import Generic, Protocol, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

log = structlog.get_logger()

Value = TypeVar("Value")
Loaded = TypeVar("Loaded", covariant=True)


class Source(Protocol[Loaded]):
    """Where the value comes from."""

    def stamp(self) -> Hashable:
        """A value that changes whenever the loaded one does; one query."""

    def load(self) -> Loaded:
        """The value, from the database."""

    def shipped(self) -> Loaded:
        """The value without a database."""


class Reloaded(Generic[Value]):
    """The value that a process has loaded. `name` is for the log."""

    def __init__(self, source: Source[Value], seconds: float, *, name: str) -> None:
        self._source, self._seconds, self._name = source, seconds, name
        self._lock = Lock()
        self._value: Value | None = None
        self._stamp: Hashable = None
        self._next_check = 0.0
        self._loads = 0

    @property
    def current(self) -> Value:
        return self._load_first() if self._value is None else self._value

    def count_loads(self) -> int:
        """How often a value has been loaded: a change of it changes this number."""
        return self._loads

    def refresh(self) -> None:
        """Reload if it is time to check and something has changed. Only one thread does; none waits."""
        if monotonic() >= self._next_check and self._lock.acquire(blocking=False):
            try:
                self._reload_if_changed()
            finally:
                self._lock.release()

    def refresh_now(self) -> None:
        """Reload at once, after a change by this process."""
        with self._lock:
            self._reload_if_changed()

    def _load_first(self) -> Value:
        with self._lock:
            if self._value is None:
                self._reload_if_changed()
            return self._source.shipped() if self._value is None else self._value

    def _reload_if_changed(self) -> None:
        """Keep what is loaded while the database is unavailable."""
        self._next_check = monotonic() + self._seconds
        try:
            stamp = self._source.stamp()
            if self._value is None or stamp != self._stamp:
                self._value, self._stamp = self._source.load(), stamp
                self._loads += 1
        except SQLAlchemyError as error:
            log.warning("not_loaded", what=self._name, error=type(error).__name__)
