"""The rows of a file: which signatures of an action belong in it, and in which order."""

from sqlalchemy import ColumnElement, Connection, Select, func, select, true

from campaign_actions.actions.models import Action, Signature
from campaign_actions.actions.personal_data.later_uses import covering_versions, is_covered
from campaign_actions.disclosures.columns import Coverage, export_columns
from campaign_actions.disclosures.export import Export
from campaign_actions.exports import Section


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


def in_order(action: Action, *conditions: ColumnElement[bool]) -> Select[Signature]:
    """Signatures of an action in the order of a file."""
    rows = select(Signature).where(Signature.action_id == action.id, *conditions)
    return rows.order_by(Signature.signed_at, Signature.id)


def find_coverage(connection: Connection, export: Export) -> Coverage:
    """The consent texts that cover the later uses of a purpose."""
    purpose = export.what_for
    uses = {use for use in (purpose.later_use, *purpose.later_columns.values()) if use}
    return {
        (use, kind): covering_versions(connection, use, kind)
        for use in uses
        for kind in export.kinds()
    }


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
    """The first rows of each action, for a look at them."""
    coverage = find_coverage(connection, export)
    return [
        Section(
            export_columns(
                action,
                export.what_for,
                kinds=export.kinds(),
                status=export.selection.status,
                coverage=coverage,
            ),
            in_order(action, *conditions_of(export, action, coverage)).limit(limit),
        )
        for action in export.actions()
    ]
