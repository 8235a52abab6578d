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
    end_of,
    key_of,
    name_of_moment,
    order,
    read_key,
    read_moment,
)
from campaign_actions.core.db.session import db

MOST_SHOWN = 20  # comments on a public page
MOST_CHARACTERS = 6000  # of them together: the page stays light
PER_PAGE = 20  # for staff
MOST_SEARCHED = 20_000  # comments that are looked at for one that waits
COLUMNS = (
    *(Signature.id, Signature.public_id, Signature.signed_at, Signature.comment, Signature.locale),
    *(Signature.country_code, Signature.show_name, Signature.given_name, Signature.family_name),
)
STATES = ("waiting", "shown", "hidden")
LATEST = datetime(9999, 1, 1, tzinfo=UTC)  # after any decision


@dataclass(frozen=True)
class ShownComment:
    """A comment as the public may see it: with the name only of those who ticked that it may be shown."""

    text: str
    locale: str
    country_code: str | None
    name: str
    decided_at: datetime


@dataclass(frozen=True)
class Comments:
    shown: list[ShownComment]
    older: str = ""  # the name of the page that goes on; "": there is none


def shown_comments(action_id: int, *, before: datetime = LATEST) -> Comments:
    """What staff let through, the latest first: so many that a page stays light."""
    parameters = {"action_id": action_id, "before": before, "most": MOST_SHOWN + 1}
    rows = db.session.connection().execute(statements.SHOWN_COMMENTS, parameters).all()
    shown: list[ShownComment] = []
    characters = 0
    for row in rows[:MOST_SHOWN]:
        characters += len(row.comment)
        if shown and characters > MOST_CHARACTERS:
            break
        shown.append(_as_shown(row))
    older = name_of_moment(shown[-1].decided_at) if len(rows) > len(shown) else ""
    return Comments(shown, older)


def canonical(action_id: int, before: datetime) -> datetime | None:
    """The one time that names the page of what was decided before a moment; None: it is the first.

    So there are no more pages than comments, whatever addresses people make up.
    """
    ours = CommentDecision.action_id == action_id, CommentDecision.is_shown
    not_on_it = select(CommentDecision.decided_at).where(
        *ours, CommentDecision.decided_at >= before
    )
    return db.session.scalar(not_on_it.order_by(CommentDecision.decided_at).limit(1))


@dataclass(frozen=True)
class ToModerate:
    """Comments for staff. `searched`: so many were looked at, and there are more behind."""

    rows: Sequence[Any]
    older: str = ""
    searched: int = 0


def comments(action_id: int, state: str, *, page: str = "") -> ToModerate:
    """The comments in one of STATES, the newest first; `page` is where another one ended."""
    if state == "waiting":
        return _waiting(action_id, read_key(page))
    return _decided(action_id, state == "shown", read_moment(page) or LATEST)


def _waiting(action_id: int, place: Key | None) -> ToModerate:
    """Along the index of comments, without those somebody has decided about."""
    along = _with_comments(action_id, place)
    some = along.limit(MOST_SEARCHED).subquery("some")
    is_decided = exists().where(
        CommentDecision.action_id == action_id, CommentDecision.signature_id == some.c.id
    )
    waiting = select(some).where(~is_decided).order_by(*order(some.c))
    rows = list(db.session.connection().execute(waiting.limit(PER_PAGE + 1)))
    if len(rows) > PER_PAGE:
        rows.pop()
        return ToModerate(rows, str(key_of(rows[-1])))
    end = end_of(along, MOST_SEARCHED)
    return ToModerate(rows, str(end) if end else "", MOST_SEARCHED if end else 0)


def _decided(action_id: int, is_shown: bool, before: datetime) -> ToModerate:
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
    rows = list(db.session.connection().execute(decided.limit(PER_PAGE + 1)))
    if len(rows) <= PER_PAGE:
        return ToModerate(rows)
    rows.pop()
    return ToModerate(rows, name_of_moment(rows[-1].decided_at))


def _with_comments(action_id: int, place: Key | None) -> Any:
    condition = [
        Signature.action_id == action_id,
        Signature.status == "confirmed",
        Signature.comment.is_not(None),
    ]
    if place:
        condition.append(place.are_older)
    return select(*COLUMNS).where(*condition).order_by(*order(Signature))


def _as_shown(row: Any) -> ShownComment:
    names = (row.given_name, row.family_name) if row.show_name else ()
    name = " ".join(filter(None, names))
    return ShownComment(row.comment, row.locale, row.country_code, name, row.decided_at)
