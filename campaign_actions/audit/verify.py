"""Checking the audit log: whether each entry is as it was written, and none has gone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from campaign_actions.audit.log import hash_entry
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import read_snapshot


@dataclass(frozen=True)
class ChainReport:
    """`broken`: numbers of entries that are not as they were written, or follow on one that went."""

    entries: int
    head: str  # the hash of the newest entry
    broken: list[int]
    has_known_head: bool  # whether the head that somebody noted down is in the chain
    last: int = 0  # the number of the newest entry
    found: Mapping[int, tuple[str, int]] = field(default_factory=dict)  # hash and place, by number

    @property
    def is_whole(self) -> bool:
        return self.has_known_head and not self.broken


def check_chain(*, known_head: str = "", wanted: Collection[int] = ()) -> ChainReport:
    """Read the whole log and recompute each hash. `wanted`: numbers of entries that are to be `found`.

    `known_head` is a hash from the application's log or from an earlier check: when the newest
    entries were cut off, the rest is whole, and only this tells.
    """
    number, last, head, broken, is_known = 0, 0, "", [], not known_head
    found, wanted = {}, frozenset(wanted)
    rows = select(AuditEntry.__table__).order_by(AuditEntry.id)
    with read_snapshot() as connection:
        for row in connection.execution_options(yield_per=1000).execute(rows).mappings():
            if row["previous"] != head or not _is_unchanged(dict(row)):
                broken.append(row["id"])
            number, last, head = number + 1, row["id"], row["hash"]
            is_known = is_known or head == known_head
            if last in wanted:
                found[last] = head, number
    return ChainReport(number, head, broken, is_known, last, found)


def _is_unchanged(row: dict[str, Any]) -> bool:
    """Not with a value that no entry of ours can have, such as a time that is none."""
    try:
        return bool(row["hash"] == hash_entry(row))
    except (AttributeError, TypeError, ValueError):
        return False
