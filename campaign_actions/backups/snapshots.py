"""A consistent snapshot of a database that is in use."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from sqlalchemy import Connection

from campaign_actions.backups.archives import Advance


@dataclass(frozen=True)
class Snapshot:
    """A snapshot, to be queried through `connection` and written to a file by `write`."""

    connection: Connection
    schema: str | None  # on PostgreSQL
    size: int  # the approximate number of bytes that `write` will write
    write: Callable[[IO[bytes], Advance], None]
