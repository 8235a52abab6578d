"""The end of a draft, and the last save of its page, for someone who opened it before: who and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from campaign_actions.campaigns.models import Revision
from campaign_actions.campaigns.versioning.row_changes import is_kept
from campaign_actions.core.db.session import db
from campaign_actions.staff.queries import member_names

EndKind = Literal["published", "discarded"]


@dataclass(frozen=True)
class DraftEnd:
    """`by`: a name; empty if it is not known."""

    kind: EndKind
    at: datetime
    by: str = ""


@dataclass(frozen=True)
class LastSave:
    """The newest save of a page. `by`: a name; empty if it is not known. `is_discard`: of a draft."""

    at: datetime
    by: str
    is_discard: bool


def find_last_save(subject: str, subject_id: int) -> LastSave | None:
    columns = Revision.saved_at, Revision.staff_id, Revision.origin
    saved = select(*columns).filter_by(subject=subject, subject_id=subject_id)
    row = db.session.execute(saved.order_by(Revision.number.desc()).limit(1)).first()
    return LastSave(row.saved_at, _name(row.staff_id), row.origin == "discarded") if row else None


def find_draft_end(subject: str, subject_id: int, number: int) -> DraftEnd | None:
    """`number`: of a revision of the draft. None if it ended otherwise: by another save, or unpublished."""
    columns = Revision.number, Revision.saved_at, Revision.staff_id, Revision.origin
    since = select(*columns, Revision.public_from, Revision.publisher_id).where(
        Revision.subject == subject, Revision.subject_id == subject_id, Revision.number >= number
    )
    rows = db.session.execute(since.order_by(Revision.number)).all()
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        if row.origin == "discarded":
            return DraftEnd("discarded", row.saved_at, _name(row.staff_id))
        if row.public_from and not (after and is_kept(row, after)):
            return DraftEnd("published", row.public_from, _name(row.publisher_id))
    return None


def _name(staff_id: int | None) -> str:
    return next(iter(member_names([staff_id]).values()), "")
