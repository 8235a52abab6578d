"""The export of an action's confirmed signatures: which columns, which rows."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import Action, Signature
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.database import reading
from campaign_actions.exports import FORMATS, Column

# The order is a promise: new columns come at the end only, a kind's own answers behind them.
COLUMNS = (
    Column("signature_id", Signature.public_id, "plain"),
    Column("campaign", Campaign.slug, "plain"),
    Column("campaign_ref", Campaign.document_index),
    Column("action", Action.slug, "plain"),
    Column("kind", Action.kind, "plain"),
    Column("status", Signature.status, "plain"),
    Column("email", Signature.email),
    Column("given_name", Signature.given_name),
    Column("family_name", Signature.family_name),
    Column("country_code", Signature.country_code, "plain"),
    Column("language", Signature.locale, "plain"),
    Column("comment", Signature.comment),
    Column("show_name", Signature.show_name, "boolean"),
    Column("wants_updates", Signature.wants_updates, "boolean"),
    Column("consent_version", Signature.consent_version, "plain"),
    Column("signed_at", Signature.signed_at, "time"),
    Column("confirmed_at", Signature.confirmed_at, "time"),
    Column("withdrawn_at", Signature.withdrawn_at, "time"),
    Column("updated_at", Signature.updated_at, "time"),
    Column("source", Signature.source),
    Column("referrer", Signature.referrer, "plain"),
    Column("channel", Signature.channel, "plain"),
)


def export_signatures(
    action: Action, format_name: str, *, raw: bool = False, bom: bool = False
) -> Iterator[bytes]:
    """The confirmed signatures of an action in a format of FORMATS, as chunks of bytes.

    The query starts with the first chunk and ends with the last: constant memory at any number.
    """
    columns = (*COLUMNS, *KINDS[action.kind].columns)
    write = FORMATS[format_name].write
    with reading() as connection:
        yield from write(columns, _confirmed(action), connection, raw=raw, bom=bom)


def _confirmed(action: Action) -> Select[Any]:
    return (
        select(Signature)
        .join(Action, Action.id == Signature.action_id)
        .join(Campaign, Campaign.id == Action.campaign_id)
        .where(Signature.action_id == action.id, Signature.status == "confirmed")
        .order_by(Signature.signed_at, Signature.id)
    )
