"""Facts about a database, read without the models, since it may be at any migration."""

from collections.abc import Mapping

from sqlalchemy import Connection, column, func, inspect, select, table

BOOKKEEPING = {
    "alembic_version",
    "installation",
    "recorded_access",
}  # a database with rows only in these is empty


def count_rows(connection: Connection) -> dict[str, int]:
    """The number of rows of each table."""
    names = inspect(connection).get_table_names()
    count = select(func.count())
    return {name: connection.scalars(count.select_from(table(name))).one() for name in names}


def holds_data(rows: Mapping[str, int]) -> bool:
    return any(number for name, number in rows.items() if name not in BOOKKEEPING)


def find_revision(connection: Connection) -> str | None:
    """The current migration; None if the database is empty or not ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version = table("alembic_version", column("version_num"))
    return connection.scalar(select(version.c.version_num))


def find_fingerprint(connection: Connection) -> str | None:
    """The fingerprint of the EMAIL_HASH_KEY it needs; None if no address was ever stored."""
    facts = table("installation", column("name"), column("value"))
    return connection.scalar(select(facts.c.value).where(facts.c.name == "email_hash_key"))
