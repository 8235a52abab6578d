"""Ends a child process when its parent has ended, for whatever reason."""

import os
import signal
import time
from threading import Thread

import structlog

log = structlog.get_logger()
POLL_SECONDS = 1.0


def terminate_with_parent(parent: int, *, kill_after: float) -> None:
    """Once `parent` is no longer our parent, send SIGTERM to this process, then SIGKILL.

    A parent that is killed cannot stop its children: they would run for ever, and keep the port.
    `kill_after`: seconds between the two signals.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(POLL_SECONDS)
        log.error("parent_died", parent=parent)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(kill_after)
        os.kill(os.getpid(), signal.SIGKILL)

    Thread(target=watch, name="orphan", daemon=True).start()
