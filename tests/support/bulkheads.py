"""Bulkheads that are full, as when many people send slow work at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from campaign_actions.core.bulkhead import Bulkhead


@contextmanager
def full(bulkhead: Bulkhead) -> Iterator[None]:
    bulkhead._inside += 1000
    try:
        yield
    finally:
        bulkhead._inside -= 1000
