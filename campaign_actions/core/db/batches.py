"""Work of the worker in batches of one transaction each, between which people get their turn."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import TypeVar

from sqlalchemy import Connection

from campaign_actions.core.db.session import db, write_transaction

MAX_REST_SECONDS = 0.5
Row = TypeVar("Row")


def in_batches(do_batch: Callable[[], int], *, full: int, most: float = math.inf) -> int:
    """Repeat a transaction of at most `full` rows, until one has fewer. Returns the number of all rows.

    `most`: transactions in one run of a task, so that other work gets its turn.
    """
    done = 0
    for number in count(1):
        started = time.monotonic()
        rows = do_batch()
        done += rows
        if rows < full or number >= most:
            break
        rest_since(started)
    return done


def parts_of(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    """The rows in parts of at most `size`."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


@contextmanager
def write_and_rest() -> Iterator[Connection]:
    """A write transaction of a long task, and a rest for as long as it kept others waiting."""
    with write_transaction() as connection:
        started = time.monotonic()
        yield connection
    rest_since(started)


def rest_since(started: float) -> None:
    """On SQLite, which has one writer, rest for as long as the last transaction took.

    Otherwise people who sign would hardly get their turn. `started`: a value of time.monotonic().
    """
    if db.engine.dialect.name == "sqlite":
        time.sleep(min(time.monotonic() - started, MAX_REST_SECONDS))
