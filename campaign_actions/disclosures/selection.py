"""Which signatures a file is to contain: some actions of a campaign, and a filter."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement

from campaign_actions.actions.models import COUNTED, Signature

EXPORTABLE_STATUSES = ("confirmed", "pending", "withdrawn", "invalid")


@dataclass(frozen=True)
class Selection:
    """Signatures of actions, signed from `since` (inclusive) until `until` (exclusive). Empty means any.

    All values are plain JSON. `actions`: ids, in the order of the file; `since`, `until`: ISO 8601 in UTC.
    """

    actions: tuple[int, ...]
    since: str = ""
    until: str = ""
    language: str = ""
    country: str = ""
    source: str = ""
    status: str = COUNTED

    @property
    def since_at(self) -> datetime | None:
        return datetime.fromisoformat(self.since) if self.since else None

    @property
    def until_at(self) -> datetime | None:
        return datetime.fromisoformat(self.until) if self.until else None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter without the actions, as SQL."""
        conditions = [Signature.status == self.status]
        if self.since_at:
            conditions.append(Signature.signed_at >= self.since_at)
        if self.until_at:
            conditions.append(Signature.signed_at < self.until_at)
        if self.language:
            conditions.append(Signature.locale == self.language)
        if self.country:
            conditions.append(Signature.country_code == self.country)
        if self.source:
            conditions.append(Signature.source == self.source)
        return conditions

    def filter(self) -> dict[str, str]:
        """The filter besides the actions, without empty values."""
        chosen = {
            name: value for name, value in asdict(self).items() if name != "actions" and value
        }
        if self.status == COUNTED:
            del chosen["status"]
        return chosen

    def to_text(self) -> str:
        """JSON that is the same for equal selections."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))


def selection_from_json(values: dict[str, Any]) -> Selection:
    return Selection(**{**values, "actions": tuple(values["actions"])})


def selection_from_text(text: str) -> Selection:
    return selection_from_json(json.loads(text))


def in_order(actions: Sequence[int]) -> tuple[int, ...]:
    """Ids of actions in one order, so that equal selections are equal."""
    return tuple(sorted(set(actions)))
