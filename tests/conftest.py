"""Shared fixtures: a PostgreSQL server per run, a database per worker and kind, emptied after each test."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import flask_migrate
import hypothesis
import psycopg
import pytest
from flask import Flask, has_app_context
from jinja2 import FileSystemBytecodeCache

from campaign_actions import create_app
from campaign_actions.audit.anchors.settings import anchor_settings
from campaign_actions.core import paths
from campaign_actions.core.db.alembic import init_migrate
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale_registry import locale_registry
from campaign_actions.core.organization import organization_store
from campaign_actions.core.style_sheets import make_bundles
from campaign_actions.core.switches.state import switch_store
from campaign_actions.web.staff.waiting.store import WaitingStore, waiting_store
from tests.support.app import SETTINGS, Visitor
from tests.support.postgres_wheel import start_postgres

pytest_plugins = ["tests.support.outbox_fixtures", "tests.support.translator_fixtures"]

TESTS = Path(__file__).parent
KINDS = ("sqlite", "postgresql")
ON_ONE_DATABASE = (  # folders and modules of tests
    *("actions/comments/", "actions/listing/", "actions/personal_data/", "actions/questions/"),
    *("actions/share_pictures/", "actions/test_milestones", "actions/test_pictures", "approvals/"),
    *("audit/anchors/", "campaigns/", "commands/", "core/", "catalogs/campaign_texts/"),
    *("catalogs/workflow/", "demo/", "disclosures/", "exports/", "publishing/", "test_embargo"),
    *("updates/", "web/"),
)
ON_BOTH = (  # places inside them
    *("core/db/", "publishing/test_changes", "publishing/test_scheduled"),
    # which signatures a file has
    *("disclosures/test_deletions", "disclosures/test_files", "disclosures/test_increments"),
    *("disclosures/test_records", "disclosures/test_selection"),
)
MEMORY = Path("/dev/shm")  # where Linux keeps files in memory
ROOM = 500_000_000  # bytes

# However slow the machine is: no test may depend on it.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")


def pytest_configure(config: pytest.Config) -> None:
    """Prepare style sheets, an instance folder and a database server, once before the workers start."""
    if hasattr(config, "workerinput"):
        return
    make_bundles(paths.STATIC)
    folder = tempfile.TemporaryDirectory(prefix="campaign-actions-")
    config.add_cleanup(folder.cleanup)
    os.environ["CAMPAIGN_ACTIONS_INSTANCE"] = f"{folder.name}/instance"
    if "TEST_POSTGRES_URL" not in os.environ:
        server = start_postgres(Path(folder.name) / "postgres")
        config.add_cleanup(server.stop)
        os.environ["TEST_POSTGRES_URL"] = server.get_uri()


def pytest_collection_finish() -> None:
    """Spare the garbage collector the modules and tests, which stay until the end."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """Fail if a test leaves an app context open: commands in later tests would use its app."""
    yield
    assert not has_app_context(), "an app context was left open"


@pytest.fixture(scope="session")
def in_memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for databases, removed after the tests. In memory, where a commit does not wait for a disk."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        yield tmp_path_factory.mktemp("databases")
        return
    with tempfile.TemporaryDirectory(prefix="campaign-actions-", dir=MEMORY) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def databases(worker_id: str, in_memory: Path) -> dict[str, str]:
    """The URL of this worker's own database of each kind, still empty."""
    name = f"campaign_actions_{worker_id}"
    with psycopg.connect(os.environ["TEST_POSTGRES_URL"], autocommit=True) as server:
        server.execute(f"drop database if exists {name} with (force)")
        server.execute(f"create database {name}")
        host, port, user = server.info.host, server.info.port, server.info.user
        password = server.info.password
    return {
        "sqlite": f"sqlite:///{in_memory}/test.sqlite",
        "postgresql": f"postgresql://{user}:{password}@/{name}?host={host}&port={port}",
    }


@pytest.fixture(scope="session")
def compiled_templates() -> FileSystemBytecodeCache:
    """Each template is compiled once in a run, not by each worker for each kind of database."""
    folder = Path(os.environ["CAMPAIGN_ACTIONS_INSTANCE"]).parent / "templates"
    folder.mkdir(exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


@pytest.fixture(scope="session")
def apps(
    databases: dict[str, str], in_memory: Path, compiled_templates: FileSystemBytecodeCache
) -> Iterator[dict[str, Flask]]:
    made = {}
    for kind, address in databases.items():
        app = create_app(SETTINGS | {"SQLALCHEMY_DATABASE_URI": address})
        app.test_client_class = Visitor
        app.jinja_env.bytecode_cache = compiled_templates
        settings = anchor_settings.of(app)
        anchor_settings.provide(app, replace(settings, folder=in_memory / f"anchors-{kind}"))
        with app.app_context():
            flask_migrate.upgrade(init_migrate())
        made[kind] = app
    yield made
    for app in made.values():
        with app.app_context():
            db.engine.dispose()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the databases that a test runs on.

    Tests of rules that depend on SQL run on both. Tests of pages, commands, files and the rules of staff
    run on one of the two, always the same for each test: the tests of a folder together use both.
    `make check` sets TEST_EVERY_DATABASE, and then they run on both as well.
    """
    marks = metafunc.definition.iter_markers("parametrize")
    if "app" not in metafunc.fixturenames or any(mark.args[0] == "app" for mark in marks):
        return
    place = metafunc.definition.path.relative_to(TESTS).as_posix()
    is_on_one = place.startswith(ON_ONE_DATABASE) and not place.startswith(ON_BOTH)
    if is_on_one and "TEST_EVERY_DATABASE" not in os.environ:
        chosen = KINDS[crc32(metafunc.definition.nodeid.encode()) % len(KINDS)]
        metafunc.parametrize("app", [chosen], indirect=True)
    else:
        metafunc.parametrize("app", KINDS, indirect=True)


@pytest.fixture
def app(request: pytest.FixtureRequest, apps: dict[str, Flask]) -> Iterator[Flask]:
    """The app on each kind of database, inside an app context. Settings changed by a test are restored."""
    app = apps[request.param]
    settings = dict(app.config)
    waiting_store.provide(app, WaitingStore(is_kept=True))  # members' counts, kept as on a site
    with app.app_context():
        yield app
        db.session.remove()
        empty()
        locale_registry.of(app).refresh_now()  # the next test starts with the shipped languages
        organization_store.of(app).refresh_now()
        switch_store.of(app).refresh_now()
    shutil.rmtree(anchor_settings.of(app).folder, ignore_errors=True)
    app.config.clear()
    app.config.update(settings)


def empty() -> None:
    """Delete all rows, in one script because this runs five thousand times."""
    with closing(db.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        if db.engine.dialect.name == "sqlite":
            cursor.executescript(f"begin immediate; {_deletions()} commit;")
        else:
            cursor.execute(_deletions())
        connection.commit()


@cache
def _deletions() -> str:
    return "".join(f"delete from {table.name};" for table in reversed(db.metadata.sorted_tables))


@pytest.fixture
def client(app: Flask) -> Any:
    return app.test_client()
