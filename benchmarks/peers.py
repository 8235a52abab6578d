"""Applications that do nothing, served as ours is: the most that the server and Flask allow."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from subprocess import DEVNULL, Popen
from typing import Any

from flask import Flask

from campaign_actions.server import wsgi
from tests.support.servers import answers, free_port, until

THREADS = 128  # per process, as in `campaign-actions serve`
BODY = b"x" * 6000  # bytes: about the size of a compressed action page

empty_flask = Flask("empty")


@empty_flask.get("/")
def hello() -> str:
    return "hello"


def bare(_environ: Any, start_response: Any) -> Iterable[bytes]:
    """Send a page from memory and do nothing else."""
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(BODY)))])
    return (BODY,)


class Nothing(dict[Any, Any]):
    """A page cache that stores nothing."""

    def __setitem__(self, _key: Any, _page: Any) -> None:
        pass


def uncached() -> Flask:
    """Our application without a page cache: each page is rendered for each request."""
    app = wsgi()
    app.wsgi_app.inner.pages = Nothing()
    return app


@contextmanager
def serving_peer(name: str, *options: str, env: dict[str, str] | None = None) -> Iterator[str]:
    """Serve an application of this module on as many processes and threads as ours; yields its address."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1"]
    command += ["--no-log", "--port", str(port), "--workers", str(os.cpu_count() or 1)]
    command += ["--blocking-threads", str(THREADS), *options, f"benchmarks.peers:{name}"]
    with Popen(command, env=env, stdout=DEVNULL, stderr=DEVNULL) as process:
        try:
            until(lambda: answers(f"http://127.0.0.1:{port}/"))
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
