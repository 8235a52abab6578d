"""What somebody did to a language or its translations, as its history keeps it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, insert

from campaign_actions.catalogs.models import TranslationChange
from campaign_actions.core.messages import Forms
from campaign_actions.core.statements import take_turns

# By which way a change came; history.py says it in words.
How = Literal["web", "upload", "command", "staff", "added", "complete", "approved", "consent"]


LOCK = 0x776F7264  # "word": of all translations


def in_turn(connection: Connection) -> None:
    """One transaction at a time changes translations; taken before any of them is read or written.

    So nobody overwrites what they have not seen, and the numbers of changes grow in the order in which
    they can be seen: a process that knows one of them has missed none before it.
    """
    take_turns(connection, LOCK)


@dataclass(frozen=True)
class Change:
    """Of one message; without a key: of the language as a whole."""

    key: str = ""
    source: str = ""
    before: Forms = ()
    after: Forms = ()


def note_changes(
    connection: Connection,
    catalog: str,
    locale: str,
    changes: Iterable[Change],
    *,
    how: How,
    staff_id: int | None,
    now: datetime,
) -> None:
    """Add them to the history, in the caller's transaction; it is also what processes look at for news."""
    rows = [
        {
            "catalog": catalog,
            "locale": locale,
            "key": change.key,
            "source": change.source,
            "before": list(change.before),
            "after": list(change.after),
            "changed_at": now,
            "staff_id": staff_id,
            "how": how,
        }
        for change in changes
    ]
    if rows:
        in_turn(connection)
        connection.execute(insert(TranslationChange), rows)
