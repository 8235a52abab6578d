"""The database's disk is full while people sign: they are told so, and it is over with more room."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.support.faults.postgres import own_postgres
from tests.support.faults.signers import Told, signing
from tests.support.faults.site import (
    Site,
    assert_kept,
    assert_mailed,
    assert_quiet,
    fill,
    make_site,
    wait_for_mail,
)
from tests.support.faults.small_disk import fill_disk, free_disk, small_disk
from tests.support.servers import Server, serving, until

# Leases are ended below under a worker that is alive: it must be alone.
ONE_COURIER = {"CAMPAIGN_ACTIONS_MAIL_CONNECTIONS": "1"}
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # most of it is patience


def test_a_full_disk_under_sqlite_is_a_503_and_over_by_itself(tmp_path: Path, template, mail):
    with small_disk(tmp_path / "disk", "8m") as disk:
        (disk / "campaign.sqlite").write_bytes(template["sqlite"].read_bytes())
        address, smtp = f"sqlite:///{disk}/campaign.sqlite", f"smtp://127.0.0.1:{mail.port}"
        site = make_site(tmp_path, address, MAIL_URL=smtp)

        with serving(site.environment | ONE_COURIER, port=site.port, log=site.log) as server:
            told, full, free = sign_while_it_fills(server, disk)
            wait_for_mail(site)

        assert_refused_and_kept(site, told)
        assert_mailed(site, told, mail)
        assert pages_while(told, full, free) == {200}
        with sqlite3.connect(disk / "campaign.sqlite") as database:
            assert database.execute("pragma integrity_check").fetchone() == ("ok",)


def test_a_full_disk_under_postgresql_is_a_503_and_over_by_itself(
    place: Path, tmp_path: Path, mail
):
    with small_disk(place / "data-disk", "160m") as disk, own_postgres(disk / "data") as postgres:
        site = make_site(tmp_path, postgres.url, MAIL_URL=f"smtp://127.0.0.1:{mail.port}")
        fill(site)

        with serving(site.environment | ONE_COURIER, port=site.port, log=site.log) as server:
            told, full, free = sign_while_it_fills(server, disk)
            site.end_leases()
            wait_for_mail(site)

        assert_refused_and_kept(site, told)
        assert_mailed(site, told, mail)
        assert pages_while(told, full, free) == {200}


def test_a_full_journal_stops_postgresql_and_we_are_back_with_it(place: Path, tmp_path: Path, mail):
    """What it can not write down it may not do: it ends, and its keeper starts it again."""
    with (
        small_disk(place / "journal-disk", "160m") as disk,
        own_postgres(disk / "data") as postgres,
    ):
        site = make_site(tmp_path, postgres.url, MAIL_URL=f"smtp://127.0.0.1:{mail.port}")
        fill(site)

        def crash() -> None:
            with suppress(psycopg.OperationalError):
                postgres.execute("select pg_switch_wal()")  # as if this file of it were full, too
            until(lambda: not postgres.is_there(), 30)

        with serving(site.environment | ONE_COURIER, port=site.port, log=site.log) as server:
            told, full, free = sign_while_it_fills(server, disk, crash, postgres.revive)
            site.end_leases()
            wait_for_mail(site)

        assert_refused_and_kept(site, told)
        assert_mailed(site, told, mail, crash=(full, free))
        assert pages_while(told, full, free) <= {200, 503}


def sign_while_it_fills(
    server: Server,
    disk: Path,
    worsen: Callable[[], None] = lambda: None,
    mend: Callable[[], None] = lambda: None,
) -> tuple[Told, float, float]:
    """What people were told, and when the disk was full and had room again."""
    with signing(server.address) as told:
        until(lambda: len(told.acknowledged) > 30)
        fill_disk(disk)
        full = time.monotonic()
        worsen()
        until(lambda: len(told.since(full).refused) > 30, 40)
        free_disk(disk)
        mend()
        free = time.monotonic()
        until(lambda: len(told.since(free).acknowledged) > 30, 15)
    return told, full, free


def assert_refused_and_kept(site: Site, told: Told) -> None:
    assert_kept(site, told)
    assert told.unclear == []
    assert_quiet(site.log)
    refused = {email for email, answer in told.signing.items() if answer.status == 503}
    stored = {email for (email,) in site.rows("select email from signatures")}
    assert refused & stored == set()


def pages_while(told: Told, begin: float, end: float) -> set[int]:
    return {answer.status for answer in told.reading if begin < answer.at < end}
