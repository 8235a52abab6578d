"""An installation with the demo's campaigns, and checks for its state after a fault."""

import os
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, text

from tests.support.faults.signers import Record
from tests.support.mail_server import MailServer
from tests.support.servers import (
    PROGRAM,
    free_port,
    run,
    serving,
    settings_as_environment,
    until,
)

SECRETS = {"SECRET_KEY": "a secret for tests", "EMAIL_HASH_KEY": "a key for tests"}


@dataclass(frozen=True)
class Site:
    """An installation: its settings, its database and the port it is served on."""

    environment: Mapping[str, str]
    database: str
    port: int
    log: Path

    @property
    def is_sqlite(self) -> bool:
        return self.database.startswith("sqlite")

    def rows(self, query: str) -> list[Any]:
        engine = create_engine(self.database, poolclass=NullPool)
        with engine.begin() as connection:
            result = connection.execute(text(query))
            return list(result) if result.returns_rows else []

    def number(self, query: str) -> int:
        return int(self.rows(query)[0][0])

    def end_leases(self) -> None:
        """End all leases, as time would: the emails of a killed worker become available."""
        self.rows("update outbox_mails set leased_until = queued_at where leased_until is not null")

    def is_all_mail_sent(self) -> bool:
        return not self.number("select count(*) from outbox_mails where status <> 'sent'")


def make_site(folder: Path, database: str, **settings: object) -> Site:
    """A site without rate limits, so that one machine can act as many people."""
    settings = {
        "INSTANCE": folder / "instance",
        "SQLALCHEMY_DATABASE_URI": database,
        "MIN_FILL_SECONDS": 0,
        "RATELIMIT_ENABLED": 0,
        **SECRETS,
        **settings,
    }
    environment = settings_as_environment(**settings)
    return Site(environment, database, free_port(), folder / "log")


def set_up_database(site: Site) -> None:
    """Create the tables, and load campaigns to sign."""
    run(site.environment, "db", "upgrade")
    run(site.environment, "demo", "load")


@contextmanager
def delivering(site: Site) -> Iterator[subprocess.Popen[bytes]]:
    """A separate mail worker, as on a machine that serves no pages, until the block ends."""
    with site.log.open("ab") as log:
        command = [*PROGRAM, "outbox", "deliver", "--watch"]
        worker = subprocess.Popen(command, env=site.environment, stderr=log, stdout=log)
    try:
        yield worker
    finally:
        worker.terminate()
        worker.wait(20)


@contextmanager
def serving_pages(*machines: Site, workers: int = 1) -> Iterator[list[str]]:
    """Serve pages on each machine, with so many processes; yields their addresses."""
    options = ("--no-outbox", "--workers", str(workers))
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                serving(site.environment, *options, port=site.port, log=site.log)
            ).address
            for site in machines
        ]


def assert_kept(site: Site, record: Record) -> None:
    """Every acknowledged signature is stored, and none is stored twice."""
    stored = Counter(email for (email,) in site.rows("select email from signatures"))
    assert record.acknowledged, "nobody signed: this would show nothing"
    assert record.acknowledged - stored.keys() == set()
    assert [email for email, times in stored.items() if times > 1] == []
    assert stored.keys() <= record.signing.keys()


def assert_mailed(
    site: Site,
    record: Record,
    server: MailServer,
    *,
    max_duplicates: int = 0,
    crash: tuple[float, float] | None = None,
) -> None:
    """Everyone whose signature was acknowledged got one email; at most `max_duplicates` arrived twice.

    `crash`: when PostgreSQL crashed, and when it was back. It may have lost what was recorded in
    the second before, so those emails may also have arrived twice.
    """
    arrived = [(str(message["To"]), str(message["Message-ID"])) for message in server.messages]
    if crash:
        down, back = crash
        first = dict(zip(reversed(arrived), reversed(server.arrived), strict=True))
        max_duplicates += sum(down - 1 < at < back for at in first.values())
    mailboxes = Counter(to for to, _id in set(arrived))
    assert record.acknowledged - mailboxes.keys() == set()
    assert [to for to, times in mailboxes.items() if times > 1] == []
    assert len(arrived) - len(set(arrived)) <= max_duplicates


def assert_quiet(log: Path) -> None:
    """Every fault was handled: the log contains no 500 and no traceback."""
    error_marks = ("Traceback", '"event": "unhandled"', '"event": "step_failed"')
    lines = log.read_text().splitlines()
    assert [line for line in lines if any(word in line for word in error_marks)] == []


def wait_for_mail(site: Site, seconds: float = 120) -> None:
    until(site.is_all_mail_sent, seconds)


def require(condition: object, reason: str) -> None:
    """Skip the test unless the condition is true; in CI, fail it."""
    if not condition:
        if os.environ.get("CI"):
            pytest.fail(f"CI needs it: {reason}")
        pytest.skip(reason)
