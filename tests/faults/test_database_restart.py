"""PostgreSQL goes away under load and comes back: nobody is told a lie, and nobody has to help."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.faults.postgres import OwnPostgres, own_postgres
from tests.support.faults.signers import signing
from tests.support.faults.site import (
    Site,
    assert_kept,
    assert_mailed,
    assert_quiet,
    fill,
    make_site,
    wait_for_mail,
)
from tests.support.servers import serving, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # most of it is patience
BACK_WITHIN = 15  # seconds


@pytest.fixture(scope="module")
def postgres(place: Path) -> Iterator[OwnPostgres]:
    with own_postgres(place / "postgres") as server:
        assert setting(server, "fsync") == "on"
        yield server


@pytest.fixture
def site(postgres: OwnPostgres, mail, tmp_path: Path) -> Site:
    for command in ("drop database if exists campaigns with (force)", "create database campaigns"):
        postgres.execute(command)
    address = postgres.url.replace("/postgres?", "/campaigns?")
    site = make_site(tmp_path, address, MAIL_URL=f"smtp://127.0.0.1:{mail.port}")
    fill(site)
    return site


def at_once(postgres: OwnPostgres) -> None:
    postgres.control("-m", "immediate", "restart")


def politely(postgres: OwnPostgres) -> None:
    """As an upgrade of the package does: sessions are told to go."""
    postgres.control("-m", "fast", "restart")


def after_five_seconds(postgres: OwnPostgres) -> None:
    postgres.stop()
    time.sleep(5)
    postgres.start()


@pytest.mark.parametrize("restart", [at_once, politely, after_five_seconds])
def test_a_restart_of_the_database_is_a_503_and_over_by_itself(
    site: Site, postgres: OwnPostgres, mail, restart: Callable[[OwnPostgres], None]
):
    # One connection to the mail server: leases are ended below under a worker that is alive, and
    # a second one would take what the first has in hand.
    environment = site.environment | {"CAMPAIGN_ACTIONS_MAIL_CONNECTIONS": "1"}
    with serving(environment, port=site.port, log=site.log) as server:
        with signing(server.address) as told:
            until(lambda: len(told.acknowledged) > 30 and len(mail.envelopes) > 5)
            down = time.monotonic()
            restart(postgres)
            back, delivered = time.monotonic(), len(mail.envelopes)
            until(lambda: len(told.since(back).acknowledged) > 10, BACK_WITHIN)
            until(lambda: len(mail.envelopes) > delivered, back + BACK_WITHIN - time.monotonic())
            until(lambda: len(told.since(back + 2).acknowledged) > 20, 30)
        site.end_leases()
        wait_for_mail(site)

    meanwhile = [answer.status for answer in told.answers if down < answer.at < back]
    if restart is after_five_seconds:
        assert meanwhile.count(503) > 10
    assert meanwhile.count(0) <= 4  # a signer may lose the connection they had, once
    assert_kept(site, told)
    assert_mailed(site, told, mail, crash=None if restart is politely else (down, back))
    assert told.unclear == []
    assert told.since(back + 2).refused == []
    assert_quiet(site.log)


def setting(postgres: OwnPostgres, name: str) -> str:
    with psycopg.connect(postgres.url) as connection:
        return str(connection.execute(f"show {name}").fetchone()[0])
