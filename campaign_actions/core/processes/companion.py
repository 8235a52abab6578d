"""A child process that is there as long as its server is."""

import os
import signal
import threading
import time

import structlog

log = structlog.get_logger()
RESTART_DELAYS = (
    1.0,
    60.0,
)  # seconds before a worker that died is started again: at first, at most
STABLE_SECONDS = 60.0  # seconds after which a worker is taken to run well
KILL_TIMEOUT_SECONDS = 30  # seconds a stopping process has for what it has begun


class Companion:
    """A child process that is started again whenever it dies, until it is told to stop."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._keep_running, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """Ask it to end and wait until it has."""
        self.stopping.set()
        self.thread.join(KILL_TIMEOUT_SECONDS)

    def _keep_running(self) -> None:
        pause = RESTART_DELAYS[0]
        while not self.stopping.is_set():
            started = time.monotonic()
            # In a session of its own: what stops the server does not reach it, only stop() does.
            # Not by subprocess: its pipe would be held open by a server process forked meanwhile.
            pid = os.posix_spawn(self.command[0], self.command, os.environ, setsid=True)
            exit_code = self._wait(pid)
            if time.monotonic() - started > STABLE_SECONDS:
                pause = RESTART_DELAYS[0]
            if not self.stopping.is_set():
                log.error("companion_died", exit_code=exit_code, pause=pause)
            self.stopping.wait(pause)
            pause = min(pause * 2, RESTART_DELAYS[1])

    def _wait(self, pid: int) -> int:
        """The exit code, whenever it ends; when told to stop it is ended."""
        while not self.stopping.wait(0.2):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
        return _end(pid)


def _end(pid: int) -> int:
    """Ask a child process to end, and make it when it takes too long."""
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + KILL_TIMEOUT_SECONDS
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
