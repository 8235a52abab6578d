"""The columns and rows of a file, as SQL for the signatures of one action.

Both depend on its purpose; see personal_data/purposes.py.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pyroaring import BitMap64
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    case,
    cast,
    func,
    literal,
    null,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import OWN_QUESTIONS, Action, Signature
from campaign_actions.actions.personal_data.former_addressees import (
    FormerSigners,
    find_former_signers,
)
from campaign_actions.actions.personal_data.later_uses import covering_versions, is_covered
from campaign_actions.actions.personal_data.purposes import Purpose
from campaign_actions.actions.questions.export_columns import (
    is_answer,
    question_columns,
    question_names,
)
from campaign_actions.disclosures.export import Export
from campaign_actions.exports import Column, Section

Value = ColumnElement[Any] | InstrumentedAttribute[Any]
# By later use and kind of action: the first version that covers it, by language.
Coverage = Mapping[tuple[str, str], Mapping[str, int]]


def export_columns(
    action: Action,
    purpose: Purpose,
    *,
    actions: Sequence[Action] = (),
    status: str = "confirmed",
    coverage: Coverage | None = None,
    words_in: str = "",
) -> tuple[Column, ...]:
    """The columns of a purpose, in its order. Raises NotForThisKind.

    `actions`: all in the file; answers that this one does not ask for are null. `words_in`: the language of
    the file, if people read it.
    `coverage`: which consent covers the later columns of the purpose. For everyone else they are null.
    """
    known = {column.name: column for column in all_columns(action, status)}
    together = actions or [action]
    names = purpose.columns_of_kinds({one.kind for one in together})
    found = [known.get(name, Column(name, _null(), "plain")) for name in names]
    found += question_columns(action, together, purpose, words_in=words_in)
    return tuple(_covered(column, purpose, action.kind, coverage or {}) for column in found)


def all_columns(action: Action, status: str = "confirmed") -> tuple[Column, ...]:
    """All columns that a purpose can have.

    Values that all rows share are constants, because joining them takes 10% of an export.
    """
    campaign = action.campaign
    return (
        Column("signature_id", Signature.public_id, "plain"),
        Column("campaign", constant(campaign.slug), "plain"),
        Column("campaign_ref", constant(campaign.document_index)),
        Column("action", constant(action.slug), "plain"),
        Column("kind", constant(action.kind), "plain"),
        Column("status", constant(status), "plain"),
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


def constant(value: str | None) -> ColumnElement[str]:
    """The same value in each row."""
    return _null() if value is None else literal(value, Text)


def empty_columns(names: Collection[str], **values: Value) -> tuple[Column, ...]:
    """Columns without values, but for these."""
    return tuple(Column(name, values.get(name, _null()), "plain") for name in names)


def conditions_of(
    export: Export, action: Action, coverage: Coverage
) -> tuple[ColumnElement[bool], ...]:
    """Which signatures of an action belong in a file: the selection, and what the purpose requires."""
    purpose = export.what_for
    conditions = [Signature.action_id == action.id, *export.selection.conditions()]
    if purpose.is_for_updates_only:
        conditions.append(Signature.wants_updates.is_(true()))
    if purpose.later_use:
        conditions.append(is_covered(coverage[purpose.later_use, action.kind]))
    return tuple(conditions)


def former_signers(
    connection: Connection, export: Export, coverage: Coverage, *, among: BitMap64 | None = None
) -> list[FormerSigners]:
    """Those in a file for the addressee who signed while their petition had another one."""
    if not export.what_for.is_for_addressee:
        return []
    return [
        found
        for action in export.actions()
        for found in find_former_signers(
            connection, action, *conditions_of(export, action, coverage), among=among
        )
    ]


def in_order(action: Action, *conditions: ColumnElement[bool]) -> Select[Signature]:
    """Signatures of an action in the order of a file."""
    rows = select(Signature).where(Signature.action_id == action.id, *conditions)
    return rows.order_by(Signature.signed_at, Signature.id)


def find_coverage(connection: Connection, export: Export) -> Coverage:
    """The consent texts that cover the later uses of a purpose."""
    purpose = export.what_for
    uses = {use for use in (purpose.later_use, *purpose.later_columns.values()) if use}
    uses |= {OWN_QUESTIONS} if question_names(export.actions(), purpose) else set()
    kinds = export.kinds() if uses else []
    return {(use, kind): covering_versions(connection, use, kind) for use in uses for kind in kinds}


def count_rows(connection: Connection, export: Export) -> int:
    """How many rows a whole file would have."""
    coverage = find_coverage(connection, export)
    return sum(
        connection.scalar(
            select(func.count())
            .select_from(Signature)
            .where(*conditions_of(export, action, coverage))
        )
        or 0
        for action in export.actions()
    )


def first_sections(connection: Connection, export: Export, limit: int) -> list[Section]:
    """The first rows of each action, for a look at them; of a preset, those of its first file."""
    coverage, actions, program = find_coverage(connection, export), export.actions(), export.program

    def columns(action: Action) -> tuple[Column, ...]:
        if program:
            return program.files[0].columns(action)
        status = export.selection.status
        return export_columns(
            action,
            export.what_for,
            actions=actions,
            status=status,
            coverage=coverage,
            words_in=export.words_in,
        )

    return [
        Section(
            columns(action), in_order(action, *conditions_of(export, action, coverage)).limit(limit)
        )
        for action in actions
    ]


def _covered(column: Column, purpose: Purpose, kind: str, coverage: Coverage) -> Column:
    """People who agreed to an earlier text are left out: the column is null for them."""
    use = OWN_QUESTIONS if is_answer(column.name) else purpose.later_columns.get(column.name)
    if use is None:
        return column
    condition = is_covered(coverage.get((use, kind), {}))
    return replace(column, expression=case((condition, column.expression), else_=null()))


def _null() -> ColumnElement[str]:
    return cast(null(), Text)
