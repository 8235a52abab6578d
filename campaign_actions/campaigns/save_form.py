"""Saving what was typed into a sheet, the same for all that has a history: saved, or shown again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from campaign_actions.campaigns.bilingual_form import Sheet
from campaign_actions.campaigns.versioning.history import author_of, find_content, find_revision
from campaign_actions.campaigns.versioning.save import (
    EditConflict,
    Saved,
    SlugTaken,
    TimePassed,
    revise,
)
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Subject
from campaign_actions.core.i18n.locale import known_locales, locales
from campaign_actions.staff.models import StaffMember


@dataclass(frozen=True)
class Opened:
    """A sheet as a page shows it: at which version it was opened, and what somebody else saved since."""

    number: int
    status: int = 200
    met: EditConflict | None = None
    author: str = ""  # of what was met


def save_sheet(
    subject: Subject,
    subject_id: int,
    sheet: Sheet,
    sent: MultiDict[str, str],
    *,
    by: StaffMember,
    now: datetime,
    also: Content | None = None,
) -> Saved | Opened:
    """Save what differs from what the page was opened with, or say how it is to be shown again.

    `version` among what was sent is that of the page, and `take` names fields in which somebody
    else's text is kept. `also`: values that stand in no field. Raises NotFound.
    """
    opened_at = _version(sent.get("version", ""))
    if not sheet.validate():
        return Opened(opened_at, 400)
    base = find_revision(subject.name, subject_id, max(1, opened_at))
    changes = sheet.changes(find_content(subject, subject_id)[0] if base is None else base)
    changes |= also or {}
    for name in sent.getlist("take"):
        changes.pop(name, None)
    try:
        return revise(subject, subject_id, changes, opened_at=opened_at, by=by, now=now)
    except SlugTaken as error:
        sheet.own["slug"].errors = [error.message]
        return Opened(opened_at, 400)
    except TimePassed as error:
        sheet.own["closes_at"].errors = [error.message]
        return Opened(opened_at, 400)
    except EditConflict as met:
        sheet.show(met.merged)
        author = author_of(subject.name, subject_id, met.number)
        return Opened(met.number, 409, met, author)


def words_for(saved: Saved) -> Iterator[str]:
    """What is said after a save."""
    yield _("Saved.") if saved.is_new else _("Nothing was changed.")
    if saved.taken:
        yield _("Somebody else saved other fields meanwhile: theirs are kept, too.")
    if saved.kept:
        yield _("It was published meanwhile: its kind and its end were left as they are.")


def take_out_language(
    subject: Subject, subject_id: int, tag: str, *, by: StaffMember, now: datetime
) -> Saved:
    """The history keeps its texts. Raises NotFound, EditedMeanwhile."""
    content, number = find_content(subject, subject_id)
    gone = {name: None for name in content if name.startswith(f"texts.{tag}.")}
    return revise(subject, subject_id, gone, opened_at=number, by=by, now=now)


def side_by_side(own: Sequence[str], others: Iterable[str], wanted: Any) -> list[str]:
    """Left the language that is translated from, right another; one if there is no other.

    `own`: those it is written in, never none. `wanted`: what somebody chose, as `left` and `right`.
    """
    first = next((tag for tag in locales() if tag in own), own[0])
    left = wanted.get("left", "")
    left = left if left in own else first
    offered = [tag for tag in (*own, *others) if tag != left]
    right = wanted.get("right", "")
    right = right if right in (*own, *known_locales()) and right != left else (offered or [left])[0]
    return list(dict.fromkeys([left, right]))


def _version(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
