"""Comments under an action: the pages that the public reads, and those that staff moderate.

All of them leave out comments whose writers did not agree to have them shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import exists, select, text

from campaign_actions.actions import public_page_sql
from campaign_actions.actions.models import (
    COMMENT_MAY_BE_SHOWN,
    CommentDecision,
    Signature,
    SignatureRow,
    SignatureSelect,
)
from campaign_actions.actions.signatures.keyset_pagination import (
    Key,
    decode_key,
    decode_time,
    encode_time,
    find_scan_end,
    key_of,
    order_by,
)
from campaign_actions.core.db.session import db

PAGE_SIZE = 20
MAX_PAGE_CHARACTERS = 6000  # of all comments on a public page, to keep it light
STAFF_PAGE_SIZE = 20
MAX_SCANNED = 20_000  # comments that one search for undecided ones reads
COLUMNS = (
    *(Signature.id, Signature.public_id, Signature.signed_at, Signature.comment, Signature.locale),
    *(Signature.country_code, Signature.show_name, Signature.given_name, Signature.family_name),
)
FAR_FUTURE = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ShownComment:
    """A comment as the public sees it."""

    text: str
    locale: str
    country_code: str | None
    name: str  # empty unless the signer allowed it to be shown
    decided_at: datetime


@dataclass(frozen=True)
class CommentPage:
    shown: list[ShownComment]
    older: str = ""  # the key of the next page; empty if there is none


def shown_comments(action_id: int, *, before: datetime = FAR_FUTURE) -> CommentPage:
    """A page of the comments that staff have shown, latest decision first."""
    parameters = {"action_id": action_id, "before": before, "limit": PAGE_SIZE + 1}
    rows = db.session.connection().execute(public_page_sql.SHOWN_COMMENTS, parameters).all()
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
    """The time in the canonical address of the page before a moment; None for the first page.

    Redirecting to it leaves no more pages than comments, whatever addresses people make up.
    """
    later = select(CommentDecision.decided_at).where(
        CommentDecision.action_id == action_id,
        CommentDecision.is_shown,
        CommentDecision.decided_at >= before,
    )
    return db.session.scalar(later.order_by(CommentDecision.decided_at).limit(1))


@dataclass(frozen=True)
class ModerationPage:
    """Comments for staff."""

    rows: Sequence[SignatureRow | Signature]
    older: str = ""  # the key of the next page; empty if there is none
    searched: int = 0  # comments read, if the search stopped at its limit


def comments_in_state(action_id: int, state: str, *, page: str = "") -> ModerationPage:
    """Comments that are undecided, shown or hidden, newest first. `page` is the key of a page."""
    if state == "waiting":
        return _undecided(action_id, decode_key(page))
    return _decided(action_id, state == "shown", decode_time(page) or FAR_FUTURE)


def _undecided(action_id: int, start: Key | None) -> ModerationPage:
    """Scans the index of comments and skips those that have a decision."""
    comments = _select_comments(action_id, start)
    scanned = comments.limit(MAX_SCANNED).subquery("scanned")
    is_decided = exists().where(
        CommentDecision.action_id == action_id, CommentDecision.signature_id == scanned.c.id
    )
    undecided = select(scanned).where(~is_decided).order_by(*order_by(scanned))
    rows = list(db.session.connection().execute(undecided.limit(STAFF_PAGE_SIZE + 1)))
    if len(rows) > STAFF_PAGE_SIZE:
        rows.pop()
        return ModerationPage(rows, str(key_of(rows[-1])))
    end = find_scan_end(comments, MAX_SCANNED)
    return ModerationPage(rows, str(end) if end else "", MAX_SCANNED if end else 0)


def _decided(action_id: int, is_shown: bool, before: datetime) -> ModerationPage:
    decided = (
        select(*COLUMNS, CommentDecision.decided_at, CommentDecision.staff_id)
        .join_from(CommentDecision, Signature)
        .where(
            CommentDecision.action_id == action_id,
            CommentDecision.is_shown == is_shown,
            CommentDecision.decided_at < before,
            Signature.is_counted,
            Signature.show_comment,
        )
        .order_by(CommentDecision.decided_at.desc())
    )
    rows = list(db.session.connection().execute(decided.limit(STAFF_PAGE_SIZE + 1)))
    if len(rows) <= STAFF_PAGE_SIZE:
        return ModerationPage(rows)
    rows.pop()
    return ModerationPage(rows, encode_time(rows[-1].decided_at))


def _select_comments(action_id: int, start: Key | None) -> SignatureSelect:
    """The condition is exactly that of ix_signatures_comments: otherwise the index is not used."""
    comments = select(*COLUMNS).where(Signature.action_id == action_id, text(COMMENT_MAY_BE_SHOWN))
    if start:
        comments = comments.where(start.are_older)
    return comments.order_by(*order_by(Signature.__table__))


def _to_shown_comment(row: SignatureRow) -> ShownComment:
    names = (row.given_name, row.family_name) if row.show_name else ()
    name = " ".join(filter(None, names))
    return ShownComment(row.comment, row.locale, row.country_code, name, row.decided_at)
