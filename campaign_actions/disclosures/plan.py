"""The contents of a file, worked out in one snapshot of the database before its first byte."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

from flask_babel import lazy_gettext as _l
from pyroaring import BitMap64
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Row,
    Select,
    func,
    not_,
    select,
    true,
)

from campaign_actions.actions.changes.number import find_last_number
from campaign_actions.actions.models import Action, Signature, SignatureChange, are_signatures
from campaign_actions.actions.naming import action_name
from campaign_actions.actions.personal_data.later_uses import covering_versions, is_covered
from campaign_actions.core.db.session import JsonValue
from campaign_actions.core.errors import Conflict
from campaign_actions.disclosures.bitmaps import read_ids
from campaign_actions.disclosures.columns import (
    Coverage,
    constant,
    empty_columns,
    export_columns,
)
from campaign_actions.disclosures.export import Export
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.exports import Column, Section

CHANGE = "change"  # the last column of an increment
NEW, CORRECTED = "new", "corrected"
WITHDRAWN, INVALID, DELETED, REMOVED = GONE = ("withdrawn", "invalid", "deleted", "removed")
IDS_IN_QUERY = 2000
# The change that an increment names if a signature is no longer in the selection. One that was withdrawn and
# is pending again has been withdrawn; "removed" is still there, but no longer matches the filter.
CHANGES_BY_STATUS = {
    "withdrawn": WITHDRAWN,
    "pending": WITHDRAWN,
    "invalid": INVALID,
    "erased": DELETED,
    "suppressed": DELETED,
}
STATUS_OF_CHANGE = {WITHDRAWN: "withdrawn", INVALID: "invalid", DELETED: "erased"}


class BasisChanged(Conflict):
    """The reason is in no signature: who belongs in the file has changed, or what all its rows share."""

    message = _l(
        "Since that file, the address of an action or the consent text that mentions this use of data has"
        " changed. So the changes alone are not enough. Export the whole file again."
    )


class CodesMissing(Conflict):
    message = _l(
        "Entries have changed that cannot be found in your last file, because people agreed to a text that"
        " does not mention the code. Export the whole file again."
    )


@dataclass(frozen=True)
class Change:
    """The signatures of one action that changed in one way, in the order of the file."""

    name: str
    action: Action
    ids: Sequence[int]


@dataclass(frozen=True)
class Plan:
    """`contents`: the signatures in the file. `members`: those in the file together with its base.

    `cursor` and `unnumbered` say up to which change; see `SignatureChange`. `changes`: of an increment.
    """

    export: Export
    actions: Sequence[Action]
    coverage: Coverage
    cursor: int
    unnumbered: BitMap64
    contents: BitMap64
    members: BitMap64
    has_all_codes: bool
    changes: Sequence[Change] = field(default=())

    @property
    def rows(self) -> int:
        return sum(self.count_changes().values()) if self.export.base else len(self.contents)

    def count_changes(self) -> dict[str, int]:
        """How many signatures changed in each way."""
        counts = dict.fromkeys((NEW, CORRECTED, *GONE), 0)
        for change in self.changes:
            counts[change.name] += len(change.ids)
        return counts

    def basis(self) -> dict[str, JsonValue]:
        """The facts that must be the same in a file and its increment, as JSON.

        `consent_from` is the coverage, such as `{"crm of petition": {"en": 2}}`: from the second text on.
        """
        coverage = sorted(self.coverage.items())
        return {
            "actions": [action_name(one.campaign.slug, one.slug) for one in self.actions],
            "campaign_ref": self.actions[0].campaign.document_index,
            "consent_from": {f"{use} of {kind}": dict(found) for (use, kind), found in coverage},
        }

    @property
    def kinds(self) -> list[str]:
        return sorted({action.kind for action in self.actions})

    @property
    def columns(self) -> list[str]:
        """The names of the columns in the file, or of those in the files of a preset."""
        if not self.export.program:
            return [*self.what_columns, *([CHANGE] if self.export.base else [])]
        files = self.export.program.files
        names = (column.name for file in files for column in file.columns(self.actions[0]))
        return list(dict.fromkeys(names))

    @property
    def what_columns(self) -> tuple[str, ...]:
        """The columns of the purpose."""
        return self.export.what_for.columns_of_kinds(self.kinds)

    def columns_of(self, action: Action) -> tuple[Column, ...]:
        return export_columns(
            action,
            self.export.what_for,
            kinds=self.kinds,
            status=self.export.selection.status,
            coverage=self.coverage,
        )

    def sections(self) -> list[Section]:
        """The rows of a file without a preset."""
        if not self.export.base:
            return [Section(self.columns_of(action), self.query(action)) for action in self.actions]
        kept = [
            Section([*self.columns_of(change.action), _change_column(change)], query)
            for change, query in self.changed((NEW, CORRECTED))
        ]
        return [*kept, *self.gone_sections()] or [self.nothing(self.what_columns)]

    def gone_sections(self, columns: Sequence[str] = ()) -> list[Section]:
        """The rows of an increment that are to be deleted: a code and a status, and nothing personal."""
        names = columns or self.what_columns
        return [
            Section([*_columns_of_gone(names, change), _change_column(change)], query)
            for change, query in self.changed(GONE)
        ]

    def changed(self, names: Collection[str]) -> Iterator[tuple[Change, Select[Signature]]]:
        """Changes of these kinds, with queries of a limited size."""
        for change in self.changes:
            if change.name in names:
                for start in range(0, len(change.ids), IDS_IN_QUERY):
                    ids = change.ids[start : start + IDS_IN_QUERY]
                    yield change, _in_order(change.action, Signature.id.in_(ids))

    def query(self, action: Action) -> Select[Signature]:
        """All rows of an action."""
        return _in_order(action, *_conditions(self.export, action, self.coverage))

    def nothing(self, names: Sequence[str], *, is_increment: bool = True) -> Section:
        """No rows, below these headings."""
        columns = empty_columns([*names, *([CHANGE] if is_increment else [])])
        return Section(columns, _in_order(self.actions[0], Signature.id.is_(None)))


def make_plan(connection: Connection, export: Export, base: ExportRecord | None) -> Plan:
    """Read what an export will contain. Raises NotFound, BasisChanged, CodesMissing."""
    actions = export.actions()
    coverage = _find_coverage(connection, export)
    cursor, unnumbered = find_last_number(connection), _find_unnumbered(connection)
    changes: Sequence[Change] = ()
    if base is None:
        contents = BitMap64()
        for action in actions:
            conditions = _conditions(export, action, coverage)
            contents |= read_ids(connection, select(Signature.id).where(*conditions), Signature.id)
        members = contents
    else:
        changes = [
            change
            for action in actions
            for change in _find_changes(connection, export, action, coverage, base)
        ]
        contents = _ids_of(changes, (NEW, CORRECTED))
        members = (BitMap64.deserialize(base.members or base.contents) | contents) - _ids_of(
            changes, GONE
        )
    plan = Plan(
        export=export,
        actions=actions,
        coverage=coverage,
        cursor=cursor,
        unnumbered=unnumbered,
        contents=contents,
        members=members,
        has_all_codes=base.has_all_codes if base else True,
        changes=changes,
    )
    plan = replace(plan, has_all_codes=plan.has_all_codes and _has_all_codes(connection, plan))
    if base:
        basis, before = plan.basis(), json.loads(base.manifest or "{}")
        if basis != {name: before.get(name) for name in basis}:
            raise BasisChanged
        if _ids_of(changes, (CORRECTED, *GONE)) and not plan.has_all_codes:
            raise CodesMissing
    return plan


def count_rows(connection: Connection, export: Export) -> int:
    """How many rows a whole file would have."""
    coverage = _find_coverage(connection, export)
    return sum(
        connection.scalar(
            select(func.count())
            .select_from(Signature)
            .where(*_conditions(export, action, coverage))
        )
        or 0
        for action in export.actions()
    )


def first_sections(connection: Connection, export: Export, limit: int) -> list[Section]:
    """The first rows of each action, for a look at them."""
    coverage = _find_coverage(connection, export)
    return [
        Section(
            export_columns(
                action,
                export.what_for,
                kinds=export.kinds(),
                status=export.selection.status,
                coverage=coverage,
            ),
            _in_order(action, *_conditions(export, action, coverage)).limit(limit),
        )
        for action in export.actions()
    ]


def _conditions(
    export: Export, action: Action, coverage: Coverage
) -> tuple[ColumnElement[bool], ...]:
    purpose = export.what_for
    conditions = [Signature.action_id == action.id, *export.selection.conditions()]
    if purpose.is_for_updates_only:
        conditions.append(Signature.wants_updates.is_(true()))
    if purpose.later_use:
        conditions.append(is_covered(coverage[purpose.later_use, action.kind]))
    return tuple(conditions)


def _in_order(action: Action, *conditions: ColumnElement[bool]) -> Select[Signature]:
    rows = select(Signature).where(Signature.action_id == action.id, *conditions)
    return rows.order_by(Signature.signed_at, Signature.id)


def _find_coverage(connection: Connection, export: Export) -> Coverage:
    purpose = export.what_for
    uses = {use for use in (purpose.later_use, *purpose.later_columns.values()) if use}
    return {
        (use, kind): covering_versions(connection, use, kind)
        for use in uses
        for kind in export.kinds()
    }


def _has_all_codes(connection: Connection, plan: Plan) -> bool:
    """Whether each row of the file has its code, by which it can be found later."""
    use = plan.export.what_for.later_columns.get("signature_id")
    if use is None:
        return True
    queries = [(action, plan.query(action)) for action in plan.actions]
    if plan.export.base:
        queries = [(change.action, q) for change, q in plan.changed((NEW, CORRECTED))]
    for action, query in queries:
        without = not_(is_covered(plan.coverage[use, action.kind]))
        rows = query.with_only_columns(Signature.id).where(without).order_by(None)
        if connection.execute(rows.limit(1)).first():
            return False
    return True


def _find_unnumbered(connection: Connection) -> BitMap64:
    """Committed changes without a number: what they changed is in the snapshot."""
    return BitMap64(
        connection.scalars(select(SignatureChange.id).where(SignatureChange.number.is_(None)))
    )


def _find_changes(
    connection: Connection,
    export: Export,
    action: Action,
    coverage: Coverage,
    base: ExportRecord,
) -> list[Change]:
    """The changes of an action's signatures since the base, each signature once."""
    before = BitMap64.deserialize(base.members or base.contents)
    changed = BitMap64(connection.scalars(_changed_since(action, base)))
    now = _matching(connection, _conditions(export, action, coverage), changed)
    lost = (before & changed) - BitMap64(now)
    ids: dict[str, list[int]] = {name: [] for name in (NEW, CORRECTED, *GONE)}
    for signature_id in now:
        ids[CORRECTED if signature_id in before else NEW].append(signature_id)
    for signature_id, status in _statuses(connection, action, lost):
        ids[CHANGES_BY_STATUS.get(status, REMOVED)].append(signature_id)
    return [Change(name, action, found) for name, found in ids.items() if found]


def _changed_since(action: Action, base: ExportRecord) -> CompoundSelect[int]:
    """The ids of signatures. Both halves read an index, so the time depends on the changes alone."""
    changed = select(SignatureChange.signature_id).where(
        SignatureChange.action_id == action.id,
        SignatureChange.id.not_in(BitMap64.deserialize(base.unnumbered)),
    )
    return changed.where(SignatureChange.number > base.cursor).union(
        changed.where(SignatureChange.number.is_(None))
    )


def _matching(
    connection: Connection, conditions: Sequence[ColumnElement[bool]], ids: BitMap64
) -> list[int]:
    """Those that meet the conditions, in the order of the file.

    They are looked up by their ids, because with a subquery PostgreSQL reads all signatures of the action.
    """
    found: list[Row[datetime | None, int]] = []
    for start in range(0, len(ids), IDS_IN_QUERY):
        part = [*ids[start : start + IDS_IN_QUERY]]
        rows = select(Signature.signed_at, Signature.id).where(*conditions, Signature.id.in_(part))
        found += connection.execute(rows).all()
    return [row.id for row in sorted(found)]


def _statuses(connection: Connection, action: Action, ids: BitMap64) -> Iterator[tuple[int, str]]:
    """The id and status of signatures, in the order of the ids."""
    for start in range(0, len(ids), IDS_IN_QUERY):
        part = [*ids[start : start + IDS_IN_QUERY]]
        rows = select(Signature.id, Signature.status).where(are_signatures(action.id, part))
        yield from connection.execute(rows.order_by(Signature.id)).all()


def _ids_of(changes: Sequence[Change], names: Collection[str]) -> BitMap64:
    return BitMap64(chain.from_iterable(change.ids for change in changes if change.name in names))


def _change_column(change: Change) -> Column:
    return Column(CHANGE, constant(change.name), "plain")


def _columns_of_gone(names: Sequence[str], change: Change) -> tuple[Column, ...]:
    status = constant(STATUS_OF_CHANGE.get(change.name))
    return empty_columns(names, signature_id=Signature.public_id, status=status)
