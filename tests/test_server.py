"""The server as a whole: it stops when told to, restarts its worker, and logs nothing personal."""

import json
import os
import resource
import select
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.servers import (
    PROGRAM,
    answers,
    descendants,
    run,
    serving,
    settings_as_environment,
    until,
)


@pytest.fixture
def server(tmp_path):
    """A running server on SQLite: its address, process and log."""
    environment = settings_as_environment(INSTANCE=tmp_path / "instance")
    run(environment, "db", "upgrade")
    with serving(environment, log=tmp_path / "log") as server:
        yield server.address, server.process, server.log


def workers_of(process: subprocess.Popen) -> list[int]:
    """The processes that deliver mail for this server."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            command = (folder / "cmdline").read_bytes()
        except OSError:  # it has just ended
            continue
        if int(parent) == process.pid and b"deliver" in command:
            found.append(int(folder.name))
    return found


@pytest.mark.slow
def test_it_stops_with_its_worker_when_told_to(server):
    _address, process, _log = server
    until(lambda: len(workers_of(process)) == 1)
    (worker,) = workers_of(process)

    process.send_signal(signal.SIGTERM)

    assert process.wait(30) == 0
    assert not Path(f"/proc/{worker}").exists()


@pytest.mark.slow
def test_a_worker_that_dies_is_started_again(server):
    address, process, log = server
    until(lambda: len(workers_of(process)) == 1)
    (worker,) = workers_of(process)

    os.kill(worker, signal.SIGKILL)

    until(lambda: workers_of(process) not in ([], [worker]))
    assert "child_process_died" in log.read_text()
    assert answers(f"{address}/healthz")


@pytest.mark.slow
def test_the_log_contains_routes_and_no_tokens(server):
    address, process, log = server

    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(
            f"{address}/en/confirm/a-secret-token/?email=ada@example.org", timeout=30
        )

    process.terminate()
    process.wait(30)
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert "/<locale>/confirm/<token>/" in [line.get("route") for line in lines]
    assert "a-secret-token" not in log.read_text()
    assert "ada@example.org" not in log.read_text()


@pytest.mark.slow
def test_a_port_in_use_is_reported_immediately(server, tmp_path):
    address, _process, _log = server
    env = os.environ | {"CAMPAIGN_ACTIONS_INSTANCE": str(tmp_path / "instance")}

    result = subprocess.run(
        [*PROGRAM, "serve", "--port", address.rpartition(":")[2]], env=env, capture_output=True
    )

    assert result.returncode == 1
    assert b"Cannot listen on 127.0.0.1" in result.stderr


@pytest.mark.slow
def test_each_page_process_has_a_lock_of_its_own_on_sqlite(server, tmp_path):
    """Otherwise the last process to exit would remove the journal, and what others write would be lost."""
    address, process, _log = server
    assert answers(f"{address}/readyz")
    inode = (tmp_path / "instance" / "campaign_actions.sqlite").stat().st_ino
    pages = {pid for pid, command in descendants(process.pid).items() if "serve" in command}

    holders = {
        int(line.split()[4])
        for line in Path("/proc/locks").read_text().splitlines()
        if f":{inode} " in line
    }

    assert pages
    assert pages <= holders


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/en/nothing-here/", "/en/campaigns/"])
def test_an_early_error_does_not_cut_off_a_slow_client(server, path):
    """Headers and body of a form may arrive separately; a response in between is lost with the connection."""
    address, _process, _log = server
    body = b"given_name=Ada"
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=10)) as connection:
        connection.putrequest("POST", path)
        connection.putheader("Content-Type", "application/x-www-form-urlencoded")
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        select.select([connection.sock], [], [], 0.5)  # time for a response that comes too early

        connection.send(body)

        with connection.getresponse() as refusal:
            assert refusal.status in {404, 405}
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200


@pytest.mark.slow
def test_1500_idle_connections_keep_nobody_out(server):
    address, _process, _log = server
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    )
    where = ("127.0.0.1", urlsplit(address).port)
    with ExitStack() as browsers:
        for _number in range(1500):
            browsers.enter_context(socket.create_connection(where, timeout=5))

        assert answers(f"{address}/healthz")
