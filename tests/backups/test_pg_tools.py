"""PostgreSQL's client programs: missing or outdated ones, and how they are called."""

import os
from pathlib import Path

import pytest

from campaign_actions.core.db.alembic import upgrade
from campaign_actions.core.db.session import db
from campaign_actions.core.security.secrets import ensure_email_key
from tests.support.backup_data import rows_of, run
from tests.support.factories import make_action, make_confirmed
from tests.support.postgres_programs import shipped
from tests.support.postgres_wheel import start_postgres

on_postgresql = pytest.mark.parametrize("app", ["postgresql"], indirect=True)


def add_program(folder: Path, name: str, script: str) -> None:
    """Put a program first on the PATH."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)
    os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"  # restored by monkeypatch


@on_postgresql
def test_a_backup_that_fails_leaves_the_one_before(signed, saved, tmp_path):
    file = saved()
    before = file.read_bytes()
    add_program(tmp_path / "broken", "pg_dump", '[ "$1" = --version ] && echo "x) 99" || exit 3')

    result = run(signed, "backup", file)

    assert result.exit_code == 1
    assert "pg_dump failed: exit code 3" in result.stderr
    assert file.read_bytes() == before
    assert not list(tmp_path.glob(".*"))


@on_postgresql
def test_a_missing_pg_dump_is_reported_with_what_to_install(signed, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")

    result = run(signed, "backup", tmp_path / "backup.zip")

    assert result.exit_code == 1
    assert "pg_dump is not installed" in result.stderr
    assert "apt-get install postgresql-client" in result.stderr


@on_postgresql
def test_a_pg_dump_older_than_the_server_is_refused(signed, tmp_path, monkeypatch):
    with db.engine.connect() as connection:
        if connection.connection.driver_connection.info.server_version < 170000:
            pytest.skip("the server of the tests is no newer than the oldest pg_dump at hand")
    monkeypatch.setenv("PATH", str(shipped(16)), prepend=os.pathsep)

    result = run(signed, "backup", tmp_path / "backup.zip")

    assert result.exit_code == 1
    assert "pg_dump has version 16, but the server has version 18" in result.stderr


@on_postgresql
def test_the_password_is_on_no_command_line(signed, install, tools, tmp_path):
    """Any user of the machine can read command lines."""
    url = db.engine.url.set(password="pass 'word'")
    elsewhere = install(SQLALCHEMY_DATABASE_URI=url.render_as_string(hide_password=False))
    told = tmp_path / "told"
    tell = f'[ "$1" = --version ] || echo "$@" "password: $PGPASSWORD" > {told}'
    add_program(tmp_path / "telling", "pg_dump", f'{tell}\nexec {tools}/pg_dump "$@"')

    result = run(elsewhere, "backup", tmp_path / "backup.zip")

    assert result.exit_code == 0, result.output
    words, _colon, password = told.read_text().rstrip().partition(" password: ")
    assert "'word'" not in words
    assert password == "pass 'word'"


@on_postgresql
@pytest.mark.slow
def test_tools_newer_than_the_server_can_restore(install, tmp_path, monkeypatch):
    """pg_restore 17 and newer set transaction_timeout, which older servers do not know."""
    monkeypatch.setenv("PATH", str(shipped(18)), prepend=os.pathsep)
    server = start_postgres(tmp_path / "postgres", postgres_version=16)
    try:
        elsewhere = install(SQLALCHEMY_DATABASE_URI=server.get_uri())
        with elsewhere.app_context():
            upgrade()
            ensure_email_key()
            make_confirmed(make_action())
        before = rows_of(elsewhere)
        assert run(elsewhere, "backup", tmp_path / "backup.zip").exit_code == 0

        result = run(elsewhere, "restore", "--replace", tmp_path / "backup.zip")

        assert result.exit_code == 0, result.output
        assert rows_of(elsewhere) == before
    finally:
        with elsewhere.app_context():
            db.engine.dispose()
        server.stop()
