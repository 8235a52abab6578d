"""Processes are killed while people sign: every acknowledged signature is stored once."""

import os
import signal
import time
from pathlib import Path

import pytest

from campaign_actions.config import MAIL_CONNECTIONS
from tests.support.faults.signers import signing
from tests.support.faults.site import (
    Site,
    assert_kept,
    assert_mailed,
    assert_quiet,
    delivering,
    wait_for_mail,
)
from tests.support.servers import descendants, serving, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # mostly waiting


def page_processes(pid: int) -> list[int]:
    """The processes that serve pages; mail workers are recognised by their command."""
    return [child for child, command in descendants(pid).items() if "deliver" not in command]


def mail_workers(pid: int) -> list[int]:
    return [child for child, command in descendants(pid).items() if "deliver" in command]


def is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_a_power_cut_loses_no_acknowledged_signature(site: Site, mail):
    with serving(site.environment, port=site.port, log=site.log) as server:
        until(lambda: len(mail_workers(server.process.pid)) == 1)
        # Enough load for signatures to share statements.
        with signing(server.address, threads=32, pause=0) as record:
            until(lambda: len(record.acknowledged) > 400 and len(mail.envelopes) > 5)
            server.kill()
    site.end_leases()

    with serving(site.environment, port=site.port, log=site.log):
        wait_for_mail(site)

    assert_kept(site, record)
    assert_mailed(site, record, mail, max_duplicates=MAIL_CONNECTIONS)
    assert_quiet(site.log)


def test_a_killed_page_process_is_restarted_and_nothing_is_lost(site: Site, mail):
    options = ("--workers", "2")
    with serving(site.environment, *options, port=site.port, log=site.log) as server:
        until(lambda: len(page_processes(server.process.pid)) == 2)
        with signing(server.address) as record:
            until(lambda: len(record.acknowledged) > 30)
            victim = page_processes(server.process.pid)[0]
            os.kill(victim, signal.SIGKILL)
            killed = time.monotonic()
            until(lambda: len(page_processes(server.process.pid)) == 2 and not is_alive(victim))
            until(lambda: len(record.since(killed + 5).acknowledged) > 30)
        wait_for_mail(site)

    assert_kept(site, record)
    assert_mailed(site, record, mail)
    assert record.refused == []
    assert_quiet(site.log)


def test_a_worker_killed_while_delivering_repeats_only_emails_in_progress(site: Site, mail):
    with (
        serving(site.environment, "--no-outbox", port=site.port, log=site.log) as server,
        signing(server.address) as record,
    ):
        until(lambda: len(record.acknowledged) > 400)  # more than a worker sends between two checks
    for _time in range(3):
        before = len(mail.envelopes)
        with delivering(site) as worker:
            until(lambda before=before: len(mail.envelopes) > before + 10)
            worker.kill()
        site.end_leases()
    with delivering(site):
        wait_for_mail(site)

    assert_kept(site, record)
    assert_mailed(site, record, mail, max_duplicates=3 * MAIL_CONNECTIONS)
    assert_quiet(site.log)


def test_if_the_main_process_is_killed_its_children_end_and_it_can_restart(site: Site, mail):
    with serving(site.environment, port=site.port, log=site.log) as server:
        until(lambda: len(mail_workers(server.process.pid)) == 1)
        with signing(server.address) as record:
            until(lambda: len(record.acknowledged) > 30)
            orphans = list(descendants(server.process.pid))
            server.process.kill()
            server.process.wait()

            try:
                until(lambda: not any(map(is_alive, orphans)), 10)
            finally:
                for orphan in filter(is_alive, orphans):
                    os.kill(orphan, signal.SIGKILL)
    site.end_leases()

    with serving(site.environment, port=site.port, log=site.log):
        wait_for_mail(site)

    assert_kept(site, record)
    assert_mailed(site, record, mail)
