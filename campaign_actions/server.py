"""The production server: granian for pages, and a child process, the worker, for emails and counts."""

import gc
import multiprocessing
import os
import resource
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import structlog
from flask import Flask, current_app
from flask.cli import with_appcontext
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from campaign_actions import config
from campaign_actions.app import create_app
from campaign_actions.core.db.session import db
from campaign_actions.core.observability import logging, multiprocess
from campaign_actions.core.processes import parent_watch
from campaign_actions.core.processes.child_process import KILL_TIMEOUT_SECONDS, ChildProcess
from campaign_actions.core.processes.priority import raise_niceness
from campaign_actions.core.security.secrets import ensure_email_key

log = structlog.get_logger()
NICENESS = 5  # of 19: the database and the worker have priority, so that readers cannot starve them
MAX_CONNECTIONS = 8192  # of a process; most are idle
MAX_OTHER_FILES = 1024  # open files for the database, logs and so on


def wsgi() -> Flask:
    """The app for a WSGI server. Raises WrongEmailKey."""
    logging.configure()
    # Only below `serve`: other servers supervise their own processes.
    if parent := multiprocessing.parent_process():
        parent_watch.terminate_with_parent(parent.pid or 0, kill_after=KILL_TIMEOUT_SECONDS)
    app = create_app()
    with app.app_context():
        ensure_email_key()
        db.engine.dispose()
        _start_writing_metrics(app)
    raise_niceness(NICENESS)
    gc.collect()
    gc.freeze()  # what exists by now is kept until the end: the collector need not check it
    return app


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    default=5000,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="The port to listen on.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    show_default="1 with SQLite, otherwise one per CPU core",
    help="The number of server processes.",
)
@click.option(
    "--threads",
    default=128,
    show_default=True,
    type=click.IntRange(1),
    help="The number of threads in each process.",
)
@click.option(
    "--no-outbox", is_flag=True, help="Do not run the worker that sends email and updates counts."
)
@with_appcontext
def serve(host: str, port: int, workers: int | None, threads: int, no_outbox: bool) -> None:
    """Serve the site, and send email in the background.

    The background worker is a second process, `outbox deliver --watch`. It is restarted if it stops.
    """
    _check_port(host, port)
    ensure_email_key()
    is_sqlite = db.engine.dialect.name == "sqlite"
    workers = workers or (1 if is_sqlite else os.cpu_count() or 1)
    _export_public_url(port)
    _warn_about_rate_limits(workers)
    server = Granian(
        "campaign_actions.server:wsgi",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=workers,
        blocking_threads=threads,
        backlog=MAX_CONNECTIONS,  # Linux caps it at net.core.somaxconn
        backpressure=MAX_CONNECTIONS,  # more wait until another client disconnects
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_TIMEOUT_SECONDS,
        log_access=False,  # paths contain tokens; core/observability/logging logs requests
        log_level=LogLevels.error,
    )
    if not no_outbox:
        deliver = ("outbox", "deliver", "--watch", "--parent", str(os.getpid()))
        worker = ChildProcess([sys.executable, "-m", "campaign_actions", *deliver])
        server.on_startup(worker.start)
        server.on_shutdown(worker.stop)
    _raise_file_limit(MAX_CONNECTIONS)
    db.session.remove()
    db.engine.dispose()  # SQLite's locks do not survive a fork
    click.echo(f"Serving on {current_app.config['PUBLIC_URL']} (press Ctrl-C to stop).", err=True)
    with _metrics_folder():
        server.serve()


def _check_port(host: str, port: int) -> None:
    """Fail now if the port is in use. Otherwise the server's processes would fail again and again."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"Cannot listen on {host}:{port}: {error.strerror}. Use another --port or --host."
            ) from None


def _raise_file_limit(connections: int) -> None:
    """Each connection is an open file. Most systems allow 1,024 unless a process asks for more."""
    wanted = connections + MAX_OTHER_FILES
    with suppress(OSError):  # in a hardened unit, systemd sets the limit
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


def _export_public_url(port: int) -> None:
    """Pass PUBLIC_URL to child processes, by default with this port."""
    if current_app.config["PUBLIC_URL"] == config.PUBLIC_URL:
        current_app.config["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    os.environ["CAMPAIGN_ACTIONS_PUBLIC_URL"] = current_app.config["PUBLIC_URL"]


@contextmanager
def _metrics_folder() -> Iterator[None]:
    """A folder for the metrics of all processes, for as long as this server runs.

    Not in the instance folder, which several servers in containers may share.
    """
    if not current_app.config["METRICS_TOKEN"]:
        yield
        return
    with TemporaryDirectory(prefix="campaign-actions-metrics-") as folder:
        os.environ["CAMPAIGN_ACTIONS_METRICS_FOLDER"] = folder
        yield


def _start_writing_metrics(app: Flask) -> None:
    """Only if /metrics is on."""
    if app.config["METRICS_TOKEN"] and app.config["METRICS_FOLDER"]:
        multiprocess.start_writing(Path(app.config["METRICS_FOLDER"]), db.engine)


def _warn_about_rate_limits(workers: int) -> None:
    in_memory = current_app.config["RATELIMIT_ENABLED"] and current_app.config[
        "RATELIMIT_STORAGE_URI"
    ].startswith("memory:")
    if in_memory and workers > 1:
        click.echo(
            f"Rate limits are kept in memory, and each of the {workers} processes counts separately."
            f" The effective limit is up to {workers} times SIGN_LIMIT."
            " To share the counts, set RATELIMIT_STORAGE_URI to redis://….",
            err=True,
        )
