"""Verifying the chain of the audit log: no entry was changed or removed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from campaign_actions.audit.log import hash_entry
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import read_snapshot


@dataclass(frozen=True)
class ChainReport:
    """`broken`: numbers of entries that were changed, or whose predecessor was changed or removed."""

    entries: int
    head: str  # the hash of the newest entry
    broken: list[int]
    has_known_head: bool  # whether the chain contains the hash noted earlier
    last: int = 0  # the number of the newest entry
    found: Mapping[int, tuple[str, int]] = field(
        default_factory=dict
    )  # hash and position by number

    @property
    def is_whole(self) -> bool:
        return self.has_known_head and not self.broken


def check_chain(*, known_head: str = "", wanted: Collection[int] = ()) -> ChainReport:
    """Read the whole log and recompute each hash. `wanted`: numbers of entries to return in `found`.

    `known_head`: a hash from the application's log or an earlier check. Only this reveals that the newest
    entries were removed, since the rest is still a valid chain.
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
    """Whether the hash matches. It cannot when a value has an impossible type, such as a bad time."""
    try:
        return bool(row["hash"] == hash_entry(row))
    except (AttributeError, TypeError, ValueError):
        return False
