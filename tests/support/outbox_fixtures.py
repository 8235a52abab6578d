"""Fixtures for the outbox tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.support.outbox import PostOffice, office
from tests.support.outbox_worker import Worker


@pytest.fixture
def post(app: Flask, tmp_path: Path) -> PostOffice:
    return office(tmp_path / "mail")


@pytest.fixture
def start(app: Flask) -> Iterator[Callable[[str], Worker]]:
    """Starts workers on the test's database with a mail URL; all end with the test."""
    workers = []

    def start(mail_url: str) -> Worker:
        workers.append(Worker(app, mail_url))
        return workers[-1]

    yield start
    for worker in workers:
        if worker.process.poll() is None:
            worker.kill()
