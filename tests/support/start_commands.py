"""Starts the program as a unit or the Dockerfile does, on another port, and checks that it is ready."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.support.servers import PROGRAM, answers, free_port, run, settings_as_environment, until

PROGRAM_OF_UNITS = "/opt/campaign-actions/bin/campaign-actions"
MAX_EXPOSURE = 12  # tenths, as systemd-analyze counts: 1.2 of 10


def starts_and_is_ready(arguments: list[str], folder: Path, *, under: Sequence[str] = ()) -> None:
    """Assert that it answers /readyz, run by `under` if that is given, and stops cleanly when asked."""
    environment = settings_as_environment(INSTANCE=folder / "instance")
    run(environment, "db", "upgrade")
    port = str(free_port())
    before = arguments[arguments.index("--port") + 1]
    words = [port if word == before else word for word in arguments]
    process = subprocess.Popen(
        [*under, *PROGRAM, *words],
        env=environment,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/readyz"), 60)
    finally:
        process.terminate()
        code = process.wait(40)
    assert code == 0
