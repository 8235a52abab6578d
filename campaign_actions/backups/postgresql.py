"""Dumps a PostgreSQL database while it is in use, and restores a dump."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import IO
from zipfile import BadZipFile

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from campaign_actions.backups.archives import Advance, Archive, BackupRefused, Progress, copy_stream
from campaign_actions.backups.pg_tools import check_version, environment_of, run_tool
from campaign_actions.backups.snapshots import Snapshot
from campaign_actions.core.db.session import Base, db

WITHOUT_OWNERS = ("--no-owner", "--no-privileges")  # the user who restores it becomes the owner
DUMP = ("pg_dump", "--format=custom", "--compress=0", "--no-password", *WITHOUT_OWNERS)
MAKE_SCRIPT = ("pg_restore", "--file=-", "--clean", "--if-exists", *WITHOUT_OWNERS)
RUN_SCRIPT = (
    *("psql", "--no-psqlrc", "--no-password", "--quiet", "--output=/dev/null"),
    "--set=ON_ERROR_STOP=1",
)
MAX_HEADER_LINES = 60  # at the top of pg_restore's script, before the first table
TABLE_SIZES = """
select coalesce(sum(pg_table_size(oid)), 0)::bigint from pg_class
where relkind = 'r' and relnamespace = current_schema()::regnamespace
"""
TRIGGER_FUNCTIONS = """
select distinct tgfoid::regprocedure::text from pg_trigger join pg_class on pg_class.oid = tgrelid
where not tgisinternal and relname = any(:tables) and relnamespace = current_schema()::regnamespace
"""


@contextmanager
def snapshot(_scratch: Path, _progress: Progress) -> Iterator[Snapshot]:
    """One snapshot, shared by our own queries and pg_dump."""
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        check_version("pg_dump", connection)
        connection.execute(text("set local idle_in_transaction_session_timeout = 0"))
        name, schema = connection.execute(
            text("select pg_export_snapshot(), current_schema()")
        ).one()
        size = connection.scalars(text(TABLE_SIZES)).one()
        write = partial(_dump, connection, name, schema)
        yield Snapshot(connection, schema, size, write)


def load(archive: Archive, progress: Progress) -> None:
    """Replace our tables with the data of a backup, in one transaction.

    pg_restore turns the backup into a script, which psql runs after dropping our tables. We send the
    COMMIT only once pg_restore has succeeded. (`pg_restore --single-transaction` could not drop tables
    that a newer migration created.)
    """
    schema = archive.manifest.schema
    with db.engine.connect() as connection:
        current = connection.scalar(text("select current_schema()"))
        if current != schema:
            raise BackupRefused(
                f'The backup is of the schema "{schema}", but this database uses "{current}".'
                " Nothing was changed. Restore it into a database that uses the schema of the backup."
            )
        settings = set(connection.scalars(text("select name from pg_settings")))
        before = _drop_statements(connection, archive)
        environment = environment_of(connection)
    with progress("Restoring", archive.size) as advance:
        _run_pipeline(archive, before, settings, environment, advance)
    with (
        suppress(DBAPIError),
        db.engine.connect() as connection,
    ):  # otherwise autovacuum does it later
        connection.execute(text("analyze"))
    db.engine.dispose()


def _dump(
    connection: Connection, snapshot_name: str, schema: str, target: IO[bytes], advance: Advance
) -> None:
    """Run pg_dump for our schema, uncompressed, since the archive compresses."""
    options = ["--schema=" + _quoted(schema), f"--snapshot={snapshot_name}"]
    with run_tool([*DUMP, *options], environment_of(connection)) as dump:
        dump.stdin.close()
        copy_stream(dump.stdout, target, advance)
        dump.check_success()


def _run_pipeline(
    archive: Archive,
    before: Iterable[str],
    settings: set[str],
    environment: dict[str, str],
    advance: Advance,
) -> None:
    """Pipe the archive through pg_restore into psql."""
    schema = f"--schema={archive.manifest.schema}"  # also leaves out CREATE SCHEMA
    with (
        run_tool([*MAKE_SCRIPT, schema], environment) as maker,
        run_tool(RUN_SCRIPT, environment) as runner,
    ):
        Thread(target=_feed, args=[archive, maker.stdin, advance], daemon=True).start()
        with suppress(BrokenPipeError):  # psql has exited and says why
            runner.stdin.writelines(f"{line};\n".encode() for line in ["begin", *before])
            runner.stdin.writelines(_known_settings(maker.stdout, settings))
            shutil.copyfileobj(maker.stdout, runner.stdin)
            maker.check_success()
            runner.stdin.write(b"\ncommit;\n")
            runner.stdin.close()
        runner.check_success()


def _feed(archive: Archive, target: IO[bytes], advance: Advance) -> None:
    """Write the data, in a thread of its own while the output of pg_restore is read."""
    ignored = suppress(OSError, ValueError, BadZipFile)  # then pg_restore exits and says why
    with ignored, archive.open_data() as data, target:
        copy_stream(data, target, advance)


def _drop_statements(connection: Connection, archive: Archive) -> list[str]:
    """Statements that drop our tables and trigger functions, whatever migration created them."""
    tables = sorted({*Base.metadata.tables, *archive.manifest.rows, "alembic_version"})
    functions = connection.scalars(text(TRIGGER_FUNCTIONS), {"tables": tables}).all()
    return [
        "set local lock_timeout = '30s'",
        *(f"drop table if exists {_quoted(table)} cascade" for table in tables),
        *(f"drop function if exists {function}" for function in functions),
    ]


def _known_settings(script: IO[bytes], settings: set[str]) -> Iterator[bytes]:
    """The top of the script, without settings unknown to a server older than the tools."""
    for line in islice(script, MAX_HEADER_LINES):
        words = line.decode(errors="replace").split()
        if words[:1] != ["SET"] or words[1] in settings:
            yield line


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
