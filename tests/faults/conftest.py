"""Fixtures for the fault tests: a database of each kind for each test, and a mail server."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.faults.site import Site, make_site, set_up_database
from tests.support.mail_server import MailServer, mail_server

serial = count(1)


@pytest.fixture(scope="module")
def postgres_folder() -> Iterator[Path]:
    """A folder that PostgreSQL's user can enter; pytest's own folders are private."""
    with tempfile.TemporaryDirectory(prefix="campaign-actions-") as folder:
        yield Path(folder)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture(scope="session")
def template(worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A migrated database of each kind with the demo's campaigns, for tests to copy."""
    folder = tmp_path_factory.mktemp("faults")
    name = f"campaign_actions_faults_{worker_id}"
    with psycopg.connect(os.environ["TEST_POSTGRES_URL"], autocommit=True) as server:
        server.execute(f"drop database if exists {name} with (force)")
        server.execute(f"create database {name}")
    set_up_database(make_site(folder, postgres_address(name)))
    set_up_database(make_site(folder, f"sqlite:///{folder}/template.sqlite"))
    return {"postgresql": name, "sqlite": folder / "template.sqlite"}


@pytest.fixture
def postgres_database(template: dict[str, Any]) -> Iterator[str]:
    """The address of a database for this test alone."""
    name = f"{template['postgresql']}_{next(serial)}"
    with psycopg.connect(os.environ["TEST_POSTGRES_URL"], autocommit=True) as server:
        server.execute(f"drop database if exists {name} with (force)")
        server.execute(f"create database {name} template {template['postgresql']}")
        yield postgres_address(name)
        server.execute(f"drop database if exists {name} with (force)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, template: dict[str, Any], tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copy(template['sqlite'], tmp_path)}"
    address: str = request.getfixturevalue("postgres_database")
    return address


@pytest.fixture
def site(database: str, mail: MailServer, tmp_path: Path) -> Site:
    """A site that is ready to be served, on each kind of database."""
    return make_site(tmp_path, database, MAIL_URL=f"smtp://127.0.0.1:{mail.port}")


@pytest.fixture
def machine(postgres_database: str, mail: MailServer, tmp_path: Path) -> Callable[..., Site]:
    """Makes another machine, with its own instance folder and the same keys in its environment."""

    def make(name: str, **settings: object) -> Site:
        (tmp_path / name).mkdir()
        smtp = f"smtp://127.0.0.1:{mail.port}"
        return make_site(tmp_path / name, postgres_database, MAIL_URL=smtp, **settings)

    return make


def postgres_address(name: str) -> str:
    with psycopg.connect(os.environ["TEST_POSTGRES_URL"]) as server:
        host, port, user = server.info.host, server.info.port, server.info.user
        return f"postgresql://{user}:{server.info.password}@/{name}?host={host}&port={port}"
