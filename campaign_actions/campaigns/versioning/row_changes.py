"""The changes that a revision made, from its row in the database and that of the one it is compared with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaign_actions.campaigns.versioning.differences import changed_fields
from campaign_actions.campaigns.versioning.three_way_merge import Content

APPEARANCE = ("accent", "picture", "focus")  # of a campaign; older revisions have none of them
ARCHIVED = "archived_at"  # of a campaign, while it is archived


def texts_changed(before: Any, after: Any) -> tuple[str, ...]:
    """The fields that differ from one revision to the next, but for those of the appearance."""
    if before is None:
        return ()
    names = changed_fields(before.content, after.content)
    return tuple(name for name in names if name not in (*APPEARANCE, ARCHIVED))


def end_of(before: Any, after: Any) -> str | None:
    if before is None or before.content.get(ARCHIVED) == after.content.get(ARCHIVED):
        return None
    return "archived" if after.content.get(ARCHIVED) else "unarchived"


@dataclass(frozen=True)
class NewEnd:
    """The end that a revision gave an action, which lies ahead; `at`: None if it has none now."""

    at: datetime | None
    is_reopened: bool  # it had closed before


def new_end(before: Any, after: Any) -> NewEnd | None:
    """None if the end did not change, or if the action closed at once."""
    if before is None:
        return None
    old, new = (moment_in(row.content.get("closes_at")) for row in (before, after))
    if old == new or (new and new <= after.saved_at):
        return None
    return NewEnd(new, is_reopened=old is not None and old <= after.saved_at)


def moment_in(text: str | None) -> datetime | None:
    """A time as revisions store it; None for anything else."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def was_at_once(row: Any) -> bool:
    return row.public_from is not None and row.public_from == row.saved_at


def is_kept(before: Any, row: Any) -> bool:
    """Whether one change saved both: what was public at once, and the draft that it left."""
    is_pair = before is not None and before.saved_at == row.saved_at
    return is_pair and was_at_once(before) and not was_at_once(row)


def repeated_numbers(rows: Sequence[Any]) -> set[int]:
    """Those that only keep a draft, which a newer revision has as well. `rows`: the newest first."""
    newer = [None, None, *rows]
    found = zip(rows, rows[1:], rows[2:], newer[1:], newer, strict=False)
    return {
        row.number
        for row, before, draft, after, last in found
        if is_kept(before, row) and row.public_from is None
        if _says_nothing_new(row.content, before.content, draft.content) and _goes_on(after, last)
    }


def _says_nothing_new(content: Content, *others: Content) -> bool:
    return all(value in [one.get(name) for one in others] for name, value in content.items())


def _goes_on(after: Any, last: Any) -> bool:
    """Whether a draft is still one in the revision after it, or in the last of the two after it."""
    if after is None:
        return False
    if was_at_once(after):
        return last is not None and is_kept(after, last)
    return after.origin != "discarded" and after.same_as_number is None


def picture_change(before: Any, after: Any) -> str | None:
    """From one revision to the next; None also where the one before does not say how it looked."""
    if before is None or None in (before.picture, after.picture):
        return None
    if before.picture == after.picture:
        return "focused" if before.focus != after.focus else None
    if not before.picture:
        return "added"
    return "replaced" if after.picture else "removed"
