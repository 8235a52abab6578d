"""A moment of a database that stays as it is while others go on writing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from sqlalchemy import Connection

from campaign_actions.backups.archives import Advance


@dataclass(frozen=True)
class Snapshot:
    """One moment: asked through its connection, and written to a file by `write`."""

    connection: Connection
    schema: str | None  # on PostgreSQL
    size: int  # bytes that `write` will write, about
    write: Callable[[IO[bytes], Advance], None]
