"""An export as an operation that may need approval, and its entry in the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from flask_babel import gettext as _
from sqlalchemy import Connection

from campaign_actions.actions.counts.queries import count_folded
from campaign_actions.actions.models import Action
from campaign_actions.actions.naming import action_name
from campaign_actions.actions.personal_data.purposes import PURPOSES
from campaign_actions.audit.log import record
from campaign_actions.core.db.session import db
from campaign_actions.core.errors import NotFound
from campaign_actions.core.templating.attributes import Attributes
from campaign_actions.staff.dual_control import Approval, Operation

OPTIONS = ("format", "raw", "bom", "purpose", "note")  # the fields that people choose


@dataclass(frozen=True)
class Export(Operation):
    """A file of an action's confirmed signatures for one of PURPOSES, for one staff member.

    Guarded if its purpose has contact data. An approved export can be downloaded several times; each
    download has its own entry in the audit log.
    """

    kind: ClassVar[str] = "export"
    permission: ClassVar[str] = "signatures.export"
    is_deferred: ClassVar[bool] = True

    campaign: int
    action_id: int
    staff_id: int  # who may download it
    format: str
    raw: bool
    bom: bool
    purpose: str
    note: str

    @property
    def target(self) -> str:
        return export_target(self.action_id, self.staff_id)

    @property
    def campaign_id(self) -> int | None:
        return self.campaign

    def subject(self) -> str:
        action = self._action()
        return action_name(action.campaign.slug, action.slug)

    def is_guarded(self, connection: Connection) -> bool:
        return PURPOSES[self.purpose].has_contact_data

    def check(self, connection: Connection, actor: str) -> None:
        """Raises NotFound, NotForThisKind."""
        self._columns()

    def seen(self, connection: Connection) -> Mapping[str, str | list[str]]:
        return {"action": self.subject(), "columns": self._columns()}

    def options(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in OPTIONS}

    def _columns(self) -> list[str]:
        return list(PURPOSES[self.purpose].columns_of(self._action().kind))

    def _action(self) -> Action:
        action = db.session.get(Action, self.action_id)
        if action is None or action.campaign_id != self.campaign:
            raise NotFound
        return action


def export_target(action_id: int, staff_id: int) -> str:
    """The target of requests for an export of an action by a staff member."""
    return f"action-{action_id}-for-{staff_id}"


def progress_attributes(file_name: str) -> Attributes:
    """Data attributes for `static/export.js`: the file name, and texts shown during the download."""
    making = _("Preparing the file. A spreadsheet with a million rows takes about a minute.")
    return Attributes(
        {
            "data-export": True,
            "data-name": file_name,
            "data-making": making,
            "data-received": _("%(size)s downloaded so far", size="{size}"),
            "data-done": _("Download complete: %(size)s", size="{size}"),
        }
    )


def record_export(operation: Export, *, approval: Approval, now: datetime) -> None:
    """Add the audit log entry. Must be called before the first byte is sent."""
    record(
        "exported",
        actor=approval.actor,
        now=now,
        subject=operation.subject(),
        rows=count_folded(operation.action_id),
        **operation.options(),
        **approval.details(),
    )
