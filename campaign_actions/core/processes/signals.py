"""Signals that end a command."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

ENDING = (signal.SIGTERM, signal.SIGHUP)  # SIGINT raises KeyboardInterrupt already


@contextmanager
def exit_on_signals() -> Iterator[None]:
    """Exit by an exception, so that what the command began is ended properly and removed."""
    former = {number: signal.getsignal(number) for number in ENDING}
    for number in ENDING:
        signal.signal(number, lambda received, _frame: sys.exit(128 + received))
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
