"""Metrics of several processes add up to one sum."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from campaign_actions.core.db.session import db
from campaign_actions.core.observability.metrics import PAGE_CACHE_HITS
from campaign_actions.core.observability.multiprocess import collect, write
from tests.support.metrics import figures
from tests.support.servers import Server, answers, run, serving, settings_as_environment, until

TOKEN = "a token for tests"
HEALTH = "requests_total GET /healthz 2xx"
NAME = "campaign_actions_page_cache"


def values(folder: Path | None) -> dict[str, float]:
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for metric in collect(folder, db.engine)
        for sample in metric.samples
    }


def write_for_process(folder: Path, pid: int, hits: float) -> None:
    samples = [[f"{NAME}_total", {"result": "hit"}, hits]]
    used = [["process_open_fds", {"pid": str(pid)}, 20]]
    families = [[NAME, "", "counter", samples], ["process_open_fds", "", "gauge", used]]
    (folder / f"{pid}.json").write_text(json.dumps(families))


def ended_process() -> int:
    """The pid of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_counters_of_processes_are_summed_and_resources_are_not(app, tmp_path):
    alone = values(None)
    write_for_process(tmp_path, os.getppid(), hits=7)

    together = values(tmp_path)

    assert together[f"{NAME}_total hit"] == alone[f"{NAME}_total hit"] + 7
    assert together[f"process_open_fds {os.getppid()}"] == 20
    assert f"process_open_fds {os.getpid()}" in together


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_counters_outlive_their_process(app, tmp_path):
    alone = values(None)
    pid = ended_process()
    write_for_process(tmp_path, pid, hits=7)

    together = values(tmp_path)

    assert together[f"{NAME}_total hit"] == alone[f"{NAME}_total hit"] + 7
    assert f"process_open_fds {pid}" not in together


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_process_does_not_count_itself_twice(app, tmp_path):
    PAGE_CACHE_HITS.inc()

    write(tmp_path, db.engine)

    assert [file.name for file in tmp_path.iterdir()] == [f"{os.getpid()}.json"]
    assert values(tmp_path)[f"{NAME}_total hit"] == values(None)[f"{NAME}_total hit"]


@pytest.fixture
def environment(tmp_path):
    """The settings of a server with a temporary folder of its own."""
    (tmp_path / "tmp").mkdir()
    settings = settings_as_environment(INSTANCE=tmp_path / "instance", METRICS_TOKEN=TOKEN)
    run(settings, "db", "upgrade")
    return settings | {"TMPDIR": str(tmp_path / "tmp")}


def scrape(server: Server) -> dict[str, float]:
    request = urllib.request.Request(
        f"{server.address}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return figures(answer.read().decode())


def request_health(server: Server, times: int) -> None:
    """From many connections at once, so that every process gets a share."""

    def once(_number: int) -> None:
        urllib.request.urlopen(f"{server.address}/healthz", timeout=10).close()

    with ThreadPoolExecutor(8) as clients:
        list(clients.map(once, range(times)))


def pids(found: dict[str, float]) -> set[int]:
    return {int(name.split()[-1]) for name in found if name.startswith("process_open_fds ")}


@pytest.mark.slow
def test_the_sum_over_processes_survives_the_kill_of_one(environment, tmp_path):
    with serving(environment, "--workers", "2", "--no-outbox") as server:
        until(lambda: len(pids(scrape(server))) == 2)
        request_health(server, 100)
        until(lambda: scrape(server)[HEALTH] == 100)
        (folder,) = (tmp_path / "tmp").glob("campaign-actions-metrics-*")
        until(lambda: count_in_files(folder) == 100)
        killed = min(pids(scrape(server)))

        os.kill(killed, signal.SIGKILL)

        until(lambda: len(pids(scrape_if_there(server)) - {killed}) == 2, 60)
        request_health(server, 20)
        until(lambda: scrape(server)[HEALTH] == 120)
        assert len(list(folder.glob("*.json"))) == 3
    assert not folder.exists()


def count_in_files(folder: Path) -> float:
    """Requests of /healthz in the files, which survive a kill."""
    return sum(
        value
        for file in folder.glob("*.json")
        for *_family, samples in json.loads(file.read_text())
        for name, labels, value in samples
        if name == "campaign_actions_requests_total" and labels["route"] == "/healthz"
    )


def scrape_if_there(server: Server) -> dict[str, float]:
    """Nothing if the process that was asked is being killed."""
    try:
        return scrape(server)
    except OSError:
        return {}


@pytest.mark.slow
def test_without_a_token_nothing_is_written(environment, tmp_path):
    environment |= {"CAMPAIGN_ACTIONS_METRICS_TOKEN": ""}

    with serving(environment, "--no-outbox") as server:
        is_there = answers(f"{server.address}/metrics")
        written = list((tmp_path / "tmp").glob("campaign-actions-metrics-*"))

    assert not is_there
    assert written == []
