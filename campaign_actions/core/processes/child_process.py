"""A child process that lives as long as its server."""

import os
import signal
import threading
import time

import structlog

log = structlog.get_logger()
RESTART_DELAY = 1.0  # seconds before a process that died is restarted; doubles each time
MAX_RESTART_DELAY = 60.0
STABLE_SECONDS = 60.0  # a process that ran so long is restarted with the first delay again
KILL_TIMEOUT_SECONDS = 30  # how long a process may take to finish when it is stopped


class ChildProcess:
    """A child process that is restarted whenever it dies, until stop() is called."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._keep_running, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """Terminate the process and wait for its end."""
        self.stopping.set()
        self.thread.join(KILL_TIMEOUT_SECONDS)

    def _keep_running(self) -> None:
        delay = RESTART_DELAY
        while not self.stopping.is_set():
            started = time.monotonic()
            # In a session of its own, so that signals to the server do not reach it; stop() does.
            # Not with subprocess: a server process forked at that moment would keep its pipe open.
            pid = os.posix_spawn(self.command[0], self.command, os.environ, setsid=True)
            exit_code = self._wait(pid)
            if time.monotonic() - started > STABLE_SECONDS:
                delay = RESTART_DELAY
            if not self.stopping.is_set():
                log.error("child_process_died", exit_code=exit_code, delay=delay)
            self.stopping.wait(delay)
            delay = min(delay * 2, MAX_RESTART_DELAY)

    def _wait(self, pid: int) -> int:
        """The exit code. Terminates the process when stop() is called."""
        while not self.stopping.wait(0.2):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
        return _terminate(pid)


def _terminate(pid: int) -> int:
    """Send SIGTERM, and SIGKILL after the timeout; the exit code."""
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + KILL_TIMEOUT_SECONDS
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
