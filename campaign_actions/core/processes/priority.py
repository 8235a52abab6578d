"""CPU priority of a process."""

import os
from contextlib import suppress


def raise_niceness(niceness: int) -> None:
    """Raise the niceness of this process to `niceness` (0: normal, 19: lowest priority), never lower it.

    Does nothing if that is not permitted: in a hardened unit, systemd has set the niceness.
    """
    if os.getpriority(os.PRIO_PROCESS, 0) < niceness:
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, niceness)
