"""Who goes first when there is not enough for all."""

import os
from contextlib import suppress


def raise_niceness(niceness: int) -> None:
    """Let this process run at this niceness (0: as all others, 19: last); where that is so already, nothing.

    Who may not change it runs on as it is: to a unit that is closed up, systemd has given its niceness.
    """
    if os.getpriority(os.PRIO_PROCESS, 0) < niceness:
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, niceness)
