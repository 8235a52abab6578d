"""The changes of signatures since an earlier file, each signature once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from pyroaring import BitMap64
from sqlalchemy import ColumnElement, Connection, Row, select

from campaign_actions.actions.models import Action, Signature, SignatureChange, are_signatures
from campaign_actions.core.errors import Conflict
from campaign_actions.disclosures.columns import Coverage, conditions_of, constant, empty_columns
from campaign_actions.disclosures.export import Export
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.exports import Column

CHANGE = "change"  # the last column of an increment
NEW, CORRECTED = "new", "corrected"
WITHDRAWN, INVALID, DELETED, REMOVED = GONE = ("withdrawn", "invalid", "deleted", "removed")
IDS_IN_QUERY = 2000
# By its status, what an increment says of a signature that has left the selection. A pending one was
# withdrawn and signed again. Any other status means that it no longer matches the filter ("removed").
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


def find_changes(
    connection: Connection,
    export: Export,
    action: Action,
    coverage: Coverage,
    base: ExportRecord,
) -> list[Change]:
    """The changes of an action's signatures since the base, each signature once."""
    before = BitMap64.deserialize(base.members or base.contents)
    changed = _changed_since(connection, action, base)
    now = _matching(connection, conditions_of(export, action, coverage), changed)
    lost = (before & changed) - BitMap64(now)
    ids: dict[str, list[int]] = {name: [] for name in (NEW, CORRECTED, *GONE)}
    for signature_id in now:
        ids[CORRECTED if signature_id in before else NEW].append(signature_id)
    for signature_id, status in _statuses(connection, action, lost):
        ids[CHANGES_BY_STATUS.get(status, REMOVED)].append(signature_id)
    return [Change(name, action, found) for name, found in ids.items() if found]


def _changed_since(connection: Connection, action: Action, base: ExportRecord) -> BitMap64:
    """The ids of signatures. Both halves read an index, so the time depends on the changes alone.

    Changes that the base has are left out here and not in SQL, where their number could exceed the limit of
    parameters: on a replica, many changes are seen before their numbers.
    """
    known = BitMap64.deserialize(base.unnumbered)
    changes = select(SignatureChange.id, SignatureChange.signature_id).where(
        SignatureChange.action_id == action.id
    )
    later = changes.where(SignatureChange.number > base.cursor)
    rows = connection.execute(later.union_all(changes.where(SignatureChange.number.is_(None))))
    return BitMap64(row.signature_id for row in rows if row.id not in known)


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


def change_column(change: Change) -> Column:
    """The last column of an increment, with the same value in all rows of a change."""
    return Column(CHANGE, constant(change.name), "plain")


def columns_of_gone(names: Sequence[str], change: Change) -> tuple[Column, ...]:
    """The columns of rows that are to be deleted: a code and a status, and nothing personal."""
    status = constant(STATUS_OF_CHANGE.get(change.name))
    return empty_columns(names, signature_id=Signature.public_id, status=status)
