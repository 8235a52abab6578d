"""An export as an operation that may need approval."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, ClassVar

from sqlalchemy import Connection

from campaign_actions.core.db.session import JsonValue
from campaign_actions.disclosures.export import Export
from campaign_actions.staff.dual_control import Operation


@dataclass(frozen=True)
class GuardedExport(Operation):
    """Guarded if it has contact data.

    An approved export can be downloaded several times. Each download has its own record.
    """

    kind: ClassVar[str] = "export"
    permission: ClassVar[str] = "signatures.export"
    is_deferred: ClassVar[bool] = True

    export: Export

    def __post_init__(self) -> None:
        """A request for approval stores the fields as JSON."""
        export: Any = self.export
        if isinstance(export, dict):
            object.__setattr__(self, "export", Export(**export))

    @property
    def target(self) -> str:
        """One request at a time for the same file and person."""
        own = replace(self.export, recipient="").to_json()
        return sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()

    @property
    def campaign_id(self) -> int | None:
        return self.export.campaign

    def subject(self) -> str:
        return self.export.subject()

    def is_guarded(self, connection: Connection) -> bool:
        return self.export.has_contact_data

    def check(self, connection: Connection, actor: str) -> None:
        """Raises the errors of `Export.check()`."""
        self.export.check()

    def seen(self, connection: Connection) -> Mapping[str, JsonValue]:
        return {"action": self.subject(), "columns": list(self.export.columns())}

    def to_json(self) -> dict[str, JsonValue]:
        return {"export": self.export.to_json()}
