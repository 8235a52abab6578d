"""An installation with the demo's campaigns, and what must be true of it after a fault."""

import os
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, text

from tests.support.faults.signers import Told
from tests.support.mail_server import MailServer
from tests.support.servers import PROGRAM, free_port, run, settings_as_environment, until

SECRETS = {"SECRET_KEY": "a secret for tests", "EMAIL_HASH_KEY": "a key for tests"}


@dataclass(frozen=True)
class Site:
    """Its settings, its database and the port it is served on."""

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
        """As time does: the mail of a worker that was killed is free again."""
        self.rows("update outbox_mails set leased_until = queued_at where leased_until is not null")

    def all_mail_is_out(self) -> bool:
        return not self.number("select count(*) from outbox_mails where status <> 'sent'")


def make_site(folder: Path, database: str, **settings: object) -> Site:
    """Its settings; no limits, so that one machine can be a crowd."""
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


def fill(site: Site) -> None:
    """Its tables, and campaigns to sign for."""
    run(site.environment, "db", "upgrade")
    run(site.environment, "demo", "load")


@contextmanager
def delivering(site: Site) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of its own, as on a machine that serves no pages, until the block ends."""
    with site.log.open("ab") as log:
        command = [*PROGRAM, "outbox", "deliver", "--watch"]
        worker = subprocess.Popen(command, env=site.environment, stderr=log, stdout=log)
    try:
        yield worker
    finally:
        worker.terminate()
        worker.wait(20)


def assert_kept(site: Site, told: Told) -> None:
    """Every signature that was acknowledged is stored, and nobody's is stored twice."""
    stored = Counter(email for (email,) in site.rows("select email from signatures"))
    assert told.acknowledged, "nobody signed: this would show nothing"
    assert told.acknowledged - stored.keys() == set()
    assert [email for email, times in stored.items() if times > 1] == []
    assert stored.keys() <= told.signing.keys()


def assert_mailed(
    site: Site,
    told: Told,
    server: MailServer,
    *,
    doubled: int = 0,
    crash: tuple[float, float] | None = None,
) -> None:
    """Everybody who was thanked got one mail; at most `doubled` of them saw the same one again.

    `crash`: when PostgreSQL went down without a word, and when it was back. It may have forgotten
    what was noted in the second before; those mails may have come again, too.
    """
    arrived = [(str(message["To"]), str(message["Message-ID"])) for message in server.messages]
    if crash:
        down, back = crash
        first = dict(zip(reversed(arrived), reversed(server.arrived), strict=True))
        doubled += sum(down - 1 < at < back for at in first.values())
    mailboxes = Counter(to for to, _id in set(arrived))
    assert told.acknowledged - mailboxes.keys() == set()
    assert [to for to, times in mailboxes.items() if times > 1] == []
    assert len(arrived) - len(set(arrived)) <= doubled


def assert_quiet(log: Path) -> None:
    """Whatever broke, it was expected: no 500, no traceback."""
    loud = ("Traceback", '"event": "unhandled"', '"event": "step_failed"')
    lines = log.read_text().splitlines()
    assert [line for line in lines if any(word in line for word in loud)] == []


def wait_for_mail(site: Site, seconds: float = 120) -> None:
    until(site.all_mail_is_out, seconds)


def need(condition: object, reason: str) -> None:
    """What is missing on a developer's machine is skipped there; CI has to have it."""
    if not condition:
        if os.environ.get("CI"):
            pytest.fail(f"CI needs it: {reason}")
        pytest.skip(reason)
