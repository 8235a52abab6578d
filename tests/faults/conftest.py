"""What the tests of faults share: a database of each kind for one test alone, and a mail server."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.faults.site import Site, make_site
from tests.outbox.mail_server import MailServer, mail_server

serial = count(1)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def postgres_database(worker_id: str) -> Iterator[str]:
    """The address of a database that nothing else uses."""
    name = f"campaign_actions_faults_{worker_id}_{next(serial)}"
    with psycopg.connect(os.environ["TEST_POSTGRES_URL"], autocommit=True) as server:
        server.execute(f"drop database if exists {name} with (force)")
        server.execute(f"create database {name}")
        host, port, user = server.info.host, server.info.port, server.info.user
        yield f"postgresql://{user}:{server.info.password}@/{name}?host={host}&port={port}"
        server.execute(f"drop database if exists {name} with (force)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/campaign.sqlite"
    address: str = request.getfixturevalue("postgres_database")
    return address


@pytest.fixture
def site(database: str, mail: MailServer, tmp_path: Path) -> Site:
    """Ready to be served, on each kind of database."""
    return make_site(tmp_path, database, MAIL_URL=f"smtp://127.0.0.1:{mail.port}")


def need(condition: object, reason: str) -> None:
    """What is missing on a developer's machine is skipped there; CI has to have it."""
    if not condition:
        if os.environ.get("CI"):
            pytest.fail(f"CI needs it: {reason}")
        pytest.skip(reason)
