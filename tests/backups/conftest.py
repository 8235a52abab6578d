"""Fixtures: the installation that is backed up, and an empty one elsewhere."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import Result
from flask import Flask

from campaign_actions import create_app
from campaign_actions.core.db.session import db
from campaign_actions.core.security.secrets import ensure_email_key
from tests.support.app import SETTINGS
from tests.support.backup_data import run
from tests.support.factories import make_action, make_confirmed
from tests.support.postgres_programs import find_programs

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def tools() -> Path | None:
    """The folder of PostgreSQL's programs that match the test server."""
    return find_programs()


@pytest.fixture(autouse=True)
def programs(app: Flask, tools: Path | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts PostgreSQL's programs on the PATH; without them, skips the test."""
    monkeypatch.setenv("PATH", str(tools), prepend=os.pathsep)
    if tools is None and db.engine.dialect.name == "postgresql":
        missing = pytest.fail if "CI" in os.environ else pytest.skip
        missing("there is no pg_dump as new as the server of the tests")


@pytest.fixture
def signed(app: Flask) -> Flask:
    """The app with one signature."""
    ensure_email_key()
    make_confirmed(make_action(), email="ada@example.org")
    return app


@pytest.fixture
def empty_database(app: Flask, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Creates an empty database of the same kind as the app's; returns its address."""
    if db.engine.dialect.name == "sqlite":
        yield lambda name: f"sqlite:///{tmp_path}/{name}.sqlite"
        return
    url, made = db.engine.url, []
    with psycopg.connect(os.environ["TEST_POSTGRES_URL"], autocommit=True) as server:

        def make(name: str) -> str:
            made.append(f"{url.database}_{name}")
            server.execute(f"drop database if exists {made[-1]} with (force)")
            server.execute(f"create database {made[-1]}")
            return url.set(database=made[-1]).render_as_string(hide_password=False)

        yield make
        for name in made:
            server.execute(f"drop database {name} with (force)")


@pytest.fixture
def install(
    empty_database: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Flask]]:
    """Starts the program on an empty database with its own instance folder."""
    monkeypatch.setenv("CAMPAIGN_ACTIONS_INSTANCE", str(tmp_path / "elsewhere"))
    address, made = empty_database("elsewhere"), []

    def start(**settings: str) -> Flask:
        app = create_app(SETTINGS | {"SQLALCHEMY_DATABASE_URI": address} | settings)
        made.append(app)
        return app

    yield start
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def elsewhere(install: Callable[..., Flask]) -> Flask:
    """The empty installation, without tables. It has the same keys."""
    return install()


@pytest.fixture
def saved(app: Flask, tmp_path: Path) -> Callable[..., Path]:
    """Makes a backup of the app; returns the file."""

    def save(*options: str) -> Path:
        file = tmp_path / "backup.zip"
        result = run(app, "backup", file, *options)
        assert result.exit_code == 0, result.output
        return file

    return save
