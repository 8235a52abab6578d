"""Runs `outbox deliver --watch` in a process of its own."""

import signal
import subprocess
import time

from tests.support.servers import PROGRAM, settings_as_environment

TIMEOUT_SECONDS = 20  # enough for a busy machine to start Python
SETTINGS = ["SQLALCHEMY_DATABASE_URI", "SECRET_KEY", "EMAIL_HASH_KEY", "PUBLIC_URL"]


class Worker:
    """`outbox deliver --watch` on the database of this test."""

    def __init__(self, app, mail_url, connections=1):
        settings = {name: app.config[name] for name in SETTINGS} | {"MAIL_URL": mail_url}
        settings["MAIL_CONNECTIONS"] = connections
        self.process = subprocess.Popen(
            [*PROGRAM, "outbox", "deliver", "--watch"],
            env=settings_as_environment(**settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def kill(self):
        self.process.kill()
        self.process.communicate()

    def stop(self, number=signal.SIGTERM):
        """Ask it to stop; returns its output, its errors and the seconds it took."""
        begin = time.monotonic()
        self.process.send_signal(number)
        output, errors = self.process.communicate(timeout=TIMEOUT_SECONDS)
        return output, errors, time.monotonic() - begin


def wait_until(is_true, seconds=TIMEOUT_SECONDS):
    """Wait for something that another process does; returns the seconds it took."""
    begin = time.monotonic()
    while not is_true():
        assert time.monotonic() - begin < seconds, "it did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - begin
