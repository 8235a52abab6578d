"""PostgreSQL restarts under load: every response is true, and the site recovers without help."""

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
    make_site,
    set_up_database,
    wait_for_mail,
)
from tests.support.servers import serving, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # mostly waiting
RECOVERY_SECONDS = 15


@pytest.fixture(scope="module")
def postgres(postgres_folder: Path) -> Iterator[OwnPostgres]:
    with own_postgres(postgres_folder / "postgres") as server:
        assert setting(server, "fsync") == "on"
        yield server


@pytest.fixture
def site(postgres: OwnPostgres, mail, tmp_path: Path) -> Site:
    for command in ("drop database if exists campaigns with (force)", "create database campaigns"):
        postgres.execute(command)
    address = postgres.url.replace("/postgres?", "/campaigns?")
    site = make_site(tmp_path, address, MAIL_URL=f"smtp://127.0.0.1:{mail.port}")
    set_up_database(site)
    return site


def restart_immediately(postgres: OwnPostgres) -> None:
    postgres.control("-m", "immediate", "restart")


def restart_gracefully(postgres: OwnPostgres) -> None:
    """End the sessions first, as a package upgrade does."""
    postgres.control("-m", "fast", "restart")


def stop_for_five_seconds(postgres: OwnPostgres) -> None:
    postgres.stop()
    time.sleep(5)
    postgres.start()


@pytest.mark.parametrize(
    "restart", [restart_immediately, restart_gracefully, stop_for_five_seconds]
)
def test_a_database_restart_gives_503s_and_the_site_recovers(
    site: Site, postgres: OwnPostgres, mail, restart: Callable[[OwnPostgres], None]
):
    # Only one mail connection: the leases of a running worker are ended below, and a second
    # connection would take the emails that the first is sending.
    environment = site.environment | {"CAMPAIGN_ACTIONS_MAIL_CONNECTIONS": "1"}
    with serving(environment, port=site.port, log=site.log) as server:
        with signing(server.address) as record:
            until(lambda: len(record.acknowledged) > 30 and len(mail.envelopes) > 5)
            down = time.monotonic()
            restart(postgres)
            back, delivered = time.monotonic(), len(mail.envelopes)
            until(lambda: len(record.since(back).acknowledged) > 10, RECOVERY_SECONDS)
            until(
                lambda: len(mail.envelopes) > delivered, back + RECOVERY_SECONDS - time.monotonic()
            )
            until(lambda: len(record.since(back + 2).acknowledged) > 20, 30)
        site.end_leases()
        wait_for_mail(site)

    statuses = [answer.status for answer in record.answers if down < answer.at < back]
    if restart is stop_for_five_seconds:
        assert statuses.count(503) > 10
    assert statuses.count(0) <= 4  # each signer may lose their open connection once
    assert_kept(site, record)
    assert_mailed(site, record, mail, crash=None if restart is restart_gracefully else (down, back))
    assert record.unclear == []
    assert record.since(back + 2).refused == []
    assert_quiet(site.log)


def setting(postgres: OwnPostgres, name: str) -> str:
    with psycopg.connect(postgres.url) as connection:
        return str(connection.execute(f"show {name}").fetchone()[0])
