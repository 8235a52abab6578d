"""The exported files of the test world: one with entries to delete, its increment, and a deleted one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from campaign_actions.actions.changes.number import number_changes
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.disclosures.deletions import follow_changes
from campaign_actions.disclosures.files import destroy
from campaign_actions.staff.models import StaffMember
from tests.support.exports import changes_since, export_file, make_export
from tests.support.factories import make_confirmed

HOLDER = "Городской совет, 10 декабря"


def make_exports(
    action: PublicAction, member: StaffMember, *, now: datetime
) -> tuple[dict[str, Any], dict[str, Mapping[str, Any]]]:
    """The file of a member, and files in other states."""
    leaving = make_confirmed(action, now=now, email="leaving@world.example")
    whole = make_export(action, staff_id=member.id, recipient=HOLDER, language="en")
    _data, record = export_file(whole, now=now)
    _data, deleted = export_file(make_export(action, staff_id=member.id), now=now)
    destroy(deleted, by=member.id, actor=member.email, now=now)
    withdraw(leaving, now=now)
    number_changes()
    follow_changes(now, keep_months=12)
    _data, increment = export_file(changes_since(record), now=now)
    states = {"increment": {"export_id": increment.id}, "destroyed": {"export_id": deleted.id}}
    return {"export_id": record.id}, states
