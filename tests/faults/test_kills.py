"""Processes that are killed while people sign: what was acknowledged is there, once."""

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

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # most of it is patience


def pages_of(pid: int) -> list[int]:
    """The processes that serve pages; what delivers mail is called by its command."""
    return [child for child, command in descendants(pid).items() if "deliver" not in command]


def workers_of(pid: int) -> list[int]:
    return [child for child, command in descendants(pid).items() if "deliver" in command]


def lives(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_a_power_cut_loses_no_signature_that_was_acknowledged(site: Site, mail):
    with serving(site.environment, port=site.port, log=site.log) as server:
        until(lambda: len(workers_of(server.process.pid)) == 1)
        with signing(server.address, threads=32, pause=0) as told:  # so that they share statements
            until(lambda: len(told.acknowledged) > 400 and len(mail.envelopes) > 5)
            server.kill()
    site.end_leases()

    with serving(site.environment, port=site.port, log=site.log):
        wait_for_mail(site)

    assert_kept(site, told)
    assert_mailed(site, told, mail, doubled=MAIL_CONNECTIONS)
    assert_quiet(site.log)


def test_a_page_process_that_is_killed_is_started_again_and_nothing_is_lost(site: Site, mail):
    options = ("--workers", "2")
    with serving(site.environment, *options, port=site.port, log=site.log) as server:
        until(lambda: len(pages_of(server.process.pid)) == 2)
        with signing(server.address) as told:
            until(lambda: len(told.acknowledged) > 30)
            victim = pages_of(server.process.pid)[0]
            os.kill(victim, signal.SIGKILL)
            killed = time.monotonic()
            until(lambda: len(pages_of(server.process.pid)) == 2 and not lives(victim))
            until(lambda: len(told.since(killed + 5).acknowledged) > 30)
        wait_for_mail(site)

    assert_kept(site, told)
    assert_mailed(site, told, mail)
    assert told.refused == []
    assert_quiet(site.log)


def test_a_worker_killed_while_it_delivers_sends_what_is_in_hand_twice_at_most(site: Site, mail):
    with (
        serving(site.environment, "--no-outbox", port=site.port, log=site.log) as server,
        signing(server.address) as told,
    ):
        until(lambda: len(told.acknowledged) > 400)  # more than a worker sends between two looks
    for _time in range(3):
        before = len(mail.envelopes)
        with delivering(site) as worker:
            until(lambda before=before: len(mail.envelopes) > before + 10)
            worker.kill()
        site.end_leases()
    with delivering(site):
        wait_for_mail(site)

    assert_kept(site, told)
    assert_mailed(site, told, mail, doubled=3 * MAIL_CONNECTIONS)
    assert_quiet(site.log)


def test_when_the_server_alone_is_killed_its_processes_end_and_it_can_start_again(site: Site, mail):
    with serving(site.environment, port=site.port, log=site.log) as server:
        until(lambda: len(workers_of(server.process.pid)) == 1)
        with signing(server.address) as told:
            until(lambda: len(told.acknowledged) > 30)
            orphans = list(descendants(server.process.pid))
            server.process.kill()
            server.process.wait()

            try:
                until(lambda: not any(map(lives, orphans)), 10)
            finally:
                for orphan in filter(lives, orphans):
                    os.kill(orphan, signal.SIGKILL)
    site.end_leases()

    with serving(site.environment, port=site.port, log=site.log):
        wait_for_mail(site)

    assert_kept(site, told)
    assert_mailed(site, told, mail)
