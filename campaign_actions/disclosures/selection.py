"""Which signatures a file is to contain: some actions of a campaign, and a filter."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from campaign_actions.actions.models import COUNTED
from campaign_actions.actions.signatures.filters.filter import SignatureFilter

EXPORTABLE_STATUSES = ("confirmed", "pending", "withdrawn", "invalid")
FIRST_FIELDS = ("actions", "country", "language", "since", "source", "status", "until")


@dataclass(frozen=True)
class Selection(SignatureFilter):
    """The signatures of actions that match a filter. All values are plain JSON.

    `actions`: ids, in the order of the file. A record keeps its selection, so that its increments have
    the same. So a selection never names a person: no `name` and no `email`.
    """

    status: str = COUNTED
    actions: tuple[int, ...] = ()

    def filter(self) -> dict[str, Any]:
        """The filter besides the actions, without empty and usual values; selected ids are counted."""
        chosen = super().filter()
        if ids := chosen.pop("ids", ()):
            chosen["selected"] = len(ids)
        if self.status == COUNTED:
            del chosen["status"]
        return chosen

    def to_text(self) -> str:
        """JSON that is the same for equal selections, and was so before there were further fields."""
        values = {
            name: value for name, value in asdict(self).items() if value or name in FIRST_FIELDS
        }
        return json.dumps(values, sort_keys=True, separators=(",", ":"))


def selection_from_json(values: dict[str, Any]) -> Selection:
    return Selection.from_json(values)


def selection_from_text(text: str) -> Selection:
    return Selection.from_json(json.loads(text))


def in_order(actions: Sequence[int]) -> tuple[int, ...]:
    """Ids of actions in one order, so that equal selections are equal."""
    return tuple(sorted(set(actions)))
