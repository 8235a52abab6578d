"""`outbox deliver --watch`, as the process it is."""

import signal
import subprocess
import time

from tests.support.servers import PROGRAM, settings_as_environment

PATIENCE = 20  # seconds a busy machine may take to start Python
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
        """Its output, and how long it took to end."""
        begin = time.monotonic()
        self.process.send_signal(number)
        output, errors = self.process.communicate(timeout=PATIENCE)
        return output, errors, time.monotonic() - begin


def wait_until(is_true, seconds=PATIENCE):
    """Other processes take their time; how long this took."""
    begin = time.monotonic()
    while not is_true():
        assert time.monotonic() - begin < seconds, "it did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - begin
