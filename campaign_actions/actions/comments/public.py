"""Comments under an action: those its page shows, and those that wait for a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import exists, select

from campaign_actions.actions import statements
from campaign_actions.actions.models import CommentDecision, Signature
from campaign_actions.actions.signatures.keyset import (
    Key,
    decode_key,
    decode_time,
    encode_time,
    find_scan_end,
    key_of,
    order_by,
)
from campaign_actions.core.db.session import db

PAGE_SIZE = 20  # comments on a public page
MAX_PAGE_CHARACTERS = 6000  # of them together: the page stays light
STAFF_PAGE_SIZE = 20  # for staff
MAX_SCANNED = 20_000  # comments that are looked at for one that waits
COLUMNS = (
    *(Signature.id, Signature.public_id, Signature.signed_at, Signature.comment, Signature.locale),
    *(Signature.country_code, Signature.show_name, Signature.given_name, Signature.family_name),
)
STATES = ("waiting", "shown", "hidden")
FAR_FUTURE = datetime(9999, 1, 1, tzinfo=UTC)  # after any decision


@dataclass(frozen=True)
class ShownComment:
    """A comment as the public may see it: with the name only of those who ticked that it may be shown."""

    text: str
    locale: str
    country_code: str | None
    name: str
    decided_at: datetime


@dataclass(frozen=True)
class CommentPage:
    shown: list[ShownComment]
    older: str = ""  # the name of the page that goes on; "": there is none


def shown_comments(action_id: int, *, before: datetime = FAR_FUTURE) -> CommentPage:
    """What staff let through, the latest first: so many that a page stays light."""
    parameters = {"action_id": action_id, "before": before, "most": PAGE_SIZE + 1}
    rows = db.session.connection().execute(statements.SHOWN_COMMENTS, parameters).all()
    shown: list[ShownComment] = []
    characters = 0
    for row in rows[:PAGE_SIZE]:
        characters += len(row.comment)
        if shown and characters > MAX_PAGE_CHARACTERS:
            break
        shown.append(_to_shown_comment(row))
    older = encode_time(shown[-1].decided_at) if len(rows) > len(shown) else ""
    return CommentPage(shown, older)


def canonical_page_start(action_id: int, before: datetime) -> datetime | None:
    """The one time that names the page of what was decided before a moment; None: it is the first.

    So there are no more pages than comments, whatever addresses people make up.
    """
    ours = CommentDecision.action_id == action_id, CommentDecision.is_shown
    not_on_it = select(CommentDecision.decided_at).where(
        *ours, CommentDecision.decided_at >= before
    )
    return db.session.scalar(not_on_it.order_by(CommentDecision.decided_at).limit(1))


@dataclass(frozen=True)
class ModerationPage:
    """Comments for staff. `searched`: so many were looked at, and there are more behind."""

    rows: Sequence[Any]
    older: str = ""
    searched: int = 0


def comments_in_state(action_id: int, state: str, *, page: str = "") -> ModerationPage:
    """The comments in one of STATES, the newest first; `page` is where another one ended."""
    if state == "waiting":
        return _undecided(action_id, decode_key(page))
    return _decided(action_id, state == "shown", decode_time(page) or FAR_FUTURE)


def _undecided(action_id: int, place: Key | None) -> ModerationPage:
    """Along the index of comments, without those somebody has decided about."""
    along = _select_comments(action_id, place)
    some = along.limit(MAX_SCANNED).subquery("some")
    is_decided = exists().where(
        CommentDecision.action_id == action_id, CommentDecision.signature_id == some.c.id
    )
    waiting = select(some).where(~is_decided).order_by(*order_by(some.c))
    rows = list(db.session.connection().execute(waiting.limit(STAFF_PAGE_SIZE + 1)))
    if len(rows) > STAFF_PAGE_SIZE:
        rows.pop()
        return ModerationPage(rows, str(key_of(rows[-1])))
    end = find_scan_end(along, MAX_SCANNED)
    return ModerationPage(rows, str(end) if end else "", MAX_SCANNED if end else 0)


def _decided(action_id: int, is_shown: bool, before: datetime) -> ModerationPage:
    decided = (
        select(*COLUMNS, CommentDecision.decided_at, CommentDecision.staff_id)
        .join_from(CommentDecision, Signature)
        .where(
            CommentDecision.action_id == action_id,
            CommentDecision.is_shown == is_shown,
            CommentDecision.decided_at < before,
            Signature.status == "confirmed",
        )
        .order_by(CommentDecision.decided_at.desc())
    )
    rows = list(db.session.connection().execute(decided.limit(STAFF_PAGE_SIZE + 1)))
    if len(rows) <= STAFF_PAGE_SIZE:
        return ModerationPage(rows)
    rows.pop()
    return ModerationPage(rows, encode_time(rows[-1].decided_at))


def _select_comments(action_id: int, place: Key | None) -> Any:
    condition = [
        Signature.action_id == action_id,
        Signature.status == "confirmed",
        Signature.comment.is_not(None),
    ]
    if place:
        condition.append(place.are_older)
    return select(*COLUMNS).where(*condition).order_by(*order_by(Signature))


def _to_shown_comment(row: Any) -> ShownComment:
    names = (row.given_name, row.family_name) if row.show_name else ()
    name = " ".join(filter(None, names))
    return ShownComment(row.comment, row.locale, row.country_code, name, row.decided_at)
