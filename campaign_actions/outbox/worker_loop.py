"""Repeating a step until the process is asked to stop, whatever fails."""

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from types import FrameType

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from campaign_actions.core.services import Service

log = structlog.get_logger()
STEP_INTERVAL_SECONDS = 1.0
MAX_PAUSE_SECONDS = 15.0  # after failures
POLL_INTERVAL_SECONDS = 0.2  # how soon a pause ends when the process is asked to stop

Task = Callable[[datetime], object]  # given the time
Tasks = Service[Mapping[str, Task]]
scheduled_tasks = Tasks("scheduled_tasks")  # one after another
# Each of these groups is in a thread of its own.
bulk_tasks = Tasks(
    "bulk_tasks"
)  # on very many signatures: counts do not wait for them, nor they for counts
slow_tasks = Tasks("slow_tasks")  # that take long or wait for other machines
TASK_GROUPS = scheduled_tasks, bulk_tasks, slow_tasks


class Stop:
    """Whether the process should stop. Polled, since signal handlers must not take locks."""

    def __init__(self) -> None:
        self.is_asked = False

    def wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self.is_asked and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, POLL_INTERVAL_SECONDS))


@contextmanager
def stopped_by_signals() -> Iterator[Stop]:
    """SIGTERM and SIGINT ask to stop after the current email; the second one ends the process."""
    stop = Stop()
    former = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.is_asked = True
        for number, handler in former.items():
            signal.signal(number, handler)

    for number in former:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def keep_doing(step: Callable[[], bool], stop: Stop) -> None:
    """Run a step each second. After failures (False or an error) pause for up to 15 s."""
    failures = 0
    while not stop.is_asked:
        try:
            is_well = step()
        except (DBAPIError, PoolTimeout) as error:
            is_well = False
            log.error("database_unavailable", kind=type(getattr(error, "orig", error)).__name__)
        except Exception as error:  # an error in one step must not end the worker
            is_well = False
            log.error("step_failed", exc_info=error)
        failures = 0 if is_well else failures + 1
        stop.wait(min(STEP_INTERVAL_SECONDS * 2 ** max(failures - 1, 0), MAX_PAUSE_SECONDS))


def throttled(task: Task, *, seconds: float) -> Task:
    """A task that runs at most once in this many seconds, however often it is called."""
    done_at = float("-inf")

    @wraps(task)
    def do(now: datetime) -> object:
        nonlocal done_at
        if time.monotonic() - done_at < seconds:
            return None
        done_at = time.monotonic()
        return task(now)

    return do
