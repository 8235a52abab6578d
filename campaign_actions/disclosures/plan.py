"""The contents of a file, worked out in one snapshot of the database before its first byte."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

from pyroaring import BitMap64
from sqlalchemy import Connection, Select, not_, select

from campaign_actions.actions.changes.number import find_last_number
from campaign_actions.actions.models import OWN_QUESTIONS, Action, Signature, SignatureChange
from campaign_actions.actions.naming import action_name
from campaign_actions.actions.personal_data.former_addressees import (
    AddresseeChanged,
    FormerSigners,
)
from campaign_actions.actions.personal_data.later_uses import is_covered
from campaign_actions.actions.questions.due_answers import find_first_due
from campaign_actions.actions.questions.export_columns import question_names
from campaign_actions.core.db.bitmaps import read_ids
from campaign_actions.core.db.session import JsonValue
from campaign_actions.disclosures.changes import (
    CHANGE,
    CORRECTED,
    GONE,
    IDS_IN_QUERY,
    NEW,
    BasisChanged,
    Change,
    CodesMissing,
    change_column,
    columns_of_gone,
    find_changes,
)
from campaign_actions.disclosures.columns import (
    Coverage,
    conditions_of,
    empty_columns,
    export_columns,
    find_coverage,
    former_signers,
    in_order,
)
from campaign_actions.disclosures.export import Export
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.exports import Column, Section


@dataclass(frozen=True)
class Plan:
    """`contents`: the signatures in the file. `members`: those in the file together with its base.

    `former`: those who signed while a petition had another addressee. `cursor` and `unnumbered` say up to
    which change; see `SignatureChange`. `changes`: of an increment.
    """

    export: Export
    actions: Sequence[Action]
    coverage: Coverage
    cursor: int
    unnumbered: BitMap64
    contents: BitMap64
    members: BitMap64
    has_all_codes: bool
    former: Sequence[FormerSigners]
    answers_due_at: datetime | None
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
        return {
            "actions": [action_name(one.campaign.slug, one.slug) for one in self.actions],
            "campaign_ref": self.actions[0].campaign.document_index,
            "consent_from": self._consent_from(),
        }

    def continues(self, manifest: Mapping[str, JsonValue]) -> bool:
        """Whether a file with this manifest has the same basis.

        It may be without questions that were asked later, since nobody in it has answered them.
        """
        basis, before = self.basis(), manifest.get("consent_from")
        known = before if isinstance(before, Mapping) else {}
        new = {f"{OWN_QUESTIONS} of {kind}" for kind in self.kinds} - known.keys()
        covered = {use: found for use, found in self._consent_from().items() if use not in new}
        return basis | {"consent_from": covered} == {name: manifest.get(name) for name in basis}

    def _consent_from(self) -> dict[str, JsonValue]:
        coverage = sorted(self.coverage.items())
        return {f"{use} of {kind}": dict(found) for (use, kind), found in coverage}

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
        own = self.export.what_for.columns_of_kinds(self.kinds)
        return own + question_names(self.actions, self.export.what_for)

    def columns_of(self, action: Action) -> tuple[Column, ...]:
        return export_columns(
            action,
            self.export.what_for,
            actions=self.actions,
            status=self.export.selection.status,
            coverage=self.coverage,
            words_in=self.export.words_in,
        )

    def sections(self) -> list[Section]:
        """The rows of a file without a preset."""
        if not self.export.base:
            return [Section(self.columns_of(action), self.query(action)) for action in self.actions]
        kept = [
            Section([*self.columns_of(change.action), change_column(change)], query)
            for change, query in self.changed((NEW, CORRECTED))
        ]
        return [*kept, *self.gone_sections()] or [self.nothing(self.what_columns)]

    def gone_sections(self, columns: Sequence[str] = ()) -> list[Section]:
        """The rows of an increment that are to be deleted: a code and a status, and nothing personal."""
        names = columns or self.what_columns
        return [
            Section([*columns_of_gone(names, change), change_column(change)], query)
            for change, query in self.changed(GONE)
        ]

    def changed(self, names: Collection[str]) -> Iterator[tuple[Change, Select[Signature]]]:
        """Changes of these kinds, with queries of a limited size."""
        for change in self.changes:
            if change.name in names:
                for start in range(0, len(change.ids), IDS_IN_QUERY):
                    ids = change.ids[start : start + IDS_IN_QUERY]
                    yield change, in_order(change.action, Signature.id.in_(ids))

    def query(self, action: Action) -> Select[Signature]:
        """All rows of an action."""
        return in_order(action, *conditions_of(self.export, action, self.coverage))

    def nothing(self, names: Sequence[str], *, is_increment: bool = True) -> Section:
        """No rows, below these headings."""
        columns = empty_columns([*names, *([CHANGE] if is_increment else [])])
        return Section(columns, in_order(self.actions[0], Signature.id.is_(None)))


def make_plan(connection: Connection, export: Export, base: ExportRecord | None) -> Plan:
    """Read what an export will contain. Raises NotFound, BasisChanged, CodesMissing, AddresseeChanged."""
    actions = export.actions()
    coverage = find_coverage(connection, export)
    cursor, unnumbered = find_last_number(connection), _find_unnumbered(connection)
    changes: Sequence[Change] = ()
    if base is None:
        contents = BitMap64()
        for action in actions:
            conditions = conditions_of(export, action, coverage)
            contents |= read_ids(connection, select(Signature.id).where(*conditions), Signature.id)
        members = contents
    else:
        changes = [
            change
            for action in actions
            for change in find_changes(connection, export, action, coverage, base)
        ]
        contents = _ids_of(changes, (NEW, CORRECTED))
        members = (BitMap64.deserialize(base.members or base.contents) | contents) - _ids_of(
            changes, GONE
        )
    former = former_signers(connection, export, coverage, among=contents)
    if former and not export.same_addressee:
        raise AddresseeChanged
    plan = Plan(
        export=export,
        actions=actions,
        coverage=coverage,
        cursor=cursor,
        unnumbered=unnumbered,
        contents=contents,
        members=members,
        has_all_codes=base.has_all_codes if base else True,
        former=former,
        answers_due_at=find_first_due(connection, export.expiring_questions(), contents),
        changes=changes,
    )
    plan = replace(plan, has_all_codes=plan.has_all_codes and _has_all_codes(connection, plan))
    if base:
        if not plan.continues(json.loads(base.manifest or "{}")):
            raise BasisChanged
        if _ids_of(changes, (CORRECTED, *GONE)) and not plan.has_all_codes:
            raise CodesMissing
    return plan


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


def _ids_of(changes: Sequence[Change], names: Collection[str]) -> BitMap64:
    return BitMap64(chain.from_iterable(change.ids for change in changes if change.name in names))
