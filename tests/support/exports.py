"""Exports for tests: the bytes that a file must have, and files that were really exported and recorded."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from campaign_actions.actions.models import Action
from campaign_actions.actions.personal_data.purposes import HANDOVER, TEAM, Purpose
from campaign_actions.audit.log import COMMAND
from campaign_actions.core.db.session import db
from campaign_actions.disclosures.export import Export, export_of
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.disclosures.records import find_record
from campaign_actions.disclosures.selection import Selection, in_order
from campaign_actions.disclosures.write import file_name_of, write_export
from tests.support.factories import NOON

DAY = "2026-11-20"


def export_signatures(action: Action, purpose: Purpose, format_name: str, **options: Any):
    """The chunks of the file of one action, exported by a command."""
    return chunks_of(make_export(action, purpose=purpose.name, format=format_name, **options))


def make_export(*actions: Any, **values: Any) -> Export:
    """An export of these actions: of all confirmed signatures as CSV for the team, unless values say more.

    A handover needs a recipient, so it has one.
    """
    selected = {
        name: values.pop(name) for name in list(values) if name in Selection.__dataclass_fields__
    }
    selection = Selection(actions=in_order([action.id for action in actions]), **selected)
    campaign = actions[0].campaign_id
    given = {"purpose": TEAM.name, "format": "csv"} | values
    if given["purpose"] == HANDOVER.name:
        given = {"recipient": "City council"} | given
    return Export(campaign=campaign, selection=selection, **given)


def chunks_of(
    export: Export, *, now: datetime = NOON, actor: str = COMMAND, on_begin: Callable | None = None
):
    return write_export(
        export,
        file_name=file_name_of(export, day=DAY),
        actor=actor,
        clock=lambda: now,
        **({"on_begin": on_begin} if on_begin else {}),
    )


def export_file(export: Export, *, now: datetime = NOON) -> tuple[bytes, ExportRecord]:
    """The whole file, and its record."""
    begun = []
    data = b"".join(chunks_of(export, now=now, on_begin=lambda number, _plan: begun.append(number)))
    db.session.expire_all()
    return data, find_record(begun[0])


def changes_since(record: ExportRecord, **values: Any) -> Export:
    """The increment of a record, for the person who exported it."""
    return export_of(record, base=record.id, staff_id=record.staff_id, **values)
