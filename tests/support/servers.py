"""The program as it really runs: a server in its own process, configured by its environment."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PROGRAM = [sys.executable, "-m", "campaign_actions"]


@dataclass(frozen=True)
class Server:
    """A running `campaign-actions serve`: its address, its process and its log."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path | None

    def stop(self) -> int:
        """Ask it to stop; returns its exit code."""
        self.process.terminate()
        return self.process.wait(40)

    def kill(self) -> None:
        """Kill it and all its descendants at once and without notice, as a power cut would."""
        for pid in (self.process.pid, *descendants(self.process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(10)


def settings_as_environment(**settings: object) -> dict[str, str]:
    """The environment of a program with these settings, by their names in config.py.

    Dictionaries can only be set in config.py, and are left out.
    """
    given = {
        f"CAMPAIGN_ACTIONS_{name}": str(value)
        for name, value in settings.items()
        if not isinstance(value, dict)
    }
    return os.environ | given


def run(environment: Mapping[str, str], *command: str, under: Sequence[str] = ()) -> str:
    """The output of a command, which must succeed; it is run by the program `under` if there is one."""
    line = [*under, *PROGRAM, *command]
    done = subprocess.run(line, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def serving(
    environment: Mapping[str, str], *options: str, port: int = 0, log: Path | None = None
) -> Iterator[Server]:
    """The production server, on a free port unless one is given, until the block ends."""
    port = port or free_port()
    address = f"http://127.0.0.1:{port}"
    with (log or Path(os.devnull)).open("ab") as stderr:
        process = subprocess.Popen(
            [*PROGRAM, "serve", "--port", str(port), *options],
            env=environment,
            stderr=stderr,
            start_new_session=True,
        )
    server = Server(address, process, log)
    try:
        until(lambda: answers(f"{address}/readyz"))
        yield server
    finally:
        if process.poll() is None:
            server.stop()


CLOSED_PORT = 9  # nothing listens there; a free one may be that of another test soon


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def answers(address: str) -> bool:
    """Whether the address answers, and not with an error."""
    try:
        urllib.request.urlopen(address, timeout=2).close()
    except OSError:
        return False
    return True


def until(is_true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something is true; fail if it takes too long."""
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.05)


def descendants(pid: int) -> dict[int, str]:
    """The living descendants of a process, and the command of each."""
    parents: dict[int, int] = {}
    commands: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it has just ended
            continue
        if state != "Z":
            parents[int(folder.name)], commands[int(folder.name)] = int(parent), command
    found: dict[int, str] = {}
    while new := {p for p, up in parents.items() if up in {pid, *found} and p not in found}:
        found |= {child: commands[child] for child in new}
    return found
