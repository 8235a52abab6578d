"""Metrics of all processes of one server, added up by whichever process is asked.

Nothing is shared while they count. Every two seconds each process writes its metrics to a file of its
own; one that is killed loses its last seconds. Files of processes that have ended stay as long as the
server runs, so that sums never decrease.
"""

import json
import os
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Thread

import structlog
from prometheus_client import Metric, ProcessCollector
from sqlalchemy import Engine, QueuePool

from campaign_actions.core.observability.metrics import REGISTRY

log = structlog.get_logger()
WRITE_INTERVAL_SECONDS = 2.0  # a write takes a few milliseconds
PROCESS_COLLECTOR = ProcessCollector(registry=None)
Labels = tuple[tuple[str, str], ...]
Sample = tuple[str, dict[str, str], float]  # name, labels, value
Family = tuple[str, str, str, list[Sample]]  # name, documentation, kind, samples


def start_writing(folder: Path, engine: Engine) -> None:
    """Write this process's metrics to `folder` from a background thread, as long as it lives."""
    Thread(target=_keep_writing, args=(folder, engine), name="metrics", daemon=True).start()


def collect(folder: Path | None, engine: Engine) -> Iterator[Metric]:
    """The metrics of this process now, plus what the others have written last."""
    files = folder.glob("*.json") if folder else ()
    others = [file for file in files if file.stem != str(os.getpid())]
    yield from _sums([_counted(engine), *(_read(file) for file in others)])


def write(folder: Path, engine: Engine) -> None:
    """Write atomically: readers never see half a file."""
    file = folder / f"{os.getpid()}.json"
    new = file.with_suffix(".new")
    new.write_text(json.dumps(_counted(engine)))
    new.replace(file)


def _keep_writing(folder: Path, engine: Engine) -> None:
    was_written = True
    while True:
        try:
            write(folder, engine)
            was_written = True
        except OSError as error:  # disk full: log once, and keep trying
            if was_written:
                log.error("metrics_not_written", kind=type(error).__name__)
            was_written = False
        time.sleep(WRITE_INTERVAL_SECONDS)


def _counted(engine: Engine) -> list[Family]:
    """The counts of this process, and its own resources, labelled with its pid so as not to be summed."""
    pid = {"pid": str(os.getpid())}
    counted = [_family(metric, {}) for metric in REGISTRY.collect()]
    resources = [*PROCESS_COLLECTOR.collect(), *_connections(engine)]
    return counted + [_family(metric, pid) for metric in resources]


def _family(metric: Metric, labels: dict[str, str]) -> Family:
    samples = [(s.name, s.labels | labels, s.value) for s in metric.samples]
    return metric.name, metric.documentation, metric.type, samples


def _connections(engine: Engine) -> Iterable[Metric]:
    if isinstance(engine.pool, QueuePool):
        name = "campaign_actions_database_connections_in_use"
        metric = Metric(name, "Database connections in use.", "gauge")
        metric.add_sample(name, {}, engine.pool.checkedout())
        yield metric


def _read(file: Path) -> list[Family]:
    """The metrics that a process has written, without its resources if it has ended."""
    families: list[Family] = json.loads(file.read_text())
    if _is_alive(int(file.stem)):
        return families
    return [
        (name, documentation, kind, [sample for sample in samples if "pid" not in sample[1]])
        for name, documentation, kind, samples in families
    ]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # the pid now belongs to another user
    return True


def _sums(processes: Iterable[list[Family]]) -> Iterator[Metric]:
    metrics: dict[str, Metric] = {}
    sums: defaultdict[str, dict[tuple[str, Labels], float]] = defaultdict(dict)
    for name, documentation, kind, samples in (family for all_ in processes for family in all_):
        metrics.setdefault(name, Metric(name, documentation, kind))
        for sample, labels, value in samples:
            key = sample, tuple(labels.items())
            sums[name][key] = sums[name].get(key, 0) + value
    for name, metric in metrics.items():
        for (sample, pairs), value in sums[name].items():
            metric.add_sample(sample, dict(pairs), value)
        yield metric
