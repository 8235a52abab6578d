"""The files of presets, written from the database as an export is."""

from sqlalchemy import Connection, select

from campaign_actions.actions.models import Action, Signature
from campaign_actions.disclosures.presets import PresetFile
from campaign_actions.exports import FORMATS, Section


def csv_of(file: PresetFile, action: Action, connection: Connection) -> bytes:
    """The people who agreed to updates, in one file of a preset."""
    people = (
        select(Signature)
        .where(Signature.action_id == action.id, Signature.is_counted, Signature.wants_updates)
        .order_by(Signature.signed_at, Signature.id)
    )
    return b"".join(FORMATS["csv"].write([Section(file.columns(action), people)], connection))
