"""Response times that reveal nothing: they are rounded up to whole steps."""

from time import perf_counter, sleep

from campaign_actions.core.concurrency import release_slot
from campaign_actions.core.db.session import release_connection

STEP_SECONDS = 0.01  # a hundred times the measured difference, and too short for people to notice


def round_up_response_time(started: float) -> None:
    """Wait until a whole number of steps has passed since `started`, a time of perf_counter().

    The request first gives up its concurrency slot and its database connection, so nobody waits for it.
    """
    release_connection()
    release_slot()
    sleep(-(perf_counter() - started) % STEP_SECONDS)
