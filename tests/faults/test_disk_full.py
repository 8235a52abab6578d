"""The database's disk fills up while people sign: they get a 503 until there is space again."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.support.faults.postgres import own_postgres
from tests.support.faults.signers import Record, signing
from tests.support.faults.site import (
    Site,
    assert_kept,
    assert_mailed,
    assert_quiet,
    make_site,
    set_up_database,
    wait_for_mail,
)
from tests.support.faults.small_disk import fill_disk, free_disk, small_disk
from tests.support.servers import Server, serving, until

# The leases of a running worker are ended below, so there must be only one.
ONE_CONNECTION = {"CAMPAIGN_ACTIONS_MAIL_CONNECTIONS": "1"}
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # mostly waiting


def test_a_full_disk_under_sqlite_gives_503s_until_there_is_space(tmp_path: Path, template, mail):
    with small_disk(tmp_path / "disk", "8m") as disk:
        (disk / "campaign.sqlite").write_bytes(template["sqlite"].read_bytes())
        address, smtp = f"sqlite:///{disk}/campaign.sqlite", f"smtp://127.0.0.1:{mail.port}"
        site = make_site(tmp_path, address, MAIL_URL=smtp)

        with serving(site.environment | ONE_CONNECTION, port=site.port, log=site.log) as server:
            record, full, free = sign_while_it_fills(server, disk)
            wait_for_mail(site)

        assert_refused_and_kept(site, record)
        assert_mailed(site, record, mail)
        assert page_statuses_between(record, full, free) == {200}
        with sqlite3.connect(disk / "campaign.sqlite") as database:
            assert database.execute("pragma integrity_check").fetchone() == ("ok",)


def test_a_full_disk_under_postgresql_gives_503s_until_there_is_space(
    postgres_folder: Path, tmp_path: Path, mail
):
    with (
        small_disk(postgres_folder / "data-disk", "160m") as disk,
        own_postgres(disk / "data") as postgres,
    ):
        site = make_site(tmp_path, postgres.url, MAIL_URL=f"smtp://127.0.0.1:{mail.port}")
        set_up_database(site)

        with serving(site.environment | ONE_CONNECTION, port=site.port, log=site.log) as server:
            record, full, free = sign_while_it_fills(server, disk)
            site.end_leases()
            wait_for_mail(site)

        assert_refused_and_kept(site, record)
        assert_mailed(site, record, mail)
        assert page_statuses_between(record, full, free) == {200}


def test_a_full_wal_disk_stops_postgresql_and_the_site_recovers(
    postgres_folder: Path, tmp_path: Path, mail
):
    """PostgreSQL stops if it cannot write its WAL, and its supervisor starts it again."""
    with (
        small_disk(postgres_folder / "journal-disk", "160m") as disk,
        own_postgres(disk / "data") as postgres,
    ):
        site = make_site(tmp_path, postgres.url, MAIL_URL=f"smtp://127.0.0.1:{mail.port}")
        set_up_database(site)

        def crash() -> None:
            with suppress(psycopg.OperationalError):
                postgres.execute("select pg_switch_wal()")  # as if the current file were full
            until(lambda: not postgres.is_running(), 30)

        with serving(site.environment | ONE_CONNECTION, port=site.port, log=site.log) as server:
            record, full, free = sign_while_it_fills(server, disk, crash, postgres.start_if_stopped)
            site.end_leases()
            wait_for_mail(site)

        assert_refused_and_kept(site, record)
        assert_mailed(site, record, mail, crash=(full, free))
        assert page_statuses_between(record, full, free) <= {200, 503}


def sign_while_it_fills(
    server: Server,
    disk: Path,
    on_full: Callable[[], None] = lambda: None,
    on_freed: Callable[[], None] = lambda: None,
) -> tuple[Record, float, float]:
    """The responses, and when the disk was full and had space again."""
    with signing(server.address) as record:
        until(lambda: len(record.acknowledged) > 30)
        fill_disk(disk)
        full = time.monotonic()
        on_full()
        until(lambda: len(record.since(full).refused) > 30, 40)
        free_disk(disk)
        on_freed()
        free = time.monotonic()
        until(lambda: len(record.since(free).acknowledged) > 30, 15)
    return record, full, free


def assert_refused_and_kept(site: Site, record: Record) -> None:
    assert_kept(site, record)
    assert record.unclear == []
    assert_quiet(site.log)
    refused = {email for email, answer in record.signing.items() if answer.status == 503}
    stored = {email for (email,) in site.rows("select email from signatures")}
    assert refused & stored == set()


def page_statuses_between(record: Record, begin: float, end: float) -> set[int]:
    return {answer.status for answer in record.reading if begin < answer.at < end}
