"""The exported files of the test world: with entries to delete, its increment, and a deleted one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from campaign_actions.actions.changes.number import number_changes
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.signatures.email_links import FILES
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.disclosures.deletions.follow import follow_changes
from campaign_actions.disclosures.deletions.reported import destroy
from campaign_actions.staff.models import StaffMember
from tests.support.exports import changes_since, export_file, make_export
from tests.support.factories import make_confirmed

RECIPIENT = "Городской совет, 10 декабря"


def make_exports(
    action: PublicAction, exporter: StaffMember, *, now: datetime
) -> tuple[dict[str, Any], dict[str, Mapping[str, Any]]]:
    """The number of a file with entries to delete, and the code of one of them; files in other states."""
    gone = [
        make_confirmed(action, given_name="Зоя", email=f"file-{number}@world.example", now=now)
        for number in range(3)
    ]
    own = {"staff_id": exporter.id, "recipient": RECIPIENT}
    _data, deleted = export_file(make_export(action, **own), now=now)
    _data, held = export_file(make_export(action, language="en", **own), now=now)
    destroy(deleted, by=exporter.id, actor=exporter.email, now=now)
    withdraw(gone[0], now=now)
    erase("file-1@world.example", now=now)
    withdraw(gone[2], now=now)
    number_changes()
    follow_changes(now, keep_months=12)
    _data, increment = export_file(changes_since(held), now=now)
    values = {"export_id": held.id, "files": FILES.make(gone[0].public_id)}
    states = {"increment": {"export_id": increment.id}, "destroyed": {"export_id": deleted.id}}
    return values, states
