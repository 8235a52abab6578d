"""The export of an action's confirmed signatures: its columns and rows.

Which of the columns a file has depends on what it is for; see personal_data/purposes.py.
"""

from collections.abc import Generator

from sqlalchemy import ColumnElement, Select, Text, cast, literal, null, select

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import Action, Signature
from campaign_actions.actions.personal_data.purposes import Purpose
from campaign_actions.core.db.replica import replica_snapshot
from campaign_actions.exports import FORMATS, Column, Section


def export_signatures(
    action: Action, purpose: Purpose, format_name: str, *, raw: bool = False, bom: bool = False
) -> Generator[bytes]:
    """The confirmed signatures of an action in one of FORMATS, as chunks of bytes.

    Rows are streamed, so memory use is constant. The query runs until the last chunk is taken.
    Raises NotForThisKind.
    """
    columns, write = export_columns(action, purpose), FORMATS[format_name].write
    with replica_snapshot() as connection:
        yield from write(
            [Section(columns, _select_confirmed(action))], connection, raw=raw, bom=bom
        )


def export_columns(action: Action, purpose: Purpose) -> tuple[Column, ...]:
    """The columns of a purpose, in its order. Raises NotForThisKind."""
    known = {column.name: column for column in all_columns(action)}
    return tuple(known[name] for name in purpose.columns_of(action.kind))


def all_columns(action: Action) -> tuple[Column, ...]:
    """All columns that a purpose can have.

    Values that all rows share are constants, because joining them takes 10% of an export.
    """
    campaign = action.campaign
    return (
        Column("signature_id", Signature.public_id, "plain"),
        Column("campaign", _constant(campaign.slug), "plain"),
        Column("campaign_ref", _constant(campaign.document_index)),
        Column("action", _constant(action.slug), "plain"),
        Column("kind", _constant(action.kind), "plain"),
        Column("status", _constant("confirmed"), "plain"),
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
        Column("signed_on", Signature.signed_at, "date"),
        Column("confirmed_at", Signature.confirmed_at, "time"),
        Column("withdrawn_at", Signature.withdrawn_at, "time"),
        Column("updated_at", Signature.updated_at, "time"),
        Column("source", Signature.source),
        Column("channel", Signature.channel, "plain"),
        *KINDS[action.kind].columns,
        Column("show_comment", Signature.show_comment, "boolean"),
    )


def _constant(value: str | None) -> ColumnElement[str]:
    return cast(null(), Text) if value is None else literal(value, Text)


def _select_confirmed(action: Action) -> Select[Signature]:
    return (
        select(Signature)
        .where(Signature.action_id == action.id, Signature.is_counted)
        .order_by(Signature.signed_at, Signature.id)
    )
