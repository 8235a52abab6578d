"""Work of the worker in batches of one transaction each, between which people get their turn."""

import time
from collections.abc import Callable

from campaign_actions.core.db.session import db

MAX_REST_SECONDS = 0.5


def in_batches(do_batch: Callable[[], int], *, full: int) -> int:
    """Repeat a transaction that changes at most `full` rows, until one changes fewer. Returns all rows."""
    done = 0
    while True:
        started = time.monotonic()
        rows = do_batch()
        done += rows
        if rows < full:
            return done
        rest_since(started)


def rest_since(started: float) -> None:
    """On SQLite, which has one writer, rest for as long as the last transaction took.

    Otherwise people who sign would hardly get their turn. `started`: a value of time.monotonic().
    """
    if db.engine.dialect.name == "sqlite":
        time.sleep(min(time.monotonic() - started, MAX_REST_SECONDS))
