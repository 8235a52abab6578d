"""A process that was started by another ends with it, however that one ended."""

import os
import signal
import time
from threading import Thread

import structlog

log = structlog.get_logger()
POLL_SECONDS = 1.0  # seconds between two looks at the parent


def terminate_with_parent(parent: int, *, kill_after: float) -> None:
    """Ask this process to end, as SIGTERM does, as soon as `parent` is not its parent any more.

    What is killed tells its children nothing: they would go on for ever, and hold the port.
    Who is not done `kill_after` seconds later is killed.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(POLL_SECONDS)
        log.error("parent_died", parent=parent)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(kill_after)
        os.kill(os.getpid(), signal.SIGKILL)

    Thread(target=watch, name="orphan", daemon=True).start()
